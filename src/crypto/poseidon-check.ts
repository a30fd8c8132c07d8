import { buildPoseidon } from 'circomlibjs'
import { FIELD_BYTES, R, readField, writeField } from './field.ts'
import type { Poseidon } from './poseidon.ts'

const ROUNDS = 64

/**
 * Compares a Poseidon with circomlibjs, the reference, on a chain of hashes whose outputs become inputs. A node whose hashes differ from those of its
 * peers would fork from them, so every node runs this check before it starts. Takes about half a second.
 * @throws Error if they differ: the WebAssembly engine of this machine cannot be trusted
 */
export async function checkPoseidon(poseidon: Poseidon): Promise<void> {
  const reference = await buildPoseidon()
  let chain = [R - 1n, 0n, 1n, R - 2n, 2n ** 253n, 5n, 6n, 7n]
  for (let round = 0; round < ROUNDS; round++) {
    for (const arity of [2, 3, 4, 5, 8]) {
      const inputs = chain.slice(0, arity)
      const hash = poseidon.hash(inputs)
      if (hash !== reference.F.toObject(reference(inputs))) {
        throw new Error(`the Poseidon kernel differs from circomlibjs on ${arity} inputs in round ${round}`)
      }
      if (arity === 4 && hashFour(poseidon, inputs) !== hash)
        throw new Error(`the Poseidon kernel hashes the children of a node differently in round ${round}`)
      chain = [...chain.slice(1), hash]
    }
  }
}

/** The same hash as the trees compute it. */
function hashFour(poseidon: Poseidon, inputs: readonly bigint[]): bigint {
  const bytes = new Uint8Array(5 * FIELD_BYTES)
  for (const [i, input] of inputs.entries()) writeField(input, bytes, i * FIELD_BYTES)
  poseidon.hashFour(bytes, 0, bytes, 4 * FIELD_BYTES)
  return readField(bytes, 4 * FIELD_BYTES)
}
