import { readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import * as snarkjs from 'snarkjs'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { deriveKey } from '../../../src/groth16/derive-key.ts'
import { Groth16Prover } from '../../../src/groth16/prover.ts'
import { setUp } from '../../../src/setup/groth16/development.ts'
import { useOneThread } from '../../../src/setup/snarkjs.ts'
import { verifyGroth16 } from '../../../src/verify/groth16.ts'
import { randomCircuit } from '../../support/groth16/random-circuit.ts'
import { testFolder } from '../../support/shared/test-folder.ts'
import { Random } from '../../support/simulation/random.ts'

/** Proofs to make; `npm run test:random-circuits` makes 1,000. */
const PROOFS = Number(process.env.RANDOM_PROOFS ?? 20)
const PER_CIRCUIT = 4

const folder = testFolder('random')
beforeAll(useOneThread)
afterAll(() => rmSync(folder, { recursive: true, force: true }))

/** The prover of a circuit, and what it has to merge or leave out. */
async function proverOf(r1cs: Uint8Array) {
  const file = (ending: string) => join(folder, `circuit.${ending}`)
  writeFileSync(file('r1cs'), r1cs)
  await setUp(file('r1cs'), file('zkey'))
  const { header, body } = await deriveKey(readFileSync(file('zkey')), '00'.repeat(32))
  return Groth16Prover.load(header, (memory) => memory.set(body))
}

it(`${PROOFS} proofs of random circuits are taken by snarkjs and by the strict verifier`, async () => {
  const circuits = Math.ceil(PROOFS / PER_CIRCUIT)
  let merged = 0
  let infinite = 0
  for (let seed = 1; seed <= circuits; seed++) {
    const circuit = randomCircuit(new Random(seed))
    const prover = await proverOf(circuit.r1cs)
    const { verificationKey, vkHash, counts } = prover.header
    merged += prover.header.merged
    infinite += circuit.wires - counts.a
    for (let i = 0; i < PER_CIRCUIT; i++) {
      const { proof, publicSignals } = await prover.prove(circuit.witness())
      const what = `seed ${seed}, witness ${i}`
      expect(verifyGroth16({ verificationKey, publicSignals, proof }, vkHash), what).toBeNull()
      const theirs = await snarkjs.groth16.verify(verificationKey as never, publicSignals, proof as never)
      expect(theirs, what).toBe(true)
    }
    await prover.close()
  }
  // Such points were among them.
  expect(merged).toBeGreaterThan(0)
  expect(infinite).toBeGreaterThan(0)
})
