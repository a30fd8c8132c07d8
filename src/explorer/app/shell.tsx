import type { ComponentChildren } from 'preact'
import { useEffect, useRef, useState } from 'preact/hooks'
import { MAX_RETRY_MS, useLive } from '../data/live.ts'
import { Text } from '../parts/text.tsx'
import { formatCount } from './format.ts'
import { texts } from './language.ts'
import { links } from './links.ts'
import { usePlace } from './router.ts'
import { Search } from './search.tsx'

/** Characters of the chain's name that the head has room for. */
const NAME = 40

/** Where GraphiQL is, as the document says; undefined where it is not served. */
const GRAPHIQL = document.querySelector<HTMLMetaElement>('meta[name=graphiql]')?.content

const NAVIGATION: readonly (readonly [string, string])[] = [
  [links.blocks, texts.nav.blocks],
  [links.assets, texts.nav.assets],
  [links.pool, texts.nav.pool],
  [links.batches, texts.nav.batches],
  [links.proving, texts.nav.proving],
  [links.network, texts.nav.network],
  [links.verify, texts.nav.verify],
]

/** What is around every page: the way past the navigation, the navigation, the search, the state of the connection. */
export function Shell({ children }: { children: ComponentChildren }) {
  const main = useRef<HTMLElement>(null)
  const { path, query } = usePlace()
  useFocusOnHeading(main, path + (query.get('after') ?? ''))
  return (
    <>
      <a class="skip" href="#main">
        {texts.skip}
      </a>
      <header class="top">
        <div class="top-inner">
          <Brand />
          <Search />
          <Navigation path={path} />
        </div>
      </header>
      <main id="main" ref={main} tabIndex={-1}>
        <OtherChain />
        {children}
      </main>
      <footer class="bottom">
        <p>{texts.footer.about}</p>
        {GRAPHIQL === undefined ? null : (
          <p>
            <a href={GRAPHIQL}>{texts.footer.graphiql}</a>
          </p>
        )}
      </footer>
    </>
  )
}

function Brand() {
  const { head } = useLive()
  return (
    <div class="brand">
      <a href={links.home} class="brand-name">
        <Text text={head?.name ?? 'Inpigritas'} most={NAME} />
      </a>
      <Connection />
    </div>
  )
}

/** Says whether the page follows the chain. Changes of that are announced, new blocks are not. */
function Connection() {
  const { connection, head } = useLive()
  return (
    <p class={`connection connection-${connection}`}>
      <span role="status">{texts.live[connection](MAX_RETRY_MS / 1_000)}</span>{' '}
      {connection === 'live' && head !== undefined ? (
        <a href={links.block(head.finalizedHeight)}>{texts.block.title(formatCount(head.finalizedHeight))}</a>
      ) : null}
    </p>
  )
}

function Navigation({ path }: { path: string }) {
  const [isOpen, setOpen] = useState(false)
  useEffect(() => setOpen(false), [path])
  return (
    <nav class="navigation" aria-label={texts.nav.label}>
      <button
        type="button"
        class="menu"
        aria-expanded={isOpen}
        aria-controls="navigation"
        onClick={() => setOpen(!isOpen)}
      >
        {texts.nav.menu}
      </button>
      <ul id="navigation" class={isOpen ? 'open' : undefined}>
        {NAVIGATION.map(([href, name]) => (
          <li key={href}>
            <a href={href} aria-current={path === href ? 'page' : undefined}>
              {name}
            </a>
          </li>
        ))}
      </ul>
    </nav>
  )
}

function OtherChain() {
  const { isOtherChain } = useLive()
  if (!isOtherChain) return null
  return (
    <div class="notice notice-bad" role="alert">
      <p>
        <strong>{texts.otherChain.title}</strong> {texts.otherChain.advice}
      </p>
      <p>
        <button type="button" onClick={() => location.reload()}>
          {texts.reload}
        </button>
      </p>
    </div>
  )
}

/** Moves the focus to the heading of each page that is navigated to, so that a screen reader says where it is. Not at the first one. */
function useFocusOnHeading(main: { readonly current: HTMLElement | null }, place: string): void {
  const first = useRef(true)
  useEffect(() => {
    if (first.current) {
      first.current = false
      return
    }
    const heading = main.current?.querySelector<HTMLElement>('h1') ?? main.current
    heading?.focus({ preventScroll: true })
    scrollTo({ top: 0 })
  }, [place])
}
