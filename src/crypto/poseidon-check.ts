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
      checkPairs(poseidon, inputs, hash, round)
      chain = [...chain.slice(1), hash]
    }
  }
}

/** Compares the hashes of a pair, in both places, with those of single lists. */
function checkPairs(poseidon: Poseidon, inputs: readonly bigint[], hash: bigint, round: number): void {
  const { pairs } = poseidon
  if (pairs === undefined) return
  const turned = inputs.toReversed()
  const [first, second] = pairs.hash(turned, inputs)
  if (first !== poseidon.hash(turned) || second !== hash)
    throw new Error(
      `the Poseidon kernel hashes pairs of ${inputs.length} inputs differently in round ${round}`,
    )
  if (inputs.length !== 4) return
  const [a, b] = [turned, inputs].map(bytesOf) as [Uint8Array, Uint8Array]
  pairs.hashFour(a, b, a, b)
  if (readField(a, 0) !== first || readField(b, 0) !== second)
    throw new Error(`the Poseidon kernel hashes the children of two nodes differently in round ${round}`)
}

/** The same hash as the trees compute it. */
function hashFour(poseidon: Poseidon, inputs: readonly bigint[]): bigint {
  const hash = new Uint8Array(FIELD_BYTES)
  poseidon.hashFour(bytesOf(inputs), 0, hash, 0)
  return readField(hash, 0)
}

function bytesOf(inputs: readonly bigint[]): Uint8Array {
  const bytes = new Uint8Array(inputs.length * FIELD_BYTES)
  for (const [i, input] of inputs.entries()) writeField(input, bytes, i * FIELD_BYTES)
  return bytes
}
