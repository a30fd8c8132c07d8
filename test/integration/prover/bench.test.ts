import { rmSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { fleetFor, type Measured, measure } from '../../../src/cli/prover-bench/measure.ts'
import { sampleBatch } from '../../../src/cli/prover-bench/sample-batch.ts'
import { ENGINE } from '../../../src/prover/prove.ts'
import { calculateWitness } from '../../../src/prover/witness.ts'
import { readVerificationKey } from '../../../src/setup/artifacts.ts'
import { ensureArtifacts } from '../../../src/setup/build.ts'
import type { BatchCircuit } from '../../../src/setup/circuits.ts'
import { parseVerificationKey, vkHash } from '../../../src/verify/verification-key.ts'
import { BUILD_TIMEOUT_MS, testArtifacts, testCircuit } from '../../support/proving/test-circuit.ts'
import { testFolder } from '../../support/shared/test-folder.ts'

const folder = testFolder('bench')
afterAll(() => rmSync(folder, { recursive: true, force: true }))
beforeAll(testArtifacts, BUILD_TIMEOUT_MS)

it('the batch that is proven is full of signed transfers, and satisfies the circuit', async () => {
  const input = await sampleBatch(testCircuit())
  const slots = 4 ** testCircuit().parameters.height
  expect(input.proven).toEqual(Array(slots).fill('1'))
  expect(input.register).toEqual(Array(slots).fill('0'))
  await calculateWitness(await testArtifacts(), input, join(folder, 'witness.wtns'))
})

it('proofs are made one after another, each counted', async () => {
  const circuit = {
    ...testCircuit(),
    ...{ name: 'small', file: 'lib/bits.circom', template: 'BitsAtMost', public: ['in'] },
    ...{ parameters: { bits: 20, height: 1 }, r1csSha256: '', developmentVkHash: '' },
  } as unknown as BatchCircuit
  const artifacts = await ensureArtifacts(circuit, { cache: folder })
  const developmentVkHash = vkHash(parseVerificationKey(readVerificationKey(artifacts))!)
  let proofs = 0
  const measured = await measure({ ...circuit, developmentVkHash }, artifacts, {
    input: { in: '1' },
    backend: { ...ENGINE, threads: 1 },
    onProof: () => proofs++,
    enoughMs: Number.POSITIVE_INFINITY,
  })
  expect(proofs).toBe(7)
  expect(measured).toMatchObject({ circuit: 'small', batchSize: 4, backend: 'engine' })
  expect(measured.transfersPerSecond).toBeCloseTo((measured.batchesPerHour * 4) / 3_600)
})

it('a fleet has as many machines as keep up with the rate', () => {
  const measured = { transfersPerSecond: 2, cores: 4 } as Measured
  expect(fleetFor(measured, 7)).toEqual({
    transfersPerSecond: 7,
    machines: 4,
    coreHoursPerMillion: (1e6 / 2 / 3_600) * 4,
  })
})
