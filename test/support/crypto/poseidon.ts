import { poseidonWasm } from '../../../src/crypto/poseidon-wasm.ts'

/** The Poseidon of tests that do not compare implementations. */
export const poseidon = poseidonWasm()
