import { execFile } from 'node:child_process'
import { existsSync, mkdtempSync, rmSync } from 'node:fs'
import http from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { build } from 'esbuild'
import type { Groth16Claim } from '../../../src/verify/groth16.ts'

const CHROMIUM = '/usr/bin/chromium'
const VERIFIER = fileURLToPath(new URL('../../../src/verify/groth16.ts', import.meta.url))
const ROUNDS = 11
const TIMEOUT_MS = 60_000

/** Milliseconds of one verification in headless Chromium, the median of several; undefined where there is no Chromium. */
export async function verifyInBrowser(claim: Groth16Claim, pinned: string): Promise<number | undefined> {
  if (!existsSync(CHROMIUM)) return undefined
  const script = `import { verifyGroth16 } from ${JSON.stringify(VERIFIER)}
    const times = []
    for (let i = 0; i < ${ROUNDS}; i++) {
      const started = performance.now()
      if (verifyGroth16(${JSON.stringify(claim)}, ${JSON.stringify(pinned)}) !== null) throw new Error('not verified')
      times.push(performance.now() - started)
    }
    times.sort((a, b) => a - b)
    document.body.textContent = 'median ' + times[${Math.floor(ROUNDS / 2)}] + ' end'`
  const { outputFiles } = await build({
    stdin: { contents: script, resolveDir: fileURLToPath(new URL('.', import.meta.url)) },
    bundle: true,
    format: 'iife',
    write: false,
    logLevel: 'silent',
  })
  const page = `<!doctype html><body></body><script>${outputFiles[0]!.text.replaceAll('</script', '<\\/script')}</script>`
  const server = http.createServer((_request, response) =>
    response.setHeader('content-type', 'text/html').end(page),
  )
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const profile = mkdtempSync(join(tmpdir(), 'inpigritas-browser-'))
  try {
    const { port } = server.address() as AddressInfo
    const quiet = ['--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking']
    const { stdout } = await promisify(execFile)(
      CHROMIUM,
      [
        '--headless',
        '--no-sandbox',
        ...quiet,
        '--disable-component-update',
        '--disable-sync',
        `--user-data-dir=${profile}`,
        '--dump-dom',
        `http://127.0.0.1:${port}/`,
      ],
      { timeout: TIMEOUT_MS },
    )
    const found = /median ([\d.]+) end/.exec(stdout)
    if (found === null) throw new Error(`the page did not verify: ${stdout.slice(-200)}`)
    return Number(found[1])
  } finally {
    server.close()
    rmSync(profile, { recursive: true, force: true })
  }
}
