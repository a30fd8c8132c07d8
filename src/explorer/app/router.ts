import { useEffect, useState } from 'preact/hooks'

/** Where the visitor is: the path, percent-encoded as in the address bar, and the query. */
export interface Place {
  path: string
  query: URLSearchParams
}

const listeners = new Set<() => void>()
const tell = () => {
  for (const listener of listeners) listener()
}
const here = (): Place => ({ path: location.pathname, query: new URLSearchParams(location.search) })

/** The place, anew at each navigation. */
export function usePlace(): Place {
  const [place, setPlace] = useState(here)
  useEffect(() => {
    const listener = () => setPlace(here())
    listeners.add(listener)
    return () => void listeners.delete(listener)
  }, [])
  return place
}

/** Goes to a page of this origin. With `replace`, "back" passes over the present one. */
export function navigate(href: string, { replace = false } = {}): void {
  history[replace ? 'replaceState' : 'pushState'](null, '', href)
  tell()
}

/**
 * Has links to pages navigate without loading the document anew; all other links are left to the browser.
 * @param isPage whether a path is one of a page
 */
export function followLinks(isPage: (path: string) => boolean): void {
  addEventListener('popstate', tell)
  document.addEventListener('click', (event) => {
    const link = event.target instanceof Element ? event.target.closest('a') : null
    if (link === null || event.defaultPrevented || event.button !== 0) return
    if (event.metaKey || event.ctrlKey || event.shiftKey || event.altKey) return
    const { origin, pathname, search, hash } = new URL(link.href, location.href)
    const isInside = origin === location.origin && link.target === '' && !link.hasAttribute('download')
    const isFragment = hash !== '' && pathname === location.pathname && search === location.search
    if (!isInside || isFragment || !isPage(pathname)) return
    event.preventDefault()
    navigate(pathname + search + hash)
  })
}

/** The parts of a path that a pattern such as `/asset/:code/unit/:n` names, decoded; undefined if the path is another or cannot be decoded. */
export function matchPath(pattern: string, path: string): Record<string, string> | undefined {
  const names = pattern.split('/')
  const parts = path.replace(/(?<=.)\/$/, '').split('/')
  if (names.length !== parts.length) return undefined
  const found: Record<string, string> = {}
  for (const [index, name] of names.entries()) {
    const part = parts[index]!
    if (!name.startsWith(':')) {
      if (name !== part) return undefined
      continue
    }
    const value = decoded(part)
    if (value === undefined || value === '') return undefined
    found[name.slice(1)] = value
  }
  return found
}

function decoded(part: string): string | undefined {
  try {
    return decodeURIComponent(part)
  } catch {
    return undefined
  }
}
