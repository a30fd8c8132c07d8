import { base64ToBytes } from '../codec/bytes.ts'
import { CONSTANTS } from './generated/poseidon-wasm.ts'
import type { Poseidon } from './poseidon.ts'
import { poseidonKernel } from './poseidon-kernel.ts'
import { poseidonPairs } from './poseidon-pairs.ts'

/**
 * The WebAssembly kernel with its constants as they are stored. It is over twice as fast as circomlibjs (docs/performance.md), and hashes pairs too.
 * Tests compare it with circomlibjs, and every node checks it at start (poseidon-check.ts).
 */
export const poseidonWasm = (): Poseidon => {
  const constants = base64ToBytes(CONSTANTS)
  return { ...poseidonKernel(constants), pairs: poseidonPairs(constants) }
}
