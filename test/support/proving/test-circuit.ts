import type { Artifacts } from '../../../src/setup/artifacts.ts'
import { ensureArtifacts } from '../../../src/setup/build.ts'
import { batchCircuit, type Circuit } from '../../../src/setup/circuits.ts'

/** The circuit that tests prove with, the smallest that is shipped. */
export function testCircuit(): Circuit {
  const circuit = batchCircuit(4, 12)
  if (circuit === undefined) throw new Error('no batch circuit for B = 4')
  return circuit
}

/** Its artifacts: from the cache, or built once, which takes half a minute on two quiet cores. */
export function testArtifacts(): Promise<Artifacts> {
  return ensureArtifacts(testCircuit())
}

/** Milliseconds a test may take that has to wait for the build. */
export const BUILD_TIMEOUT_MS = 600_000
