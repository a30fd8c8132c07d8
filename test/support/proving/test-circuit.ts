import type { Artifacts } from '../../../src/setup/artifacts.ts'
import { ensureArtifacts } from '../../../src/setup/build.ts'
import { batchCircuit, type Circuit } from '../../../src/setup/circuits.ts'

/** The circuit with which tests prove: the smallest one in circuits.json. */
export function testCircuit(): Circuit {
  const circuit = batchCircuit(4, 12)
  if (circuit === undefined) throw new Error('no batch circuit for B = 4')
  return circuit
}

/** Its artifacts: from the cache, or built once, which takes half a minute on two idle cores. */
export function testArtifacts(): Promise<Artifacts> {
  return ensureArtifacts(testCircuit())
}

/** Time limit, in milliseconds, of a test that may have to wait for the build. */
export const BUILD_TIMEOUT_MS = 600_000
