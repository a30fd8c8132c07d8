import { bn254 } from '@noble/curves/bn254.js'

/** A point on the twist of BN254 that is not in the subgroup of G2, in snarkjs's format: the first x whose equation has a root. */
export function outsideSubgroup(): string[][] {
  const { Fp2 } = bn254.fields
  const b = bn254.G2.Point.CURVE().b
  for (let i = 1n; ; i++) {
    const x = Fp2.fromBigTuple([i, 0n])
    const square = Fp2.add(Fp2.mul(Fp2.sqr(x), x), b)
    try {
      const y = Fp2.sqrt(square)
      return [
        [String(x.c0), String(x.c1)],
        [String(y.c0), String(y.c1)],
        ['1', '0'],
      ]
    } catch {
      // No root: the next x.
    }
  }
}
