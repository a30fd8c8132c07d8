import { babyjubjub } from '@noble/curves/misc.js'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { isCombination, multiplyBaseWasm } from '../../../src/crypto/babyjubjub-wasm.ts'
import { checkedMultiply } from '../../../src/crypto/checked-multiply.ts'
import { SUBGROUP_ORDER } from '../../../src/crypto/eddsa.ts'
import { R } from '../../../src/crypto/field.ts'
import { BATCH, SLOTS } from '../../../src/crypto/generated/babyjubjub-wasm.ts'

const { Point } = babyjubjub
type Point = InstanceType<typeof Point>

/** EIP-2494's generator of the whole group, of order 8 times the subgroup's. */
const GENERATOR = Point.fromAffine({
  x: 995203441582195749578291179787384436505546430278305826713579947235728471134n,
  y: 5472060717959818805561601436314318772137091100104008585924551046643952123905n,
})
const TORSION = GENERATOR.multiplyUnsafe(SUBGROUP_ORDER - 1n).add(GENERATOR)

/** Any multiple, scalars over the subgroup's order included, by double and add. */
function multiply(point: Point, scalar: bigint): Point {
  let sum = Point.ZERO
  for (const bit of scalar.toString(2)) {
    sum = sum.double()
    if (bit === '1') sum = sum.add(point)
  }
  return sum
}

const scalar = fc.oneof(
  fc.bigInt(0n, R - 1n),
  fc.constantFrom(0n, 1n, 15n, 16n, 255n, 256n, SUBGROUP_ORDER - 1n, SUBGROUP_ORDER, R - 1n, 1n << 252n),
)
/** Points of the whole group, those of small order among them. */
const point = fc
  .tuple(fc.oneof(fc.bigInt(0n, SUBGROUP_ORDER - 1n), fc.constantFrom(0n, 1n)), fc.nat(7))
  .map(([multiple, torsion]) => multiply(Point.BASE, multiple).add(multiply(TORSION, BigInt(torsion))))

describe('s * B8 + k * A', () => {
  it('agrees with noble-curves for any scalars and any point on the curve', () => {
    fc.assert(
      fc.property(scalar, scalar, point, (s, k, a) => {
        const expected = multiply(Point.BASE, s).add(multiply(a, k)).toAffine()
        expect(isCombination(expected, s, k, a.toAffine())).toBe(true)
      }),
      { numRuns: 150 },
    )
  })

  it('agrees also with bits alone in every place of either scalar', () => {
    const a = multiply(GENERATOR, 5n)
    const point = a.toAffine()
    let [ofBase, ofA] = [Point.BASE, a]
    for (let bit = 0n; bit < 253n; bit += 1n) {
      expect(isCombination(ofBase.add(a).toAffine(), 1n << bit, 1n, point)).toBe(true)
      expect(isCombination(ofA.add(Point.BASE).toAffine(), 1n, 1n << bit, point)).toBe(true)
      ofBase = ofBase.double()
      ofA = ofA.double()
    }
  })

  it('agrees also for points whose tables gave way to those of others, and next to those that have some', () => {
    const points = fc.sample(point, { numRuns: 6, seed: 5 })
    const often = points.map((a) => a.toAffine())
    const agrees = (n: number, s: bigint, k: bigint) => {
      const sum = multiply(Point.BASE, s).add(multiply(points[n]!, k))
      expect(isCombination(sum.toAffine(), s, k, often[n]!)).toBe(true)
      expect(isCombination(sum.add(Point.BASE).toAffine(), s, k, often[n]!)).toBe(false)
    }
    const digits = BigInt(`0x${'0123456789abcdef'.repeat(4)}`) % R
    const all = () => {
      often.forEach((_, n) => {
        agrees(n, digits, R - digits)
        agrees(n, R - 1n, SUBGROUP_ORDER)
      })
    }
    const doubled = points.map((a) => a.double().toAffine())
    // Each is another object, which has tables of its own.
    const others = Array.from({ length: SLOTS - 3 }, (_, i) => ({ ...often[i % often.length]! }))
    const agree = (from: number) => {
      for (let i = from; i < others.length; i++)
        expect(isCombination(doubled[i % often.length]!, 0n, 2n, others[i]!)).toBe(true)
    }
    all()
    agree(0)
    all()
    agree(others.length - 2 * often.length)
  })

  it('is no other point', () => {
    fc.assert(
      fc.property(scalar, scalar, point, point, (s, k, a, other) => {
        const sum = multiply(Point.BASE, s).add(multiply(a, k))
        const claims = [other, sum.negate(), sum.add(TORSION), sum.add(Point.BASE)].filter(
          (p) => !p.equals(sum),
        )
        for (const claim of claims) expect(isCombination(claim.toAffine(), s, k, a.toAffine())).toBe(false)
        const { x, y } = sum.toAffine()
        expect(isCombination({ x: (x + 1n) % R, y }, s, k, a.toAffine())).toBe(false)
        expect(isCombination({ x, y: (y + 1n) % R }, s, k, a.toAffine())).toBe(false)
      }),
      { numRuns: 30 },
    )
  })

  it('holds over a long chain, each result the next point', () => {
    let a = GENERATOR
    for (let i = 1n; i <= 300n; i++) {
      const s = (i * 0x9e3779b97f4a7c15f39cc0605cedc8341082276bf3a27251f86c6a11d0c18e95n) % R
      const next = multiply(Point.BASE, s).add(multiply(a, i)).toAffine()
      expect(isCombination(next, s, i, a.toAffine())).toBe(true)
      a = Point.fromAffine(next)
    }
  })
})

describe('s * B8 alone', () => {
  it('agrees with noble-curves for any scalar, every digit in every place among them', () => {
    const agrees = (s: bigint) => {
      expect(multiplyBaseWasm([s])).toEqual([multiply(Point.BASE, s).toAffine()])
    }
    for (let place = 0n; place < 63n; place++) {
      for (const digit of [1n, 8n, 15n]) agrees((digit << (4n * place)) % R)
    }
    fc.assert(fc.property(scalar, agrees), { numRuns: 100 })
  })

  it('agrees for as many scalars as are given, in their order', () => {
    const step = SUBGROUP_ORDER / 200n
    const scalars = Array.from({ length: BATCH + 2 }, (_, i) => BigInt(i) * step)
    const stepped = multiply(Point.BASE, step)
    let sum = Point.ZERO
    const points = scalars.map(() => {
      const point = sum.toAffine()
      sum = sum.add(stepped)
      return point
    })
    for (const count of [0, 1, 2, BATCH, BATCH + 2])
      expect(multiplyBaseWasm(scalars.slice(0, count))).toEqual(points.slice(0, count))
  })

  it('is compared with noble-curves before it signs', () => {
    expect(checkedMultiply()).toBe(multiplyBaseWasm)
    const wrong = (scalars: readonly bigint[]) =>
      multiplyBaseWasm(scalars.map((s) => (s === 1n ? s : s + 1n)))
    expect(() => checkedMultiply(wrong)).toThrow('differs from noble-curves')
  })
})
