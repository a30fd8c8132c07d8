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
/** The document, which every page of the explorer begins with. */
const DOCUMENT = '/verify'

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
  else if (request.mode === 'navigate') event.respondWith(fetchedOrDocument(request))
})

async function keepFiles(): Promise<void> {
  const cache = await caches.open(CACHE)
  // What the browser has cached by HTTP may be older than what the server has now.
  await cache.addAll([DOCUMENT, ...FILES].map((path) => new Request(path, { cache: 'reload' })))
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

/** The server's own answer, and without a network the kept document, which shows the page of any path. */
async function fetchedOrDocument(request: Request): Promise<Response> {
  try {
    return await fetch(request)
  } catch (error) {
    const cache = await caches.open(CACHE)
    const document = await cache.match(DOCUMENT, KEPT)
    if (document === undefined) throw error
    return document
  }
}
