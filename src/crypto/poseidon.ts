import {
  poseidon1,
  poseidon2,
  poseidon3,
  poseidon4,
  poseidon5,
  poseidon6,
  poseidon7,
  poseidon8,
  poseidon9,
  poseidon10,
  poseidon11,
  poseidon12,
  poseidon13,
  poseidon14,
  poseidon15,
  poseidon16,
} from 'poseidon-lite'
import { isField } from './field.ts'

/** Computes Poseidon of 1 to 16 canonical field elements. */
export type PoseidonEngine = (inputs: readonly bigint[]) => bigint

const BY_ARITY = [
  poseidon1,
  poseidon2,
  poseidon3,
  poseidon4,
  poseidon5,
  poseidon6,
  poseidon7,
  poseidon8,
  poseidon9,
  poseidon10,
  poseidon11,
  poseidon12,
  poseidon13,
  poseidon14,
  poseidon15,
  poseidon16,
]

/** In plain JavaScript: slow, but there at once and in a browser. */
export const poseidonLite: PoseidonEngine = (inputs) => BY_ARITY[inputs.length - 1]!(inputs as bigint[])

let engine: PoseidonEngine = poseidonLite

/** Replaces the engine of this thread; poseidon-wasm.ts brings one that is four times as fast. */
export function setPoseidon(replacement: PoseidonEngine): void {
  engine = replacement
}

/**
 * Poseidon over the BN254 scalar field with circomlib's parameters (Grassi et al. 2019, eprint 2019/458).
 * @param inputs 1 to 16 canonical field elements; anything else is a broken invariant (libraries would reduce
 * them silently, and two inputs would hash alike)
 */
export function poseidon(inputs: readonly bigint[]): bigint {
  if (inputs.length < 1 || inputs.length > 16) throw new RangeError('poseidon takes 1 to 16 inputs')
  for (const input of inputs)
    if (!isField(input)) throw new RangeError('poseidon input is not a field element')
  return engine(inputs)
}
