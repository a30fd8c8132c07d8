import { useEffect, useRef, useState } from 'preact/hooks'
import { ask, RequestFailure } from '../data/request.ts'
import { SearchDocument, type SearchQuery } from '../generated/operations.ts'
import { failureWords } from '../parts/failure-words.ts'
import { Text } from '../parts/text.tsx'
import { formatCount, shortened } from './format.ts'
import { texts } from './language.ts'
import { links } from './links.ts'
import { navigate } from './router.ts'
import { MAX_SEARCH_CHARACTERS, setSearchField } from './start-search.ts'

type Found = SearchQuery['search'][number]

/** Milliseconds after the last key until the server is asked. */
const PAUSE_MS = 120

/** A suggestion: where it leads, and its words. */
interface Suggestion {
  href: string
  kind: string
  name: string
  detail: string
}

/** A field that finds anything: what matches is suggested while one types. `/` moves the focus to it from anywhere on a page. */
export function Search() {
  const field = useRef<HTMLInputElement>(null)
  const [text, setText] = useState('')
  const [active, setActive] = useState(0)
  const [isOpen, setOpen] = useState(false)
  const { suggestions, state, failure } = useSuggestions(isOpen ? text : '')
  useSlash(field)
  useEffect(() => {
    setSearchField((wanted) => {
      setText(wanted)
      setOpen(true)
      field.current?.focus()
    })
    return () => setSearchField(undefined)
  }, [])
  const go = (suggestion: Suggestion | undefined) => {
    if (suggestion === undefined) return
    setOpen(false)
    setText('')
    navigate(suggestion.href)
  }
  const onKeyDown = (event: KeyboardEvent) => {
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key]
    if (step !== undefined && suggestions.length > 0) {
      event.preventDefault()
      setActive((active + step + suggestions.length) % suggestions.length)
    }
    if (event.key === 'Escape') setOpen(false)
  }
  const isListed = isOpen && text.trim() !== ''
  return (
    <search class="search">
      <form
        onSubmit={(event) => {
          event.preventDefault()
          go(suggestions[active])
        }}
      >
        <input
          ref={field}
          type="search"
          // biome-ignore lint/a11y/noRedundantRoles: a search field without a list is a searchbox
          role="combobox"
          list={undefined}
          aria-label={texts.search.label}
          aria-expanded={isListed && suggestions.length > 0}
          aria-controls="suggestions"
          aria-autocomplete="list"
          aria-activedescendant={isListed && suggestions.length > 0 ? `suggestion-${active}` : undefined}
          autocomplete="off"
          spellcheck={false}
          maxLength={MAX_SEARCH_CHARACTERS}
          placeholder={texts.search.placeholder}
          value={text}
          onInput={(event) => {
            setText(event.currentTarget.value)
            setActive(0)
            setOpen(true)
          }}
          onKeyDown={onKeyDown}
          onFocus={() => setOpen(true)}
          onBlur={() => setOpen(false)}
        />
      </form>
      <p class="visually-hidden" role="status">
        {isListed ? stateWords({ suggestions, state, failure }) : ''}
      </p>
      {isListed ? <Suggestions {...{ suggestions, active, go, state, failure }} /> : null}
    </search>
  )
}

interface SuggestionsProps extends Suggested {
  active: number
  go: (suggestion: Suggestion) => void
}

function Suggestions({ active, go, ...suggested }: SuggestionsProps) {
  const { suggestions } = suggested
  return (
    <div class="suggestions">
      {suggestions.length === 0 ? (
        <p class="muted">{stateWords(suggested)}</p>
      ) : (
        <div id="suggestions" role="listbox" aria-label={texts.search.results}>
          {suggestions.map((suggestion, index) => (
            // biome-ignore lint/a11y/useFocusableInteractive: the field keeps the focus and names the active option
            // biome-ignore lint/a11y/useKeyWithClickEvents: the field takes the keys
            <div
              key={suggestion.href}
              id={`suggestion-${index}`}
              role="option"
              aria-selected={index === active}
              onMouseDown={(event) => event.preventDefault()}
              onClick={() => go(suggestion)}
            >
              <span class="kind">{suggestion.kind}</span> <Text text={suggestion.name} />{' '}
              <Text text={suggestion.detail} muted />
            </div>
          ))}
        </div>
      )}
    </div>
  )
}

/** What the server suggests, or why it suggests nothing. */
interface Suggested {
  suggestions: readonly Suggestion[]
  state: 'asking' | 'found' | 'failed'
  failure?: RequestFailure | undefined
}

function stateWords({ suggestions, state, failure }: Suggested): string {
  const words = texts.search.states[state](suggestions.length)
  return failure === undefined ? words : `${words} ${failureWords(failure).title}`
}

/** What the server suggests for a text, asked for once the visitor pauses. */
function useSuggestions(text: string): Suggested {
  const [found, setFound] = useState<Suggested>(NOTHING)
  useEffect(() => {
    const wanted = text.trim()
    setFound(NOTHING)
    if (wanted === '') return
    const controller = new AbortController()
    const timer = setTimeout(() => {
      ask(SearchDocument, { text: wanted }, controller.signal)
        .then(({ data }) => setFound({ suggestions: data.search.flatMap(suggestionOf), state: 'found' }))
        .catch((error: unknown) => {
          const failure = error instanceof RequestFailure ? error : new RequestFailure('BAD_ANSWER')
          if (!controller.signal.aborted) setFound({ suggestions: [], state: 'failed', failure })
        })
    }, PAUSE_MS)
    return () => {
      clearTimeout(timer)
      controller.abort()
    }
  }, [text])
  return found
}

const NOTHING = { suggestions: [], state: 'asking' } as const

function suggestionOf({ node }: Found): Suggestion[] {
  switch (node.__typename) {
    case 'Block':
      return [suggest(links.block(node.height), texts.search.kinds.block, formatCount(node.height))]
    case 'Transfer':
      return [suggest(links.transfer(node.hash), texts.kinds[node.kind], shortened(node.hash, 12))]
    case 'Asset':
      return [suggest(links.asset(node.code), texts.search.kinds.asset, node.code, node.name)]
    case 'Account': {
      const name = node.accountName ?? shortened(node.address, 12)
      return [suggest(links.account(node.address), texts.search.kinds.account, name, shortened(node.address))]
    }
    default:
      return []
  }
}

const suggest = (href: string, kind: string, name: string, detail = ''): Suggestion => ({
  href,
  kind,
  name,
  detail,
})

/** Moves the focus to a field when `/` is pressed outside of all fields. */
function useSlash(field: { readonly current: HTMLInputElement | null }): void {
  useEffect(() => {
    const onKey = (event: KeyboardEvent) => {
      const isTyping = event.target instanceof Element && event.target.matches('input, textarea, select')
      if (event.key !== '/' || isTyping || event.ctrlKey || event.metaKey || event.altKey) return
      event.preventDefault()
      field.current?.focus()
    }
    addEventListener('keydown', onKey)
    return () => removeEventListener('keydown', onKey)
  }, [field])
}
