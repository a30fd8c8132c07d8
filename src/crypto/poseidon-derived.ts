import { R } from './field.ts'
import { ARITIES } from './generated/poseidon-wasm.ts'
import type { Poseidon } from './poseidon.ts'
import { poseidonKernel } from './poseidon-kernel.ts'
import { FULL_ROUNDS, type PoseidonParameters, poseidonParameters } from './poseidon-parameters.ts'
import { sparseRounds } from './poseidon-sparse.ts'

/** How the kernel stores a field element: limbs of 29 bits in words of 32, in Montgomery form. */
const LIMBS = 9
const LIMB_BITS = 29n
const MONTGOMERY = 1n << (LIMB_BITS * BigInt(LIMBS))

/**
 * The WebAssembly kernel with constants that are derived when it is made, which takes some tenths of a second: for pages, which would load 130 kB of
 * constants otherwise. The kernel is the one of `poseidonWasm`, and so are the constants; a test compares them.
 */
export const poseidonDerived = (): Poseidon => poseidonKernel(kernelConstants())

/** What the kernel expects at CONSTANTS_AT: 1, the factor that enters Montgomery form, and then the constants and matrices of each arity. */
export function kernelConstants(): Uint8Array {
  const elements = ARITIES.flatMap((arity) => tablesOf(poseidonParameters(arity)))
  const words = [1n, (MONTGOMERY * MONTGOMERY) % R, ...elements.map((element) => (element * MONTGOMERY) % R)]
  const bytes = new DataView(new ArrayBuffer(words.length * LIMBS * 4))
  words.forEach((word, i) => {
    for (let limb = 0; limb < LIMBS; limb++) {
      const value = (word >> (LIMB_BITS * BigInt(limb))) & ((1n << LIMB_BITS) - 1n)
      bytes.setUint32((i * LIMBS + limb) * 4, Number(value), true)
    }
  })
  return new Uint8Array(bytes.buffer)
}

/** The tables of an arity in the kernel's order: round constants, the matrix, the one before the partial rounds, and those of the partial rounds. */
function tablesOf(parameters: PoseidonParameters): bigint[] {
  const { constants, before, sparse } = sparseRounds(parameters, FULL_ROUNDS)
  return [...constants, ...parameters.matrix.flat(), ...before.flat(), ...sparse.flat()]
}
