import { readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest'
import { VERDICTS } from '../../src/certificate/report.ts'
import { createClient } from '../../src/client/client.ts'
import type { CertificateResult } from '../../src/explorer/verify/result.ts'
import { axeFindings } from '../support/browser/axe.ts'
import { Browser, hasChromium } from '../support/browser/browser.ts'
import { StoppableProxy } from '../support/browser/stoppable-proxy.ts'
import { choose, outcome } from '../support/browser/verifying.ts'
import { CORPUS } from '../support/certificate/corpus/corpus-chain.ts'
import { testFolder } from '../support/shared/test-folder.ts'

interface Entry {
  file: string
  genesis: string
  policy: string | null
  maxAgeMs: number | null
  proofs: string | null
  newer: string | null
  verdicts: Record<string, string>
  code: string | null
}

const demo = inject('demo')
const folder = testFolder('verify')
const read = (name: string) => readFileSync(new URL(name, CORPUS))

/** The certificate of an asset's origin, as the demo gives it. */
async function certificateOf(asset: string): Promise<string> {
  const query = `{ certificate(input: { start: { asset: "${asset}" } }) { json } }`
  const { certificate } = await createClient({ url: `${demo}/graphql` }).query<{
    certificate: { json: string }
  }>(query)
  return certificate.json
}

/** Writes a file in which the byte after the first occurrence of a text, a digit, is another one. */
function tampered(path: string, text: string): string {
  const bytes = readFileSync(path)
  const changed = join(folder, 'changed.json')
  const at = bytes.indexOf(text) + text.length
  bytes[at] = bytes[at] === 0x31 ? 0x32 : 0x31
  writeFileSync(changed, bytes)
  return changed
}

describe.skipIf(!hasChromium)('the verifier of the page', () => {
  let browser: Browser
  beforeAll(async () => {
    browser = await Browser.open()
  })
  afterAll(() => browser?.close())

  it('comes to the verdicts of the published certificates', async () => {
    const { nowMs, certificates } = JSON.parse(String(read('index.json'))) as {
      nowMs: number
      certificates: Entry[]
    }
    const named = certificates.flatMap(({ file, genesis, policy, proofs, newer }) => [
      ...[file, genesis, policy, proofs, newer],
    ])
    const names = [...new Set(named.filter((name) => name !== null))]
    const files = Object.fromEntries(names.map((name) => [name, read(name).toString('base64')]))
    const verifier = readdirSync('dist/explorer').find((name) => name.startsWith('verifier-'))
    const page = await browser.page()
    await page.open(`${demo}/verify`)
    const results = await page.evaluate<CertificateResult[]>(`(async () => {
      const files = ${JSON.stringify(files)}
      const bytes = (name) => Uint8Array.from(atob(files[name]), (c) => c.charCodeAt(0))
      const worker = new Worker('/explorer/${verifier}', { type: 'module' })
      const results = []
      for (const { file, genesis, policy, maxAgeMs, proofs, newer } of ${JSON.stringify(certificates)}) {
        worker.postMessage({
          file: bytes(file), kind: 'certificate', genesis: bytes(genesis), nowMs: ${nowMs},
          policy: policy === null ? undefined : atob(files[policy]), maxAgeMs: maxAgeMs ?? undefined,
          proofs: proofs === null ? undefined : bytes(proofs), newer: newer === null ? undefined : bytes(newer),
        })
        results.push(await new Promise((resolve, reject) => {
          worker.onerror = reject
          worker.onmessage = ({ data }) => data.result && resolve(data.result)
        }))
      }
      worker.terminate()
      return results
    })()`)
    const got = results.map(({ code, verdicts }, i) => ({
      file: certificates[i]!.file,
      code,
      verdicts: Object.fromEntries(VERDICTS.map((name) => [name, verdicts?.[name].verdict])),
    }))
    expect(got).toEqual(certificates.map(({ file, code, verdicts }) => ({ file, code, verdicts })))
  })

  it('checks files that are chosen, refuses what was changed, and says why, to a screen reader too', async () => {
    const page = await browser.page()
    await page.open(`${demo}/verify`)
    await page.waitForText('this is what the server shows')
    const [genesis, good] = ['genesis.json', 'good-backward.json'].map((name) =>
      fileURLToPath(new URL(name, CORPUS)),
    )
    await choose(page, good!)
    await outcome(page, 'Refused')
    await page.waitForText('WRONG_CHAIN')
    await choose(page, genesis!, good!)
    await outcome(page, 'This genesis is not the one that is kept here')
    await page.waitForText('OTHER_GENESIS')
    await choose(page, genesis!)
    await page.waitForText('you pinned it, and the server now shows another chain')
    await choose(page, good!)
    await outcome(page, 'Verified: intact, complete, signed and final')
    expect(await page.evaluate('document.querySelectorAll(".verdict").length')).toBe(7)
    await choose(page, tampered(good!, '"toStart":"'))
    await outcome(page, 'Refused')
    await page.waitForText('NOT_IN_HISTORY')
    expect((await page.said()).some(({ name }) => name.includes('NOT_IN_HISTORY'))).toBe(true)
    expect(await axeFindings(page)).toEqual([])
    expect(page.complaints).toEqual([])
  })

  it('opens without a network, and checks a saved certificate there', async () => {
    const proxy = await StoppableProxy.start(demo)
    const page = await browser.page()
    await page.open(`${proxy.url}/verify`)
    await page.waitForText('this is what the server shows')
    await page.waitForText('it opens without a network')
    const path = join(folder, 'certificate.json')
    writeFileSync(path, await certificateOf('DEMO-ROAST-1'))
    await proxy.stop()
    await page.setOffline(true)
    await page.open(`${proxy.url}/verify`)
    await page.waitForText('Now it shows none:')
    await page.waitForText('The server cannot be reached.')
    await choose(page, path)
    await outcome(page, 'Verified: intact, complete, signed and final')
    await page.waitForText('DEMO-LOT-A')
    await choose(page, tampered(path, '"inTotal":"'))
    await outcome(page, 'Refused')
    await page.waitForText('NOT_IN_STATE')
    expect(page.requests.filter((url) => !url.startsWith(proxy.url))).toEqual([])
  })
})
