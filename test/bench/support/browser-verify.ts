import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, mkdtempSync, rmSync } from 'node:fs'
import http from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { build } from 'esbuild'
import type { Groth16Claim } from '../../../src/verify/groth16.ts'

const CHROMIUM = '/usr/bin/chromium'
const FLAGS = [
  ...['--headless', '--no-sandbox', '--remote-debugging-port=0', '--disable-gpu', '--disable-quic'],
  ...['--no-first-run', '--disable-background-networking', '--disable-component-update', '--disable-sync'],
]
const TIMEOUT_MS = 120_000
const source = (path: string) =>
  JSON.stringify(fileURLToPath(new URL(`../../../src/${path}`, import.meta.url)))

/** Milliseconds of one verification of a proof in headless Chromium, the median of several; undefined where there is no Chromium. */
export function verifyInBrowser(claim: Groth16Claim, pinned: string): Promise<number | undefined> {
  return medianInBrowser(
    `import { verifyGroth16 } from ${source('verify/groth16.ts')}
    async function run() {
      if (verifyGroth16(${JSON.stringify(claim)}, ${JSON.stringify(pinned)}) !== null) throw new Error('not verified')
    }`,
    11,
  )
}

/** The same for a certificate of origin, of which nothing may be missing. @param genesis its text */
export function checkInBrowser(
  certificate: string,
  genesis: string,
  rounds: number,
): Promise<number | undefined> {
  return medianInBrowser(
    `import { checkCertificate } from ${source('certificate/index.ts')}
    const bytes = new TextEncoder().encode(${JSON.stringify(certificate)})
    async function run() {
      const { intact, complete, signed, final } = await checkCertificate(bytes, ${JSON.stringify(genesis)})
      const all = [intact, complete, signed, final]
      if (all.some(({ verdict }) => verdict !== 'yes')) throw new Error(JSON.stringify(all))
    }`,
    rounds,
  )
}

/** Runs what a script defines as `run` so often in a page, which tells the median time. */
async function medianInBrowser(script: string, rounds: number): Promise<number | undefined> {
  if (!existsSync(CHROMIUM)) return undefined
  const measuring = `${script}
    const tell = (body) => fetch('/result', { method: 'POST', body })
    const times = []
    try {
      for (let i = 0; i < ${rounds}; i++) {
        const started = performance.now()
        await run()
        times.push(performance.now() - started)
      }
      times.sort((a, b) => a - b)
      await tell(String(times[${Math.floor(rounds / 2)}]))
    } catch (error) {
      await tell(String(error))
    }`
  const { outputFiles } = await build({
    stdin: { contents: measuring, resolveDir: fileURLToPath(new URL('.', import.meta.url)) },
    ...{ bundle: true, format: 'esm', write: false, logLevel: 'silent' },
  })
  const result = await resultOf(outputFiles![0]!.text)
  if (Number.isNaN(Number(result))) throw new Error(`the page did not verify: ${result}`)
  return Number(result)
}

/** What a page with this module sends back. */
async function resultOf(module: string): Promise<string> {
  const page = `<!doctype html><body></body><script type="module">${module.replaceAll('</script', '<\\/script')}</script>`
  let told = (_: string) => {}
  const result = new Promise<string>((resolve) => {
    told = resolve
  })
  const server = http.createServer(async (request, response) => {
    let body = ''
    for await (const part of request) body += part
    if (request.url === '/result') told(body)
    response.setHeader('content-type', 'text/html').end(page)
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const profile = mkdtempSync(join(tmpdir(), 'inpigritas-browser-'))
  const { port } = server.address() as AddressInfo
  const browser = spawn(CHROMIUM, [...FLAGS, `--user-data-dir=${profile}`, `http://127.0.0.1:${port}/`], {
    stdio: 'ignore',
    detached: true,
  })
  const ended = once(browser, 'exit')
  const late = setTimeout(() => told('it took too long'), TIMEOUT_MS)
  try {
    return await result
  } finally {
    clearTimeout(late)
    // Its helper processes write to the profile until they end too.
    process.kill(-browser.pid!)
    await ended
    server.close()
    server.closeAllConnections()
    rmSync(profile, { recursive: true, force: true, maxRetries: 30 })
  }
}
