import { createHash } from 'node:crypto'

/** Characters that a code may not have. They become dashes, and a hash is appended so that no two values get the same code. */
const NOT_IN_CODES = /[^A-Za-z0-9._:/-]/g
const MAX_CODE = 64

/** The code of an asset, made from its value in the file: at most 64 characters. */
export function codeOf(value: string, prefix: string): string {
  const code = (prefix + value).replace(NOT_IN_CODES, '-')
  if (code === prefix + value && code.length <= MAX_CODE) return code
  const hash = createHash('sha256').update(value).digest('hex').slice(0, 12)
  return `${code.slice(0, MAX_CODE - 13)}.${hash}`
}

/** Control characters, and those that change the order of what is displayed around them (UAX #9). */
const NOT_PRINTABLE = /[\p{Cc}\p{Bidi_Control}\u2028\u2029]/gu
const graphemes = new Intl.Segmenter('und', { granularity: 'grapheme' })

/**
 * A text of the file as the ledger takes it: each character that a name may not have becomes U+FFFD, and what does not fit into `max` code points is
 * cut off between two graphemes (UAX #29), so that no emoji or accent is cut in two. A single grapheme that does not fit is cut between code points.
 */
export function printable(text: string, max: number): string {
  const clean = text.replace(NOT_PRINTABLE, '\ufffd')
  // A code point has one or two code units.
  if (clean.length <= max) return clean
  const points = [...clean.slice(0, 2 * max + 2)]
  if (points.length <= max) return clean
  const kept = points.slice(0, max).join('')
  // The last grapheme of a window that goes on beyond the bound may be cut, so keep those that end within it.
  let end = 0
  for (const { index, segment } of graphemes.segment(clean.slice(0, kept.length + MAX_GRAPHEME))) {
    if (index + segment.length > kept.length) break
    end = index + segment.length
  }
  return end === 0 ? kept : kept.slice(0, end)
}

/** Code units behind the bound that are looked at: more than any emoji has. */
const MAX_GRAPHEME = 64
