import { readFileSync } from 'node:fs'
import * as snarkjs from 'snarkjs'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { writeKeyFile } from '../../src/groth16/key-file.ts'
import { readZkeyVerificationKey } from '../../src/setup/snarkjs.ts'
import { verifyGroth16 } from '../../src/verify/groth16.ts'
import { parseVerificationKey, vkHash } from '../../src/verify/verification-key.ts'
import type { PageReport } from '../support/groth16/browser-page.ts'
import { hasChromium, reportOf } from '../support/groth16/chromium.ts'
import { smallCircuit } from '../support/groth16/small-circuit.ts'
import { browserBundle } from '../support/shared/browser-bundle.ts'

const ISOLATED = {
  'cross-origin-opener-policy': 'same-origin',
  'cross-origin-embedder-policy': 'require-corp',
}

let circuit: Awaited<ReturnType<typeof smallCircuit>>
let files: Record<string, Uint8Array | string>
beforeAll(async () => {
  circuit = await smallCircuit()
  await writeKeyFile(circuit.zkey, circuit.file('key'))
  files = {
    'index.html': '<!doctype html><script type="module" src="page.js"></script>',
    'page.js': await browserBundle('../test/support/groth16/browser-page.ts'),
    'worker.js': await browserBundle('groth16/browser-worker.ts'),
    key: readFileSync(circuit.file('key')),
    witness: await circuit.witness(77),
  }
})
afterAll(() => circuit.remove())

it.skipIf(!hasChromium).each([
  ['with threads over shared memory where the page is isolated', ISOLATED, 2],
  ['with the own thread where it is not', {}, 0],
] as const)('the engine proves in Chromium %s, and refuses what is bad', async (_, headers, threads) => {
  const report = await reportOf<PageReport>(files, headers)
  expect(report.error).toBeUndefined()
  expect([report.isolated, report.shared]).toEqual(Array(2).fill(threads > 0))
  // The second key is refused before workers start.
  expect(report.workers).toBe(threads)
  expect(report.progress[0]).toBe(1)
  const verificationKey = await readZkeyVerificationKey(circuit.zkey)
  const pinned = vkHash(parseVerificationKey(verificationKey)!)
  const [first, second] = report.proofs!
  expect(first!.proof).not.toEqual(second!.proof)
  for (const { proof, publicSignals } of report.proofs!) {
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
