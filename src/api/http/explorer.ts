import { readdirSync, readFileSync } from 'node:fs'
import { extname } from 'node:path'
import type { RouteHandler } from '../plugins/use-routes.ts'
import { type StaticFile, staticFiles } from './static-files.ts'

/** What scripts/build-explorer.mjs writes. */
const FOLDER = new URL('../../../dist/explorer/', import.meta.url)
/** The path of files that are named after their contents. */
const PREFIX = '/explorer/'

/** Paths of pages: the script that index.html loads shows the one of the path. The routes of src/explorer/app/routes.tsx are among them. */
const PAGE =
  /^\/((blocks|assets|pool|batches|network|proving|verify)?|(block|account|asset|holding|transfer|batch|label)\/.+)$/

const TYPES: Readonly<Record<string, string>> = {
  '.css': 'text/css',
  '.js': 'text/javascript',
  '.svg': 'image/svg+xml',
  '.wasm': 'application/wasm',
}

/** Allows requests to this origin only, and no code or style but that of files. */
const POLICY =
  "default-src 'none'; script-src 'self' 'wasm-unsafe-eval'; style-src 'self'; img-src 'self' data:; connect-src 'self'; " +
  "worker-src 'self'; manifest-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
/** With these, the page is isolated from all others, which lets it share memory with its workers. */
const ISOLATION = {
  'cross-origin-opener-policy': 'same-origin',
  'cross-origin-embedder-policy': 'require-corp',
}

/**
 * Serves the page: index.html on `/` and on the path of each page, its other files below `/explorer/`. They are read when the first of them is
 * asked for.
 */
export function explorerRoutes(): RouteHandler {
  let opened: { html: string; serve: ReturnType<typeof staticFiles> } | undefined
  return (request, { pathname }) => {
    if (request.method !== 'GET' && request.method !== 'HEAD') return undefined
    const isPage = PAGE.test(pathname)
    if (!isPage && !pathname.startsWith(PREFIX)) return undefined
    opened ??= open()
    return isPage ? page(opened.html) : opened.serve(request, pathname.slice(PREFIX.length))
  }
}

function open() {
  const files = new Map<string, StaticFile>()
  for (const name of readdirSync(FOLDER)) {
    const type = TYPES[extname(name)]
    if (type !== undefined) files.set(name, { type, body: readFileSync(new URL(name, FOLDER)) })
  }
  return { html: readFileSync(new URL('index.html', FOLDER), 'utf8'), serve: staticFiles(files, ISOLATION) }
}

function page(html: string): Response {
  const headers = {
    ...ISOLATION,
    'content-type': 'text/html; charset=utf-8',
    'content-security-policy': POLICY,
    'cache-control': 'no-cache',
  }
  return new Response(html, { headers })
}
