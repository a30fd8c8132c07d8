import { base64ToBytes } from '../codec/bytes.ts'
import { CONSTANTS } from './generated/poseidon-wasm.ts'
import type { Poseidon } from './poseidon.ts'
import { poseidonKernel } from './poseidon-kernel.ts'

/**
 * The WebAssembly kernel with its constants as they are stored. It is over twice as fast as circomlibjs (docs/performance.md). Tests compare it with
 * circomlibjs, and every node checks it at start (poseidon-check.ts).
 */
export const poseidonWasm = (): Poseidon => poseidonKernel(base64ToBytes(CONSTANTS))
