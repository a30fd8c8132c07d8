import { babyjubjub } from '@noble/curves/misc.js'
import { buildEddsa, type Eddsa, type JubPoint } from 'circomlibjs'
import fc from 'fast-check'
import { beforeAll, describe, expect, it } from 'vitest'
import { concatBytes } from '../../../src/codec/bytes.ts'
import { multiplyBaseWasm } from '../../../src/crypto/babyjubjub-wasm.ts'
import {
  decodeEddsaKey,
  decodeEddsaSignature,
  eddsaClaim,
  eddsaPublicKey,
  SUBGROUP_ORDER,
  signEddsa,
  verifyEddsa,
  verifyEddsaAll,
} from '../../../src/crypto/eddsa.ts'
import { fieldToBytes, R, readField } from '../../../src/crypto/field.ts'
import { poseidon } from '../../support/crypto/poseidon.ts'

const Point = babyjubjub.Point
type Point = InstanceType<typeof Point>

const SEED = new Uint8Array(32).fill(7)
const KEY = eddsaPublicKey(SEED)
const IDENTITY = { x: 0n, y: 1n }
/** EIP-2494's generator of the whole group; times the subgroup's order it has order 8. */
const GENERATOR = Point.fromAffine({
  x: 995203441582195749578291179787384436505546430278305826713579947235728471134n,
  y: 5472060717959818805561601436314318772137091100104008585924551046643952123905n,
})
const TORSION = GENERATOR.multiplyUnsafe(SUBGROUP_ORDER - 1n).add(GENERATOR)

/** 32 big-endian bytes of any number below 2^256, canonical or not. */
const raw = (value: bigint) => new Uint8Array(Buffer.from(value.toString(16).padStart(64, '0'), 'hex'))
const pair = ({ x, y }: { x: bigint; y: bigint }) => concatBytes(raw(x), raw(y))
const numbers = (bytes: Uint8Array) =>
  [0, 32, 64].filter((at) => at < bytes.length).map((at) => readField(bytes, at))
const field = fc.bigInt(0n, R - 1n)
const seeds = fc.uint8Array({ minLength: 32, maxLength: 32 })

/** A signature by the secret scalar a of A = a * B8, with a chosen nonce and torsion added to R8. */
function craft(a: bigint, nonce: bigint, message: bigint, torsion: Point = Point.ZERO) {
  const key = Point.BASE.multiplyUnsafe(a).toAffine()
  const r8 = Point.BASE.multiplyUnsafe(nonce).add(torsion).toAffine()
  const challenge = poseidon.hash([r8.x, r8.y, key.x, key.y, message])
  const s = (nonce + 8n * challenge * a) % SUBGROUP_ORDER
  return { publicKey: pair(key), signature: concatBytes(pair(r8), raw(s)) }
}

let circomlib: Eddsa
beforeAll(async () => {
  circomlib = await buildEddsa()
})

/** What circomlibjs says of the same numbers. */
function circomlibVerify(publicKey: Uint8Array, message: bigint, signature: Uint8Array): boolean {
  const e = (value: bigint) => circomlib.F.e(value)
  const [ax, ay] = numbers(publicKey) as [bigint, bigint]
  const [r8x, r8y, S] = numbers(signature) as [bigint, bigint, bigint]
  return circomlib.verifyPoseidon(e(message), { R8: [e(r8x), e(r8y)], S }, [e(ax), e(ay)])
}

describe('EdDSA-Poseidon', () => {
  it('derives the same keys and signatures as circomlibjs', () => {
    fc.assert(
      fc.property(seeds, field, (seed, message) => {
        const point = (p: JubPoint) => p.map((c) => circomlib.F.toObject(c))
        const { R8, S } = circomlib.signPoseidon(seed, circomlib.F.e(message))
        expect(numbers(eddsaPublicKey(seed))).toEqual(point(circomlib.prv2pub(seed)))
        expect(numbers(signEddsa(poseidon, seed, message))).toEqual([...point(R8), S])
        expect(numbers(signEddsa(poseidon, seed, message, multiplyBaseWasm))).toEqual([...point(R8), S])
      }),
      { numRuns: 20 },
    )
  })

  it('says of many signatures at once what it says of each', () => {
    const claims = Array.from({ length: 9 }, (_, i) => {
      const seed = new Uint8Array(32).fill(1 + (i % 2))
      const signature = signEddsa(poseidon, seed, BigInt(i), multiplyBaseWasm)
      return { publicKey: eddsaPublicKey(seed), message: BigInt(i + (i % 3 === 1 ? 1 : 0)), signature }
    })
    const each = claims.map((c) => verifyEddsa(poseidon, c.publicKey, c.message, c.signature))
    expect(each).toEqual(claims.map((_, i) => i % 3 !== 1))
    const read = claims.map((c) => eddsaClaim(c.publicKey, c.message, c.signature)!)
    expect(verifyEddsaAll(poseidon, read)).toEqual(each)
    expect(verifyEddsaAll(poseidon, [])).toEqual([])
  })

  it('accepts its own signatures, as circomlibjs does, but not for another message or key, nor with one bit flipped', () => {
    fc.assert(
      fc.property(seeds, field, fc.nat(96 * 8 - 1), (seed, message, bit) => {
        const publicKey = eddsaPublicKey(seed)
        const signature = signEddsa(poseidon, seed, message)
        expect(verifyEddsa(poseidon, publicKey, message, signature)).toBe(true)
        expect(circomlibVerify(publicKey, message, signature)).toBe(true)
        expect(verifyEddsa(poseidon, publicKey, (message + 1n) % R, signature)).toBe(false)
        expect(verifyEddsa(poseidon, KEY, message, signature)).toBe(false)
        signature[bit >> 3]! ^= 1 << (bit & 7)
        expect(verifyEddsa(poseidon, publicKey, message, signature)).toBe(false)
      }),
      { numRuns: 20 },
    )
  })
})

