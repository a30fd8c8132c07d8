/**
 * What a text must not contain on its way to a terminal or a page: control characters (C0 with ESC and line breaks, DEL, C1), line and paragraph
 * separators, lone surrogates, Unicode's bidirectional controls, which change the order in which a line is shown, and zero-width characters
 * that no script needs. The zero-width joiner and non-joiner stay: emoji, Persian and Indic scripts need them.
 */
const UNSAFE =
  /[\p{Cc}\p{Cs}\p{Zl}\p{Zp}\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069\u00ad\u200b\u2060\ufeff]/gu

/** A text of others as one line that is shown as it is: what is unsafe is written as `\u{1b}`. Safe texts stay the same. */
export function visible(text: string): string {
  return text.replace(UNSAFE, (character) => `\\u{${character.codePointAt(0)!.toString(16)}}`)
}

/** The same for JSON text, which stays JSON of the same value: what is unsafe in a string is written as `\u001b`. */
export function visibleJson(json: string): string {
  return json.replace(UNSAFE, (character) =>
    character === '\n' ? character : `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`,
  )
}
