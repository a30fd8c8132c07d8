import { renderUnicodeCompact } from 'uqr'

/** Most characters of a QR code that fits into a terminal of 80 columns. */
export const MAX_QR_CHARACTERS = 300

/** A text as a QR code, as lines for a terminal: two rows of modules per line, with a border. @param text of at most MAX_QR_CHARACTERS characters */
export function qrLines(text: string): string[] {
  return renderUnicodeCompact(text, { ecc: 'L', border: 2 }).split('\n')
}
