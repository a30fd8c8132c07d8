import type { Artifacts } from '../../../src/setup/artifacts.ts'
import { ensureArtifacts } from '../../../src/setup/build.ts'
import { type BatchCircuit, batchCircuit } from '../../../src/setup/circuits.ts'

/** Records per batch: 4, the smallest in circuits.json; `npm run test:batch-16` takes 16. */
export const BATCH_SIZE = Number(process.env.TEST_BATCH_SIZE ?? 4)

/** The circuit with which tests prove. */
export function testCircuit(): BatchCircuit {
  const circuit = batchCircuit(BATCH_SIZE, 12)
  if (circuit === undefined) throw new Error(`no batch circuit for B = ${BATCH_SIZE}`)
  return circuit
}

/** Its artifacts: from the cache, or built once, which takes half a minute on two idle cores for 4 records. */
export function testArtifacts(): Promise<Artifacts> {
  return ensureArtifacts(testCircuit())
}

/** Time limit, in milliseconds, of a test that may have to wait for the build. */
export const BUILD_TIMEOUT_MS = 150_000 * BATCH_SIZE
