import { R } from './field.ts'

// Grassi et al. 2019, eprint 2019/458, appendices E and F, with the numbers of rounds that circomlib uses for BN254.

const FIELD_BITS = 254
export const FULL_ROUNDS = 8
/** Partial rounds by the number of inputs. */
const PARTIAL_ROUNDS: Readonly<Record<number, number>> = { 2: 57, 3: 56, 4: 60, 5: 60, 8: 63 }
/** Bits of the register that are thrown away before the first one is used. */
const WARM_UP = 160

/** What a Poseidon permutation adds and multiplies with. */
export interface PoseidonParameters {
  partialRounds: number
  /** Round constants, those of a round one after another. */
  constants: readonly bigint[]
  /** The MDS matrix. */
  matrix: readonly (readonly bigint[])[]
}

/**
 * Derives the parameters for a number of inputs, in about 20 ms. They are generated, not stored: for the five that the protocol uses, they would be
 * 60 KiB of a bundle.
 * @throws RangeError unless the number of inputs is 2, 3, 4, 5 or 8
 */
export function poseidonParameters(inputs: number): PoseidonParameters {
  const partialRounds = PARTIAL_ROUNDS[inputs]
  if (partialRounds === undefined) throw new RangeError(`Poseidon of ${inputs} inputs`)
  const width = inputs + 1
  const nextBit = grainOf(width, partialRounds)
  const number = () => {
    let digits = '0b'
    for (let i = 0; i < FIELD_BITS; i++) digits += nextBit()
    return BigInt(digits)
  }
  const element = (): bigint => {
    const drawn = number()
    return drawn < R ? drawn : element()
  }
  const constants = Array.from({ length: (FULL_ROUNDS + partialRounds) * width }, element)
  // A Cauchy matrix. The first one drawn is secure for these widths, and what is drawn for it is reduced instead of drawn again.
  const drawn = Array.from({ length: 2 * width }, () => number() % R)
  const matrix = drawn.slice(0, width).map((x) => drawn.slice(width).map((y) => inverse(x + y)))
  return { partialRounds, constants, matrix }
}

/** The stream of the Grain register in its self-shrinking mode: of each pair of bits, the second one if the first is 1. */
function grainOf(width: number, partialRounds: number): () => 0 | 1 {
  // A prime field, x^5 (coded as 0), and the sizes; then ones.
  const seed: [value: number, bits: number][] = [
    [1, 2],
    [0, 4],
    [FIELD_BITS, 12],
    [width, 12],
    [FULL_ROUNDS, 10],
    [partialRounds, 10],
    [2 ** 30 - 1, 30],
  ]
  const register = Uint8Array.from(
    seed.flatMap(([value, bits]) => [...value.toString(2).padStart(bits, '0')].map(Number)),
  )
  const { length } = register
  let first = 0
  const tap = (i: number) => register[(first + i) % length]!
  const step = () => {
    const bit = tap(62) ^ tap(51) ^ tap(38) ^ tap(23) ^ tap(13) ^ tap(0)
    register[first] = bit
    first = (first + 1) % length
    return bit as 0 | 1
  }
  for (let i = 0; i < WARM_UP; i++) step()
  return () => {
    while (step() === 0) step()
    return step()
  }
}

/** The inverse modulo the field's prime, by Fermat. */
export function inverse(value: bigint): bigint {
  let result = 1n
  let power = value % R
  for (let exponent = R - 2n; exponent > 0n; exponent >>= 1n) {
    if (exponent & 1n) result = (result * power) % R
    power = (power * power) % R
  }
  return result
}
