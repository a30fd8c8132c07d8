import { FIELD_BYTES, isField, readField, writeField } from './field.ts'
import type { Poseidon } from './poseidon.ts'

/** Poseidon of one number of inputs, as poseidon-lite exports it. */
type FixedArity = (inputs: bigint[]) => bigint

/**
 * Makes a Poseidon of poseidon-lite's functions in plain JavaScript: at most a quarter as fast as the kernel, and runs wherever JavaScript does. Each
 * function brings its own constants, so whoever bundles gives only what it needs.
 * @param byArity functions by their number of inputs; that of four is needed for nodes
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
