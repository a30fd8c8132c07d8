import { DOCUMENT } from './offline.ts'

/** Paths of the page's own files, with their hashes in their names, and the version of them all; the build puts them in. */
declare const FILES: readonly string[]
declare const VERSION: string

/** What a service worker has beside what TypeScript's library for pages knows. */
interface Extendable {
  waitUntil(promise: Promise<unknown>): void
}
interface Fetched extends Extendable {
  request: Request
  respondWith(response: Promise<Response>): void
}
interface Scope {
  location: Location
  skipWaiting(): Promise<void>
  clients: { claim(): Promise<void> }
  addEventListener(type: 'install' | 'activate', listener: (event: Extendable) => void): void
  addEventListener(type: 'fetch', listener: (event: Fetched) => void): void
}
const scope = self as unknown as Scope

/** Caches of this kind. The genesis that a visitor trusts is in another one, which stays. */
const PREFIX = 'inpigritas-page-'
const CACHE = PREFIX + VERSION
/** Milliseconds that the server has for the document before the kept one is shown: browsers wait for minutes where a network swallows what is sent. */
const PATIENCE_MS = 5_000
/** What proxies answer whose server is away. */
const AWAY: readonly number[] = [502, 503, 504]

/** What is kept is the same for all requests, whatever the server says of compression and media types. */
const KEPT = { ignoreVary: true }

scope.addEventListener('install', (event) => {
  event.waitUntil(keepFiles().then(() => scope.skipWaiting()))
})

scope.addEventListener('activate', (event) => {
  event.waitUntil(dropOldCaches().then(() => scope.clients.claim()))
})

scope.addEventListener('fetch', (event) => {
  const { request } = event
  const { origin, pathname } = new URL(request.url)
  if (request.method !== 'GET' || origin !== scope.location.origin) return
  if (FILES.includes(pathname)) event.respondWith(keptOrFetched(request))
  else if (request.mode === 'navigate') event.respondWith(fetchedOrDocument(request, pathname === DOCUMENT))
})

/** Keeps the files, and the document once they are there. @throws TypeError if the document is not theirs: the server may have another build by now */
async function keepFiles(): Promise<void> {
  // What the browser has cached by HTTP may be older than what the server has now.
  const fresh = (path: string) => new Request(path, { cache: 'reload' })
  const document = await fetch(fresh(DOCUMENT))
  const named = (await document.clone().text()).match(/\/explorer\/[^"]+/g) ?? []
  const isOurs = named.length > 0 && named.every((path) => FILES.includes(path))
  // Browsers refuse a redirected response where a page is opened.
  if (!document.ok || document.redirected || !isOurs) throw new TypeError()
  const cache = await caches.open(CACHE)
  await cache.addAll(FILES.map(fresh))
  await cache.put(DOCUMENT, document)
}

async function dropOldCaches(): Promise<void> {
  const names = await caches.keys()
  const old = names.filter((name) => name.startsWith(PREFIX) && name !== CACHE)
  await Promise.all(old.map((name) => caches.delete(name)))
}

/** A file with its hash in its name never changes. */
async function keptOrFetched(request: Request): Promise<Response> {
  const cache = await caches.open(CACHE)
  return (await cache.match(request, KEPT)) ?? fetch(request)
}

/**
 * The server's own answer, and without a network the kept document, which shows the page of any path.
 * @param isDocument whether the document itself is asked for: then it is shown too if the server is late or away
 */
async function fetchedOrDocument(request: Request, isDocument: boolean): Promise<Response> {
  const fetched = fetch(request)
  const answer = fetched.then(
    (response) => (isDocument && AWAY.includes(response.status) ? undefined : response),
    () => undefined,
  )
  const late = new Promise<undefined>((resolve) => setTimeout(resolve, PATIENCE_MS))
  const own = await (isDocument ? Promise.race([answer, late]) : answer)
  if (own !== undefined) return own
  const cache = await caches.open(CACHE)
  return (await cache.match(DOCUMENT, KEPT)) ?? fetched
}
