import { readFileSync, writeFileSync } from 'node:fs'
import * as snarkjs from 'snarkjs'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { writeKeyFile } from '../../src/groth16/key-file.ts'
import { applyBeacon, beginCeremony, verifyCeremony } from '../../src/setup/ceremony.ts'
import { readZkeyVerificationKey } from '../../src/setup/snarkjs.ts'
import { verifyGroth16 } from '../../src/verify/groth16.ts'
import { parseVerificationKey, vkHash } from '../../src/verify/verification-key.ts'
import { Browser, hasChromium } from '../support/browser/browser.ts'
import { serveFiles } from '../support/browser/served-files.ts'
import type { PageReport } from '../support/groth16/proving-page.ts'
import { smallCircuit } from '../support/groth16/small-circuit.ts'
import type { PageContribution } from '../support/setup/contributing-page.ts'
import { makePhase1 } from '../support/setup/phase-1.ts'
import { browserBundle } from '../support/shared/browser-bundle.ts'

const ISOLATED = {
  'cross-origin-opener-policy': 'same-origin',
  'cross-origin-embedder-policy': 'require-corp',
}

let circuit: Awaited<ReturnType<typeof smallCircuit>>
let files: Record<string, Uint8Array | string>
let browser: Browser
beforeAll(async () => {
  if (!hasChromium) return
  browser = await Browser.open()
  circuit = await smallCircuit()
  await writeKeyFile(circuit.zkey, circuit.file('key'))
  files = {
    'index.html': '<!doctype html><script type="module" src="page.js"></script>',
    'page.js': await browserBundle('../test/support/groth16/proving-page.ts'),
    'worker.js': await browserBundle('groth16/browser-worker.ts'),
    key: readFileSync(circuit.file('key')),
    witness: await circuit.witness(77),
  }
})
afterAll(async () => {
  circuit?.remove()
  await browser?.close()
})

/** The value of a variable of a page that these files make. */
async function reportOf<T>(
  served: Record<string, Uint8Array | string>,
  variable: string,
  headers: Record<string, string> = {},
): Promise<T> {
  const server = await serveFiles(served, headers)
  try {
    const page = await browser.page()
    await page.open(server.url)
    return await page.evaluate<T>(variable)
  } finally {
    server.close()
  }
}

it.skipIf(!hasChromium).each([
  ['with threads over shared memory where the page is isolated', ISOLATED, 2],
  ['with the own thread where it is not', {}, 0],
] as const)('the engine proves in Chromium %s, and refuses what is bad', async (_, headers, threads) => {
  const report = await reportOf<PageReport>(files, 'proven', headers)
  expect([report.isolated, report.shared]).toEqual(Array(2).fill(threads > 0))
  // The second key is refused before workers start.
  expect(report.workers).toBe(threads)
  expect(report.progress[0]).toBe(1)
  const verificationKey = await readZkeyVerificationKey(circuit.zkey)
  const pinned = vkHash(parseVerificationKey(verificationKey)!)
  const [first, second] = report.proofs
  expect(first!.proof).not.toEqual(second!.proof)
  for (const { proof, publicSignals } of report.proofs) {
    expect(publicSignals.at(-1)).toBe('77')
    expect(verifyGroth16({ verificationKey, publicSignals, proof }, pinned)).toBeNull()
    expect(await snarkjs.groth16.verify(verificationKey as never, publicSignals, proof as never)).toBe(true)
  }
  expect(report.refused).toEqual([
    'PROOF_INVALID',
    'KEY_DAMAGED',
    'KEY_DAMAGED',
    ...(threads > 0 ? ['ENGINE_FAILED'] : []),
  ])
})

it.skipIf(!hasChromium)('a page contributes to a ceremony as ictl does', async () => {
  const { r1cs } = circuit.artifacts
  const [ptau, first, second, last] = ['phase1.ptau', '0.zkey', '1.zkey', '2.zkey'].map(circuit.file) as [
    string,
    string,
    string,
    string,
  ]
  await makePhase1(6, '01'.repeat(32), ptau)
  await beginCeremony(r1cs, ptau, first)
  const served = {
    'index.html': '<!doctype html><script type="module" src="page.js"></script>',
    'page.js': await browserBundle('../test/support/setup/contributing-page.ts'),
    'before.zkey': readFileSync(first),
  }
  const { zkey, contribution } = await reportOf<PageContribution>(served, 'contributed')
  writeFileSync(second, Buffer.from(zkey, 'base64'))
  const beacon = await applyBeacon(second, last, 'block', '02'.repeat(32))
  const { contributions } = await verifyCeremony(r1cs, ptau, last)
  expect(contributions).toEqual([contribution, beacon])
  expect(contribution).toMatchObject({ kind: 'contribution', name: 'Ann in a browser' })
})