describe('EdDSA-Poseidon keys', () => {
  it('are rejected off the curve, outside the subgroup, of small order or the identity', () => {
    const key = Point.fromAffine({ x: numbers(KEY)[0]!, y: numbers(KEY)[1]! })
    expect(TORSION.multiplyUnsafe(8n).is0() && !TORSION.multiplyUnsafe(4n).is0()).toBe(true)
    const bad = [
      pair({ x: 1n, y: 1n }),
      pair({ x: 0n, y: 0n }),
      pair(IDENTITY),
      ...[1n, 2n, 3n, 4n, 5n, 6n, 7n].map((k) => pair(TORSION.multiplyUnsafe(k).toAffine())),
      ...[1n, 2n, 4n].map((k) => pair(key.add(TORSION.multiplyUnsafe(k)).toAffine())),
      pair(GENERATOR.toAffine()),
    ]
    for (const bytes of bad) {
      expect(() => decodeEddsaKey(bytes)).toThrow(expect.objectContaining({ code: 'MALFORMED' }))
    }
  })

  it('are rejected when of another length or not canonical', () => {
    const [x, y] = numbers(KEY) as [bigint, bigint]
    for (const bytes of [KEY.subarray(1), concatBytes(KEY, KEY.subarray(0, 1)), new Uint8Array(0)]) {
      expect(() => decodeEddsaKey(bytes)).toThrow(expect.objectContaining({ code: 'MALFORMED' }))
    }
    for (const bytes of [pair({ x: x + R, y }), pair({ x, y: y + R })]) {
      expect(() => decodeEddsaKey(bytes)).toThrow(expect.objectContaining({ code: 'NOT_CANONICAL' }))
    }
  })
})

describe('EdDSA-Poseidon signatures', () => {
  it('are rejected when not canonical or of another length', () => {
    const [r8x, r8y, s] = numbers(signEddsa(poseidon, SEED, 5n)) as [bigint, bigint, bigint]
    const verify = (...parts: bigint[]) => verifyEddsa(poseidon, KEY, 5n, concatBytes(...parts.map(raw)))
    expect(verify(r8x, r8y, s)).toBe(true)
    expect(verify(r8x + R, r8y, s)).toBe(false)
    expect(verify(r8x, r8y + R, s)).toBe(false)
    expect(verify(r8x, r8y, s + SUBGROUP_ORDER)).toBe(false)
    expect(verify(r8x, r8y)).toBe(false)
    expect(verify(r8x, r8y, s, 0n)).toBe(false)
  })

  it('are rejected with R8 off the curve or with a torsion part, even when the signer chose it', () => {
    const message = 9n
    for (let k = 1n; k < 8n; k++) {
      const { publicKey, signature } = craft(1234567n, 42n, message, TORSION.multiplyUnsafe(k))
      expect(verifyEddsa(poseidon, publicKey, message, signature)).toBe(false)
      expect(circomlibVerify(publicKey, message, signature)).toBe(false)
    }
    const { publicKey } = craft(1234567n, 42n, message)
    const offCurve = concatBytes(raw(1n), raw(1n), raw(5n))
    expect(decodeEddsaSignature(offCurve)).toBeUndefined()
    expect(verifyEddsa(poseidon, publicKey, message, offCurve)).toBe(false)
  })

  it.each([
    ['an ordinary key and nonce', 1234567n, 42n],
    ['R8 the identity', 1234567n, 0n],
    ['R8 = B8 = A', 1n, 1n],
    ['the largest secret and nonce', SUBGROUP_ORDER - 1n, SUBGROUP_ORDER - 1n],
  ])('are valid for circomlibjs too when crafted with %s', (_, a, nonce) => {
    const { publicKey, signature } = craft(a, nonce, 77n)
    expect(verifyEddsa(poseidon, publicKey, 77n, signature)).toBe(true)
    expect(circomlibVerify(publicKey, 77n, signature)).toBe(true)
  })

  it('agree with circomlibjs on S at the border of its range', () => {
    for (const s of [0n, 1n, SUBGROUP_ORDER - 1n, SUBGROUP_ORDER, SUBGROUP_ORDER + 1n, R - 1n]) {
      const signature = concatBytes(signEddsa(poseidon, SEED, 5n).subarray(0, 64), fieldToBytes(s))
      expect(verifyEddsa(poseidon, KEY, 5n, signature)).toBe(circomlibVerify(KEY, 5n, signature))
    }
  })
})
