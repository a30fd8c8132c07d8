import { babyjubjub } from '@noble/curves/misc.js'
import { beforeAll, describe, expect, it } from 'vitest'
import { concatBytes } from '../../../src/codec/bytes.ts'
import { DecodeError } from '../../../src/codec/error.ts'
import { decodeEddsaSignature, SUBGROUP_ORDER, verifyEddsa } from '../../../src/crypto/eddsa.ts'
import { fieldToBytes, R } from '../../../src/crypto/field.ts'
import { TestCircuit } from '../../support/circuits/compiled-circuit.ts'
import { poseidon } from '../../support/crypto/poseidon.ts'
import { eddsaKey } from '../../support/ledger/ledger-world.ts'
import { signNow } from '../../support/ledger/sign.ts'

const { Point } = babyjubjub
type Coordinates = { x: bigint; y: bigint }

const ORDER_2 = { x: 0n, y: R - 1n }
const ORDER_4 = { x: 2957874849018779266517920829765869116077630550401372566248359756137677864698n, y: 0n }
const IDENTITY = { x: 0n, y: 1n }

const add = (a: Coordinates, b: Coordinates) => Point.fromAffine(a).add(Point.fromAffine(b)).toAffine()
const times = (p: Coordinates, k: bigint) =>
  k === 0n ? IDENTITY : Point.fromAffine(p).multiplyUnsafe(k).toAffine()
const EIGHTH = Point.Fn.inv(8n)

interface Claim {
  key: Coordinates
  r8: Coordinates
  s: bigint
  message: bigint
}

let circuit: TestCircuit
beforeAll(async () => {
  circuit = await TestCircuit.compile('lib/eddsa.circom', 'Eddsa')
})

/** What the ledger says: false for a rejected key as for a rejected signature. */
function ledgerAccepts({ key, r8, s, message }: Claim): boolean {
  try {
    const bytes = (...values: bigint[]) => concatBytes(...values.map(fieldToBytes))
    return verifyEddsa(poseidon, bytes(key.x, key.y), message, bytes(r8.x, r8.y, s))
  } catch (error) {
    if (error instanceof DecodeError) return false
    throw error
  }
}

/**
 * Whether any eighth of the key satisfies the circuit as the batch demands it: the key that comes out must be the signer's, and not the identity.
 */
function circuitAccepts({ key, r8, s, message }: Claim): boolean {
  const onCurve = (p: Coordinates) =>
    (168700n * p.x * p.x + p.y * p.y - 1n - 168696n * p.x * p.x * p.y * p.y) % R === 0n
  const eighth = onCurve(key) && !(key.x === 0n || key.y === 0n) ? times(key, EIGHTH) : key
  const torsion = [IDENTITY, ORDER_2, ORDER_4]
  const candidates = onCurve(eighth) ? torsion.map((t) => add(eighth, t)) : [eighth]
  return candidates.some((one) => {
    const result = circuit.run({ keyEighth: [one.x, one.y], r8: [r8.x, r8.y], s, message }, 3)
    return result !== undefined && result[0] === key.x && result[1] === key.y && result[2] === 0n
  })
}

function signed(name: string, message: bigint): Claim {
  const { secret, publicKey } = eddsaKey(name)
  const { r8, s } = decodeEddsaSignature(signNow(secret, 'transfer', message))!
  const [x, y] = [0, 32].map((at) =>
    BigInt(`0x${Buffer.from(publicKey.bytes.subarray(at, at + 32)).toString('hex')}`),
  )
  return { key: { x: x!, y: y! }, r8, s, message }
}

describe('ledger and circuit accept the same signatures', () => {
  it('of several keys and messages', () => {
    for (const [name, message] of [
      ['a', 0n],
      ['b', 1n],
      ['c', R - 1n],
      ['d', 123_456_789n],
    ] as const) {
      const claim = signed(name, message)
      expect([ledgerAccepts(claim), circuitAccepts(claim)], name).toEqual([true, true])
    }
  })

  const good = () => signed('a', 42n)
  const other = signed('b', 42n)
  const rejected: [what: string, claim: () => Claim][] = [
    ['another message', () => ({ ...good(), message: 43n })],
    ['another key', () => ({ ...good(), key: other.key })],
    ["another signature's R8", () => ({ ...good(), r8: other.r8 })],
    ["another signature's S", () => ({ ...good(), s: other.s })],
    ['S + l', () => ({ ...good(), s: good().s + SUBGROUP_ORDER })],
    ['S + 2l', () => ({ ...good(), s: good().s + 2n * SUBGROUP_ORDER })],
    ['S = 0', () => ({ ...good(), s: 0n })],
    ['S - 1', () => ({ ...good(), s: good().s - 1n })],
    ['R8 off the curve', () => ({ ...good(), r8: { x: good().r8.x, y: good().r8.y + 1n } })],
    ['-R8', () => ({ ...good(), r8: { x: R - good().r8.x, y: good().r8.y } })],
    ['R8 plus a point of order 2', () => ({ ...good(), r8: add(good().r8, ORDER_2) })],
    ['R8 plus a point of order 4', () => ({ ...good(), r8: add(good().r8, ORDER_4) })],
    ['a key off the curve', () => ({ ...good(), key: { x: good().key.x + 1n, y: good().key.y } })],
    ['a key plus a point of order 2', () => ({ ...good(), key: add(good().key, ORDER_2) })],
    ['a key plus a point of order 4', () => ({ ...good(), key: add(good().key, ORDER_4) })],
    ['the identity as key, with what fits it', () => ({ key: IDENTITY, r8: IDENTITY, s: 0n, message: 42n })],
    ['a key of order 2, with what fits it', () => ({ key: ORDER_2, r8: IDENTITY, s: 0n, message: 42n })],
    ['a key of order 4, with what fits it', () => ({ key: ORDER_4, r8: IDENTITY, s: 0n, message: 42n })],
    ['(0, 0) as key', () => ({ ...good(), key: { x: 0n, y: 0n } })],
    ['(0, 0) as R8', () => ({ ...good(), r8: { x: 0n, y: 0n } })],
    ['a nonce in another group, S made to fit', smallGroupNonce],
  ]

  it.each(rejected)('not %s', (_, claim) => {
    expect([ledgerAccepts(claim()), circuitAccepts(claim())]).toEqual([false, false])
  })

  it('also with a nonce of 0', () => {
    // R8 is the identity; S = h * 8a with the secret a known: made here with the key 8 * B8.
    const key = times(Point.BASE.toAffine(), 8n)
    const challenge = poseidon.hash([0n, 1n, key.x, key.y, 5n])
    const claim = { key, r8: IDENTITY, s: (challenge * 64n) % SUBGROUP_ORDER, message: 5n }
    expect([ledgerAccepts(claim), circuitAccepts(claim)]).toEqual([true, true])
  })
})

/** R8 with a part of order 4; S fits the part in the subgroup. */
function smallGroupNonce(): Claim {
  const key = times(Point.BASE.toAffine(), 3n)
  const r8 = add(times(Point.BASE.toAffine(), 7n), ORDER_4)
  const challenge = poseidon.hash([r8.x, r8.y, key.x, key.y, 42n])
  return { key, r8, s: (7n + challenge * 24n) % SUBGROUP_ORDER, message: 42n }
}
