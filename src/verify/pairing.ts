import { bn254 } from '@noble/curves/bn254.js'
import type { G1, G2 } from './points.ts'

const { Fp12 } = bn254.fields

/**
 * Whether the product of the pairings of these points is 1 (EIP-197). A pair with the point at infinity contributes 1.
 * @param pairs points in the prime-order subgroups, which is not checked
 */
export function isPairingOne(
  pairs: readonly (readonly [InstanceType<typeof G1>, InstanceType<typeof G2>])[],
): boolean {
  const finite = pairs.filter(([g1, g2]) => !g1.is0() && !g2.is0()).map(([g1, g2]) => ({ g1, g2 }))
  return finite.length === 0 || Fp12.eql(bn254.pairingBatch(finite), Fp12.ONE)
}
