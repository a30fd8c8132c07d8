import { FIELD_BYTES, isField, readField, writeField } from './field.ts'
import type { Poseidon } from './poseidon.ts'

/** Poseidon for a fixed number of inputs, as poseidon-lite exports it. */
type FixedArity = (inputs: bigint[]) => bigint

/**
 * Makes a Poseidon from functions of poseidon-lite. They are plain JavaScript: at most a quarter as fast as the WebAssembly kernel, but they run
 * everywhere. Each function comes with its own constants, so pass only those that are used to keep a bundle small.
 * @param byArity functions by their number of inputs; the one with four inputs is required, because tree nodes are hashed with it
 */
export function poseidonByArity(byArity: Readonly<Record<number, FixedArity>> & { 4: FixedArity }): Poseidon {
  return {
    hash(inputs) {
      const hash = byArity[inputs.length]
      if (hash === undefined) throw new RangeError(`Poseidon of ${inputs.length} inputs`)
      for (const input of inputs) if (!isField(input)) throw new RangeError('not a field element')
      return hash(inputs as bigint[])
    },
    hashFour(source, offset, target, targetOffset) {
      const inputs = [0, 1, 2, 3].map((i) => readField(source, offset + i * FIELD_BYTES))
      writeField(byArity[4](inputs), target, targetOffset)
    },
  }
}
