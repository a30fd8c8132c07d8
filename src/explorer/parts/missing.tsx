import { visible } from '../../codec/visible.ts'
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
          <bdi>{brief(wanted)}</bdi>
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

/** A text of an address bar as one line that is shown as it is, and not longer than a few lines. */
export function brief(text: string): string {
  const clean = visible(text)
  return clean.length <= MAX_SHOWN ? clean : `${clean.slice(0, MAX_SHOWN)}…`
}
