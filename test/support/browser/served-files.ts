import http from 'node:http'
import type { AddressInfo } from 'node:net'

const TYPES: Readonly<Record<string, string>> = { html: 'text/html', js: 'text/javascript' }

/**
 * Serves files by name on this machine; `index.html` is at `/`.
 * @param headers of all answers, such as those that isolate a page
 * @param handle sees each request first; false if it is for another one
 */
export async function serveFiles(
  files: Readonly<Record<string, Uint8Array | string>>,
  headers: Readonly<Record<string, string>> = {},
  handle: (request: http.IncomingMessage, response: http.ServerResponse) => boolean = () => false,
): Promise<{ url: string; close: () => void }> {
  const server = http.createServer((request, response) => {
    for (const [name, value] of Object.entries(headers)) response.setHeader(name, value)
    if (handle(request, response)) return
    const name = request.url === '/' ? 'index.html' : request.url!.slice(1)
    const type = TYPES[name.split('.')[1] ?? ''] ?? 'application/octet-stream'
    if (files[name] === undefined) response.writeHead(404).end()
    else response.setHeader('content-type', type).end(files[name])
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/`,
    close: () => {
      server.closeAllConnections()
      server.close()
    },
  }
}
