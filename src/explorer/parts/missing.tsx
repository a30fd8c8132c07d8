import { texts } from '../app/language.ts'
import { startSearch } from '../app/start-search.ts'
import { Page } from './page.tsx'

interface MissingProps {
  title: string
  advice: string
  /** What the visitor asked for, to be searched for. */
  wanted: string
}

/** Says that something does not exist, and what to do. */
export function Missing({ title, advice, wanted }: MissingProps) {
  return (
    <Page title={title} kind={texts.notFound.kind}>
      <p>{advice}</p>
      <p class="wanted">
        <code>
          <bdi>{visible(wanted)}</bdi>
        </code>
      </p>
      <p>
        <button type="button" onClick={() => startSearch(wanted)}>
          {texts.notFound.search}
        </button>
      </p>
    </Page>
  )
}

/** Characters of what a visitor asked for that are shown. */
const MAX_SHOWN = 200
/** Control characters, and what changes the direction of a text. */
const INVISIBLE = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu

/** A text of an address bar as it can be shown: without what nobody can see, and not longer than a few lines. */
export function visible(text: string): string {
  const clean = text.replace(INVISIBLE, '\u{fffd}')
  return clean.length <= MAX_SHOWN ? clean : `${clean.slice(0, MAX_SHOWN)}…`
}
