/** Words of a text that are search terms. Further ones are found only as what follows an earlier one. */
const MAX_WORDS = 8
/** Characters of a term. */
const MAX_TERM = 64

/**
 * A text as it is searched for: in lower case and compatibility form, letters and digits only, so that case, blanks and punctuation do not matter.
 * "Green coffee, lot 9" becomes "greencoffeelot9".
 */
export function fold(text: string): string {
  return cut(wordsOf(text).join(''))
}

/** The terms under which a text is found: from each of its first 8 words on, folded, at most 64 characters. */
export function termsOf(text: string): string[] {
  const words = wordsOf(text)
  const terms = words.slice(0, MAX_WORDS).map((_, i) => cut(words.slice(i).join('')))
  return [...new Set(terms)]
}

/** The beginning of a folded text, as long as a term can be. */
function cut(folded: string): string {
  return [...folded].slice(0, MAX_TERM).join('')
}

function wordsOf(text: string): string[] {
  return (
    text
      .normalize('NFKC')
      .toLowerCase()
      .match(/[\p{L}\p{N}\p{M}]+/gu) ?? []
  )
}
