/** What reads codes in pictures (W3C Shape Detection); TypeScript does not know it. */
interface Detector {
  detect(image: ImageBitmapSource): Promise<{ rawValue: string }[]>
}
interface DetectorClass {
  new (options: { formats: ['qr_code'] }): Detector
  getSupportedFormats(): Promise<readonly string[]>
}

/** The browser's own reader of QR codes. Most browsers have none: for them one comes with the page, and is loaded when it is needed. */
export async function codeReader(): Promise<Detector> {
  const own = (globalThis as unknown as { BarcodeDetector?: DetectorClass }).BarcodeDetector
  const isUsable = (await own?.getSupportedFormats())?.includes('qr_code') ?? false
  const Reader = isUsable ? own! : (await import('qr/decode.js')).BarcodeDetector
  return new Reader({ formats: ['qr_code'] })
}
