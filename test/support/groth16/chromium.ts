import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, rmSync } from 'node:fs'
import http from 'node:http'
import type { AddressInfo } from 'node:net'
import { testFolder } from '../shared/test-folder.ts'

const CHROMIUM = '/usr/bin/chromium'
export const hasChromium = existsSync(CHROMIUM)

const FLAGS = [
  '--headless',
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
  '--remote-debugging-port=0',
]

/**
 * Opens a page in Chromium whose files are given by name (`index.html` is the page), and returns what it posts to `report`.
 * @param headers of all answers, such as those that isolate the page
 */
export async function reportOf<T>(
  files: Record<string, Uint8Array | string>,
  headers: Record<string, string> = {},
): Promise<T> {
  const types: Record<string, string> = { html: 'text/html', js: 'text/javascript' }
  let reported: (report: T) => void
  const report = new Promise<T>((resolve) => {
    reported = resolve
  })
  const server = http.createServer(async (request, response) => {
    for (const [name, value] of Object.entries(headers)) response.setHeader(name, value)
    const name = request.url === '/' ? 'index.html' : request.url!.slice(1)
    if (name === 'report') {
      const parts: Buffer[] = []
      for await (const part of request) parts.push(part)
      reported(JSON.parse(Buffer.concat(parts).toString('utf8')))
      response.end()
    } else if (files[name] === undefined) response.writeHead(404).end()
    else
      response
        .setHeader('content-type', types[name.split('.')[1] ?? ''] ?? 'application/octet-stream')
        .end(files[name])
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const profile = testFolder('chromium')
  const { port } = server.address() as AddressInfo
  const args = [...FLAGS, `--user-data-dir=${profile}`, `http://127.0.0.1:${port}/`]
  const browser = spawn(CHROMIUM, args, { stdio: 'ignore', detached: true })
  const ended = once(browser, 'exit')
  try {
    return await Promise.race([
      report,
      ended.then(([code]) => Promise.reject(new Error(`Chromium ended with status ${code}`))),
    ])
  } finally {
    if (browser.exitCode === null) process.kill(-browser.pid!, 'SIGKILL')
    await ended
    server.closeAllConnections()
    server.close()
    rmSync(profile, { recursive: true, force: true, maxRetries: 10 })
  }
}
