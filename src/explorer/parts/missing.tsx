import { NOTE } from '../app/brief.ts'
import { texts } from '../app/language.ts'
import { startSearch } from '../app/start-search.ts'
import { Page } from './page.tsx'
import { Text } from './text.tsx'

interface MissingProps {
  title: string
  advice: string
  /** What the visitor asked for, to be searched for. */
  wanted: string
  /** Where to look instead of searching, for what the search does not find. */
  instead?: { href: string; name: string }
}

/** Says that something does not exist, and what to do. */
export function Missing({ title, advice, wanted, instead }: MissingProps) {
  return (
    <Page title={title} kind={texts.notFound.kind}>
      <p>{advice}</p>
      <p class="wanted">
        <code>
          <Text text={wanted} most={NOTE} />
        </code>
      </p>
      <p>
        {instead === undefined ? (
          <button type="button" onClick={() => startSearch(wanted)}>
            {texts.notFound.search}
          </button>
        ) : (
          <a href={instead.href}>{instead.name}</a>
        )}
      </p>
    </Page>
  )
}
