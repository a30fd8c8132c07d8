import { de } from '../texts/de.ts'
import { en, type Texts } from '../texts/en.ts'

/** The languages that the page speaks, with the texts of each. */
const LANGUAGES: Readonly<Record<string, Texts>> = { en, de }

/**
 * The language and the locale of a visitor: of those that a browser names, in the visitor's order, the first that the page speaks.
 * @returns English if there is none
 */
export function chosenLanguage(preferred: readonly string[]): { language: string; locale: string } {
  for (const locale of preferred) {
    const language = locale.toLowerCase().split('-')[0]!
    if (Object.hasOwn(LANGUAGES, language)) return { language, locale }
  }
  return { language: 'en', locale: 'en' }
}

/** The visitor's language (`en`), and the locale (`en-GB`) that dates and numbers are written by. */
export const { language, locale } = chosenLanguage(globalThis.navigator?.languages ?? [])

/** All words of the page, in the visitor's language. */
export const texts: Texts = LANGUAGES[language]!
