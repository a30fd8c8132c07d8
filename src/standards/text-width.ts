/** Characters that are as wide as they are high: those of East Asian scripts, and pictures. */
const SQUARE =
  /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Hangul}\p{Extended_Pictographic}\u3000-\u303f\uff00-\uff60]/u

/**
 * Widths of characters in a sans-serif font, in ems, by a pattern; the first that matches counts. They are those of DejaVu Sans, which is wider than the
 * fonts of most systems.
 */
const WIDTHS: readonly (readonly [RegExp, number])[] = [
  [SQUARE, 1],
  [/[MWmw@%—…]/, 0.99],
  [/[il.,:;|'!jft()[\] ]/, 0.4],
  [/[\p{Lu}+=<>~]/u, 0.76],
]
const OTHER = 0.64

/** How wide a text is in a sans-serif font at most, in ems. */
export const widthOf = (text: string): number =>
  [...text].reduce(
    (sum, character) => sum + (WIDTHS.find(([pattern]) => pattern.test(character))?.[1] ?? OTHER),
    0,
  )

/** How many columns a text takes in a font of fixed width, where characters of East Asian scripts take two. */
export const columnsOf = (text: string): number =>
  [...text].reduce((sum, character) => sum + (SQUARE.test(character) ? 2 : 1), 0)

/** A text that is not wider than so many ems, or units of another measure, with an ellipsis where more was. */
export function fitted(text: string, width: number, measure = widthOf): string {
  if (measure(text) <= width) return text
  const characters = [...text]
  while (characters.length > 0 && measure(`${characters.join('')}…`) > width) characters.pop()
  return `${characters.join('')}…`
}

/** A text in lines of at most so many ems, parted between words, and inside of words that are wider than a line. */
export function wrapped(text: string, ems: number): string[] {
  const lines: string[] = []
  let line = ''
  for (const word of text.split(' ')) {
    const longer = line === '' ? word : `${line} ${word}`
    if (widthOf(longer) <= ems) {
      line = longer
      continue
    }
    if (line !== '') lines.push(line)
    line = ''
    for (const character of word) {
      if (widthOf(line + character) > ems) {
        lines.push(line)
        line = ''
      }
      line += character
    }
  }
  return [...lines, line]
}
