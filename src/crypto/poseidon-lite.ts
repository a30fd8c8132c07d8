import { FIELD_BYTES, isField, R, readField, writeField } from './field.ts'
import type { Poseidon } from './poseidon.ts'
import { FULL_ROUNDS, type PoseidonParameters, poseidonParameters } from './poseidon-parameters.ts'

/** Parameters by the number of inputs. */
const known = new Map<number, PoseidonParameters>()

/**
 * Poseidon in plain JavaScript: small and slow, at most a quarter as fast as the WebAssembly kernel, but it runs everywhere. The first hash of a
 * number of inputs takes some 20 ms longer.
 */
export const poseidonLite: Poseidon = {
  hash(inputs) {
    const parameters = known.get(inputs.length) ?? poseidonParameters(inputs.length)
    known.set(inputs.length, parameters)
    for (const input of inputs) if (!isField(input)) throw new RangeError('not a field element')
    return permute([0n, ...inputs], parameters)
  },
  hashFour(source, offset, target, targetOffset) {
    const inputs = [0, 1, 2, 3].map((i) => readField(source, offset + i * FIELD_BYTES))
    writeField(poseidonLite.hash(inputs), target, targetOffset)
  },
}

/** @returns the first element of the state after all rounds */
function permute(start: bigint[], { partialRounds, constants, matrix }: PoseidonParameters): bigint {
  const width = start.length
  let state = start
  for (let round = 0; round < FULL_ROUNDS + partialRounds; round++) {
    const isFull = round < FULL_ROUNDS / 2 || round >= FULL_ROUNDS / 2 + partialRounds
    const mixed = state.map((value, i) => {
      const sum = value + constants[round * width + i]!
      return isFull || i === 0 ? fifthPower(sum) : sum
    })
    state = matrix.map((row) => row.reduce((sum, factor, i) => sum + factor * mixed[i]!, 0n) % R)
  }
  return state[0]!
}

function fifthPower(value: bigint): bigint {
  const square = (value * value) % R
  return (square * square * value) % R
}
