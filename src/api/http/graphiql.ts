import { createHash } from 'node:crypto'
import {
  css,
  editorWorkerService,
  graphqlWorker,
  js,
  jsonWorker,
} from '@graphql-yoga/render-graphiql/graphiql'
import type { RouteHandler } from '../plugins/use-routes.ts'
import { type StaticFile, staticFiles } from './static-files.ts'

/** An operation that GraphiQL opens in a tab of its own. */
export interface ExampleTab {
  query: string
  variables?: Record<string, unknown>
}

/** The files of the page, all served from here: GraphiQL, the workers of its editor, and the script that starts it. */
const FILES: ReadonlyMap<string, StaticFile> = new Map([
  ['graphiql.css', { type: 'text/css', body: css }],
  ['graphiql.js', { type: 'text/javascript', body: js }],
  ['editor.worker.js', { type: 'text/javascript', body: editorWorkerService }],
  ['json.worker.js', { type: 'text/javascript', body: jsonWorker }],
  ['graphql.worker.js', { type: 'text/javascript', body: graphqlWorker }],
  ['start.js', { type: 'text/javascript', body: startScript() }],
])
const VERSION = createHash('sha256')
  .update([...FILES.values()].map(({ body }) => body).join(''))
  .digest('hex')
  .slice(0, 16)
const PREFIX = `/graphiql/${VERSION}/`

/** The icon: three units in a row. */
const ICON =
  "data:image/svg+xml,%3Csvg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 16 16'%3E%3Cg fill='none' stroke='%23795548' " +
  "stroke-width='2'%3E%3Ccircle cx='4' cy='8' r='3'/%3E%3Ccircle cx='8' cy='8' r='3'/%3E%3Ccircle cx='12' cy='8' r='3'/%3E%3C/g%3E%3C/svg%3E"

/** Allows requests to this origin only, whatever a bundled library may try. */
const POLICY =
  "default-src 'none'; script-src 'self'; worker-src 'self' blob:; connect-src 'self'; style-src 'self' 'unsafe-inline'; " +
  "img-src 'self' data:; font-src 'self' data:; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"

/**
 * Serves GraphiQL on `/graphiql`, and its files under a versioned path that browsers may cache forever. `examples` is called each time the page is
 * opened, so that the examples name assets and accounts that exist.
 */
export function graphiqlRoutes(title: string, examples: () => Promise<ExampleTab[]>): RouteHandler {
  const serve = staticFiles(FILES)
  return async (request, url) => {
    if (request.method !== 'GET' && request.method !== 'HEAD') return undefined
    if (url.pathname === '/graphiql') return page(title, await examples())
    if (!url.pathname.startsWith('/graphiql/')) return undefined
    return serve(request, url.pathname.startsWith(PREFIX) ? url.pathname.slice(PREFIX.length) : '')
  }
}

function page(title: string, examples: ExampleTab[]): Response {
  const options = {
    title,
    endpoint: '/graphql',
    subscriptionsProtocol: 'SSE',
    defaultEditorToolsVisibility: 'variables',
    defaultTabs: examples.map(({ query, variables }) => ({
      query,
      headers: null,
      variables: variables ? JSON.stringify(variables, null, 2) : null,
    })),
  }
  const html = `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<title>${escapeHtml(title)}</title>
<link rel="icon" href="${ICON}">
<link rel="stylesheet" href="${PREFIX}graphiql.css">
</head>
<body id="body" class="no-focus-outline">
<noscript>GraphiQL needs JavaScript.</noscript>
<div id="root"></div>
<script type="application/json" id="options">${JSON.stringify(options).replaceAll('<', '\\u003c')}</script>
<script src="${PREFIX}start.js" data-prefix="${PREFIX}"></script>
<script src="${PREFIX}graphiql.js"></script>
</body>
</html>
`
  const headers = { 'content-type': 'text/html; charset=utf-8', 'content-security-policy': POLICY }
  return new Response(html, { headers })
}

/** Tells the editor where its workers are, and renders GraphiQL once everything is loaded. */
function startScript(): string {
  return `const prefix = document.currentScript.dataset.prefix
const workers = { editorWorkerService: 'editor', json: 'json', graphql: 'graphql' }
self.MonacoEnvironment = {
  globalAPI: false,
  getWorkerUrl: (_module, label) => prefix + (workers[label] ?? 'editor') + '.worker.js',
}
addEventListener('DOMContentLoaded', () => {
  const options = JSON.parse(document.getElementById('options').textContent)
  YogaGraphiQL.renderYogaGraphiQL(document.getElementById('root'), options)
})
`
}

const escapeHtml = (text: string) =>
  text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('"', '&quot;')
