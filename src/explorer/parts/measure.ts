/** A measure of texts in a font, which is written as in CSS: their widths in pixels. */
export function measureIn(font: string): (text: string) => number {
  const pen = document.createElement('canvas').getContext('2d')!
  pen.font = font
  return (text) => pen.measureText(text).width
}
