import { readdirSync, readFileSync } from 'node:fs'
import { extname } from 'node:path'
import type { RouteHandler } from '../plugins/use-routes.ts'
import { type StaticFile, staticFiles } from './static-files.ts'

/** What scripts/build-explorer.mjs writes. */
const FOLDER = new URL('../../../dist/explorer/', import.meta.url)
/** The path of files that are named after their contents. */
const PREFIX = '/explorer/'
/** What of the document says that GraphiQL is served. */
const GRAPHIQL = '<meta name="graphiql" content="/graphiql">\n'
/** A script that may keep the page for use without a network, because it is served on the top. */
const SERVICE_WORKER = 'service-worker.js'
/** The page's documents: a manifest of trusted documents, which is not served. */
const DOCUMENTS = 'documents.json'

/** Paths of pages: the script that index.html loads shows the one of the path. The routes of src/explorer/app/routes.tsx are among them. */
const PAGE =
  /^\/((blocks|assets|pool|batches|network|proving|verify)?|(block|account|asset|holding|transfer|batch|label)\/.+)$/

const TYPES: Readonly<Record<string, string>> = {
  '.css': 'text/css',
  '.js': 'text/javascript',
  '.png': 'image/png',
  '.svg': 'image/svg+xml',
  '.wasm': 'application/wasm',
  '.webmanifest': 'application/manifest+json',
}

/** Allows requests to this origin only, and no code or style but that of files. */
const POLICY =
  "default-src 'none'; script-src 'self' 'wasm-unsafe-eval'; style-src 'self'; img-src 'self' data:; connect-src 'self'; " +
  "worker-src 'self'; manifest-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
/** With these, the page and its workers are isolated from all others, which lets them share memory. */
const HEADERS = {
  'content-security-policy': POLICY,
  'cross-origin-opener-policy': 'same-origin',
  'cross-origin-embedder-policy': 'require-corp',
}

/**
 * Serves the page: index.html on `/` and on the path of each page, its service worker, and its other files below `/explorer/`. They are read when the
 * first of them is asked for.
 * @param hasGraphiql whether the page leads to GraphiQL
 */
export function explorerRoutes(hasGraphiql: boolean): RouteHandler {
  let opened: ReturnType<typeof open> | undefined
  return (request, { pathname }) => {
    if (request.method !== 'GET' && request.method !== 'HEAD') return undefined
    const isPage = PAGE.test(pathname)
    const isServiceWorker = pathname === `/${SERVICE_WORKER}`
    if (!isPage && !isServiceWorker && !pathname.startsWith(PREFIX)) return undefined
    opened ??= open(hasGraphiql)
    if (isPage) return changing(opened.html, 'text/html')
    if (isServiceWorker) return changing(opened.serviceWorker, 'text/javascript')
    return opened.serve(request, pathname.slice(PREFIX.length))
  }
}

/** The documents that the page sends, by their SHA-256 in hex. They are read where only trusted documents run. */
export function pageDocuments(): ReadonlyMap<string, string> {
  return new Map(Object.entries(JSON.parse(readFileSync(new URL(DOCUMENTS, FOLDER), 'utf8'))))
}

function open(hasGraphiql: boolean) {
  const files = new Map<string, StaticFile>()
  for (const name of readdirSync(FOLDER)) {
    const type = TYPES[extname(name)]
    if (type !== undefined && name !== SERVICE_WORKER)
      files.set(name, { type, body: readFileSync(new URL(name, FOLDER)) })
  }
  const read = (name: string) => readFileSync(new URL(name, FOLDER), 'utf8')
  const html = hasGraphiql ? read('index.html') : read('index.html').replace(GRAPHIQL, '')
  return { html, serviceWorker: read(SERVICE_WORKER), serve: staticFiles(files, HEADERS) }
}

/** A file whose path stays while its content changes. */
function changing(body: string, type: string): Response {
  const headers = { ...HEADERS, 'content-type': `${type}; charset=utf-8`, 'cache-control': 'no-cache' }
  return new Response(body, { headers })
}
