import { babyjubjub } from '@noble/curves/misc.js'
import { SUBGROUP_ORDER } from '../../../src/crypto/eddsa.ts'
import { R } from '../../../src/crypto/field.ts'
import { poseidon } from '../crypto/poseidon.ts'
import type { Forgery } from './forgery.ts'
import { aliceLeaf, bobLeaf } from './rule.ts'

/** A signature whose S leaves room for l in 251 bits. */
export function lowScalar(): Forgery {
  return {
    alter: ({ s }) => ({ s: s + SUBGROUP_ORDER }),
    until: ({ s }) => s + SUBGROUP_ORDER < 1n << 251n,
  }
}

/**
 * A signature whose sum R8 + 8 h A has the x of S B8 and the opposite y. Its R8 = r B8 + (0, -1) lies outside the subgroup, so that the sum is
 * -(S B8) + (0, -1) for S = -(r + 8 h a).
 */
export function otherHalf(): Forgery {
  const { Point } = babyjubjub
  const [a, r] = [1_234_567n, 7_654_321n]
  const base = Point.fromAffine(BASE8)
  const [key, eighth] = [base.multiply(a), base.multiply((a * Point.Fn.inv(8n)) % SUBGROUP_ORDER)].map(
    (point) => point.toAffine(),
  ) as [Affine, Affine]
  const r8 = base
    .multiply(r)
    .add(Point.fromAffine({ x: 0n, y: R - 1n }))
    .toAffine()
  const account = poseidon.hash([key.x, key.y])
  return {
    slot: { from: account },
    leaves: [{ ...aliceLeaf, account }, bobLeaf],
    by: null,
    alter: () => ({ keyEighth: [eighth.x, eighth.y], r8: [r8.x, r8.y] }),
    finish: (message) => {
      const challenge = poseidon.hash([r8.x, r8.y, key.x, key.y, message])
      return { s: (2n * SUBGROUP_ORDER - ((r + 8n * challenge * a) % SUBGROUP_ORDER)) % SUBGROUP_ORDER }
    },
  }
}

interface Affine {
  x: bigint
  y: bigint
}

/** The base point of signatures: circomlib's Base8. */
const BASE8: Affine = {
  x: 5299619240641551281634865583518297030282874472190772894086521144482721001553n,
  y: 16950150798460657717958625567821834550301663161624707787222815936182638968203n,
}
