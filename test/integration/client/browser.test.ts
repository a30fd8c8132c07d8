import { rmSync } from 'node:fs'
import { join } from 'node:path'
import { type Context, createContext, runInContext } from 'node:vm'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type * as inpigritas from '../../../src/client/index.ts'
import { bytesToHex } from '../../../src/codec/bytes.ts'
import { fromPem } from '../../../src/keys/pem.ts'
import { bundleClient } from '../../support/client/bundle.ts'
import { freePort } from '../../support/network/free-port.ts'
import { Network } from '../../support/network/ictl-network.ts'
import { testFolder } from '../../support/shared/test-folder.ts'

/** What a page has, and nothing of Node: no process, no Buffer, no require; no WebAssembly either, which strict pages forbid. */
function pageContext(): Context {
  const { fetch, crypto, TextEncoder, TextDecoder, URL, AbortController, AbortSignal } = globalThis
  const { setTimeout, clearTimeout, performance, atob, btoa } = globalThis
  const page = createContext(
    {
      fetch,
      crypto,
      TextEncoder,
      TextDecoder,
      URL,
      AbortController,
      AbortSignal,
      setTimeout,
      clearTimeout,
      performance,
      atob,
      btoa,
    },
    { codeGeneration: { strings: false, wasm: false } },
  )
  runInContext('delete globalThis.WebAssembly', page)
  return page
}

describe('the client in a page', () => {
  const folder = testFolder('page')
  let network: Network
  let page: typeof inpigritas
  beforeAll(async () => {
    network = new Network(join(folder, 'data'), await freePort(), [
      '--no-demo',
      '--prove',
      'none',
      '--era',
      '500',
    ])
    const context = pageContext()
    expect(runInContext('typeof process + typeof Buffer + typeof require', context)).toBe(
      'undefined'.repeat(3),
    )
    runInContext(await bundleClient(), context)
    page = runInContext('inpigritas', context)
    await network.start()
  })
  afterAll(async () => {
    await network.stop()
    rmSync(folder, { recursive: true, force: true })
  })

  it.each(['eddsa', 'rsa'] as const)('makes an %s key, signs, submits and watches', async (kind) => {
    const client = page.createClient({ url: network.url })
    const [issuer, holder] = [await page.generateKey(kind), await page.generateKey('eddsa')]
    const code = `PAGE-${kind.toUpperCase()}`
    const final = async (signing: () => Promise<inpigritas.SignedAction>, note?: string) =>
      expect(await page.submitSigned(client, signing, { wait: 'FINAL', note })).toMatchObject({
        status: 'FINAL',
      })
    await final(() => client.signRegister(issuer, { code, cap: '5' }))
    const [to, note] = [page.addressOf(holder), 'From a page']
    await final(() => client.sign(issuer, { asset: code, amount: 5n, source: 'MINT', to, note }), note)
    await final(() => client.sign(holder, { asset: code, amount: 2n, to: page.addressOf(issuer) }))

    const held = `query ($address: String!, $asset: String!) { holding(address: $address, asset: $asset) { balance } }`
    expect(await client.query(held, { address: to, asset: code })).toEqual({ holding: { balance: '3' } })
    const heights: unknown[] = []
    for await (const { chain } of client.subscribe<{ chain: { finalizedHeight: string } }>(
      'subscription { chain { finalizedHeight } }',
    )) {
      heights.push(chain.finalizedHeight)
      break
    }
    expect(heights).toEqual([expect.stringMatching(/^[1-9][0-9]*$/)])
  })

  it('writes keys that Node reads, and signs as Node does', async () => {
    const client = page.createClient({ url: network.url })
    const key = await page.generateKey('eddsa')
    const { transfer, signature } = await client.sign(key, { asset: 'PAGE-EDDSA', amount: 1n })
    const copy = fromPem(page.toPem(key))
    const again = await network.client.sign(copy, { asset: 'PAGE-EDDSA', amount: 1n, era: transfer.era })
    expect(bytesToHex(again.signature)).toBe(bytesToHex(signature))
  })
})
