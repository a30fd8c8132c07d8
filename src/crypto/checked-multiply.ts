import { multiplyBaseWasm } from './babyjubjub-wasm.ts'
import { type MultiplyBase, multiplyBaseNoble, SUBGROUP_ORDER } from './eddsa.ts'

/** The smallest, the largest, and some with many different digits. */
const SCALARS = [
  1n,
  SUBGROUP_ORDER - 1n,
  ...[1n, 2n, 3n].map(
    (k) => (k * 0x123456789abcdef0fedcba987654321f13579bdf02468acef0e1d2c3b4a5968n) % SUBGROUP_ORDER,
  ),
]

/**
 * Multiplication by the WebAssembly kernel, for whoever signs much, after it was compared with noble-curves, the reference: a wrong signature may
 * tell the key. Takes some milliseconds.
 * @param multiply the kernel's, by default
 * @throws Error if they differ: the WebAssembly engine of this machine cannot be trusted
 */
export function checkedMultiply(multiply: MultiplyBase = multiplyBaseWasm): MultiplyBase {
  const got = multiply(SCALARS)
  for (const [i, { x, y }] of multiplyBaseNoble(SCALARS).entries()) {
    if (got[i]?.x !== x || got[i]?.y !== y) throw new Error('the BabyJubJub kernel differs from noble-curves')
  }
  return multiply
}
