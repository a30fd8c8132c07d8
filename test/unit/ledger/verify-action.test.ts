import { babyjubjub } from '@noble/curves/misc.js'
import { beforeAll, describe, expect, it } from 'vitest'
import { Writer } from '../../../src/codec/binary.ts'
import { concatBytes } from '../../../src/codec/bytes.ts'
import { SUBGROUP_ORDER } from '../../../src/crypto/eddsa.ts'
import { fieldToBytes, R } from '../../../src/crypto/field.ts'
import type { SignedTransfer } from '../../../src/ledger/action.ts'
import { actionHash, actionHashes, hashAction } from '../../../src/ledger/action-hash.ts'
import { isRejection } from '../../../src/ledger/rejection.ts'
import { verifyAction, verifyActions } from '../../../src/ledger/verify-action.ts'
import { poseidon } from '../../support/crypto/poseidon.ts'
import {
  definitionOf,
  eddsaKey,
  rsaKey,
  signRegister,
  signTransfer,
  World,
} from '../../support/ledger/ledger-world.ts'
import { signNow } from '../../support/ledger/sign.ts'

const issuer = eddsaKey('issuer')
const eve = eddsaKey('eve')
const keys = { eddsa: eddsaKey('alice'), rsa: rsaKey() }
const world = new World()
let transfers: Record<keyof typeof keys, SignedTransfer>

beforeAll(() => {
  const lot = world.register(issuer)
  for (const { account } of Object.values(keys)) world.issue(issuer, account, lot, 10n)
  const to = keys.eddsa.account + 1n
  transfers = {
    eddsa: signTransfer(keys.eddsa, world.transfer(keys.eddsa.account, to, lot)),
    rsa: signTransfer(keys.rsa, world.transfer(keys.rsa.account, to, lot)),
  }
})

/** Verifies and applies: what is rejected must leave the state as it was. */
function rejection(action: SignedTransfer) {
  const before = world.snapshot()
  const result = world.apply(action)
  if (!isRejection(result)) throw new Error('applied')
  expect(world.snapshot()).toEqual(before)
  return result.code
}

const uint = (value: bigint) => new Writer().uint(value, 32).done()
const point = (x: bigint, y: bigint) => concatBytes(uint(x), uint(y))
const { Point } = babyjubjub
/** A point of order 2. */
const ORDER_2 = { x: 0n, y: R - 1n }
/** EIP-2494's generator of the whole group, times the subgroup's order. */
const GENERATOR = Point.fromAffine({
  x: 995203441582195749578291179787384436505546430278305826713579947235728471134n,
  y: 5472060717959818805561601436314318772137091100104008585924551046643952123905n,
})
const ORDER_8 = GENERATOR.multiplyUnsafe(SUBGROUP_ORDER - 1n)
  .add(GENERATOR)
  .toAffine()

describe('verifyAction', () => {
  it('accepts both kinds of keys, for transfers and registrations', () => {
    for (const action of Object.values(transfers))
      expect(verifyAction(poseidon, action, actionHash(poseidon, action))).toBeNull()
    for (const key of Object.values(keys)) {
      const register = signRegister(key, { chainId: 5n, definition: definitionOf(key), era: 1 })
      expect(verifyAction(poseidon, register, actionHash(poseidon, register))).toBeNull()
    }
  })

  it.each(['eddsa', 'rsa'] as const)('rejects a %s signature of anything else: BAD_SIGNATURE', (kind) => {
    const action = transfers[kind]
    for (const change of [{ amount: 2n }, { to: 77n }, { fromStart: 1n }, { memo: 1n }, { era: 0 }]) {
      expect(rejection({ ...action, transfer: { ...action.transfer, ...change } })).toBe('BAD_SIGNATURE')
    }
  })

  it.each(['eddsa', 'rsa'] as const)(
    'rejects a %s signature with any byte changed, cut short or longer: BAD_SIGNATURE',
    (kind) => {
      const action = transfers[kind]
      for (let at = 0; at < action.signature.length; at += 7) {
        const signature = action.signature.slice()
        signature[at]! ^= 1
        expect(rejection({ ...action, signature })).toBe('BAD_SIGNATURE')
      }
      expect(rejection({ ...action, signature: action.signature.slice(1) })).toBe('BAD_SIGNATURE')
      expect(rejection({ ...action, signature: concatBytes(action.signature, Uint8Array.of(0)) })).toBe(
        'BAD_SIGNATURE',
      )
      expect(rejection({ ...action, signature: new Uint8Array() })).toBe('BAD_SIGNATURE')
    },
  )

  it("rejects another key's signature under the right key: BAD_SIGNATURE", () => {
    const action = transfers.eddsa
    const signature = signNow(eve.secret, 'transfer', actionHash(poseidon, action))
    expect(rejection({ ...action, signature })).toBe('BAD_SIGNATURE')
  })

  it('rejects an RSA signature made for a registration: BAD_SIGNATURE', () => {
    const signature = signNow(keys.rsa.secret, 'register', actionHash(poseidon, transfers.rsa))
    expect(rejection({ ...transfers.rsa, signature })).toBe('BAD_SIGNATURE')
  })
})

describe('verifyAction: keys', () => {
  it('rejects another key with its own signature: WRONG_SIGNER', () => {
    expect(rejection({ ...transfers.eddsa, ...signTransfer(eve, transfers.eddsa.transfer) })).toBe(
      'WRONG_SIGNER',
    )
    expect(rejection(signTransfer(keys.rsa, transfers.eddsa.transfer))).toBe('WRONG_SIGNER')
    expect(rejection(signTransfer(keys.eddsa, transfers.rsa.transfer))).toBe('WRONG_SIGNER')
  })

  it('rejects a key labeled with the other kind: BAD_KEY', () => {
    const { eddsa, rsa } = transfers
    expect(rejection({ ...eddsa, publicKey: { kind: 'rsa', bytes: eddsa.publicKey.bytes } })).toBe('BAD_KEY')
    expect(rejection({ ...rsa, publicKey: { kind: 'eddsa', bytes: rsa.publicKey.bytes } })).toBe('BAD_KEY')
  })

  it.each([
    ['the identity', point(0n, 1n)],
    ['a point of order 2', point(ORDER_2.x, ORDER_2.y)],
    ['a point of order 8', point(ORDER_8.x, ORDER_8.y)],
    ['a point off the curve', point(1n, 1n)],
    ['a coordinate that is not canonical', point(R, R + 1n)],
    ['a point outside the subgroup', mixed()],
    ['too few bytes', new Uint8Array(63)],
    ['no bytes', new Uint8Array()],
  ])('rejects %s as an eddsa key: BAD_KEY', (_, bytes) => {
    expect(rejection({ ...transfers.eddsa, publicKey: { kind: 'eddsa', bytes } })).toBe('BAD_KEY')
  })

  it('rejects an RSA key of another size, exponent or encoding: BAD_KEY', () => {
    const { bytes } = transfers.rsa.publicKey
    const exponent = bytes.slice()
    exponent[exponent.length - 1] = 3
    for (const bad of [exponent, bytes.subarray(1), concatBytes(bytes, Uint8Array.of(0)), fieldToBytes(5n)]) {
      expect(rejection({ ...transfers.rsa, publicKey: { kind: 'rsa', bytes: bad } })).toBe('BAD_KEY')
    }
  })
})

describe('verifyAction: EdDSA signatures', () => {
  it.each([
    ['the identity as R8', () => point(0n, 1n)],
    ['an R8 of order 8', () => point(ORDER_8.x, ORDER_8.y)],
    ['an R8 off the curve', () => point(1n, 1n)],
    ['an R8 that is not canonical', () => point(R, 1n)],
  ])('rejects %s: BAD_SIGNATURE', (_, r8) => {
    const { signature } = transfers.eddsa
    expect(rejection({ ...transfers.eddsa, signature: concatBytes(r8(), signature.subarray(64)) })).toBe(
      'BAD_SIGNATURE',
    )
    expect(rejection({ ...transfers.eddsa, signature: concatBytes(r8(), uint(0n)) })).toBe('BAD_SIGNATURE')
  })

  it('rejects S plus the order of the subgroup, which satisfies the same equation: BAD_SIGNATURE', () => {
    const { signature } = transfers.eddsa
    const s = BigInt(`0x${Buffer.from(signature.subarray(64)).toString('hex')}`)
    const same = concatBytes(signature.subarray(0, 64), uint(s + SUBGROUP_ORDER))
    expect(rejection({ ...transfers.eddsa, signature: same })).toBe('BAD_SIGNATURE')
  })
})

describe('hashAction', () => {
  it('returns the action with its hash', () => {
    expect(hashAction(poseidon, transfers.eddsa)).toEqual({
      action: transfers.eddsa,
      hash: actionHash(poseidon, transfers.eddsa),
    })
  })
})

/** A good key plus a point of order 8: on the curve, but outside the subgroup. */
function mixed(): Uint8Array {
  const sum = Point.BASE.add(Point.fromAffine(ORDER_8)).toAffine()
  return point(sum.x, sum.y)
}

describe('many actions', () => {
  it('are hashed and checked together as one after the other', () => {
    const definition = definitionOf(issuer, { code: 'LOT-2' })
    const register = signRegister(issuer, { chainId: world.rules.chainId, definition, era: 1 })
    const { eddsa, rsa } = transfers
    const key = (bytes: Uint8Array) => ({ ...eddsa, publicKey: { kind: 'eddsa' as const, bytes } })
    const actions = [
      eddsa,
      register,
      { ...rsa, signature: eddsa.signature },
      { ...eddsa, signature: register.signature },
      rsa,
      key(point(0n, R - 1n)),
      { ...eddsa, signature: eddsa.signature.subarray(1) },
      key(new Uint8Array(63)),
      { ...register, signature: eddsa.signature },
      eddsa,
    ]
    const hashes = actions.map((action) => actionHash(poseidon, action))
    expect(actionHashes(poseidon, actions)).toEqual(hashes)
    const signed = actions.map((action, i) => ({ action, hash: hashes[i]! }))
    const each = signed.map(({ action, hash }) => verifyAction(poseidon, action, hash))
    expect(verifyActions(poseidon, signed)).toEqual(each)
    expect(each.map((fault) => fault?.code ?? null)).toEqual([
      ...[null, null, 'BAD_SIGNATURE', 'BAD_SIGNATURE', null],
      ...['BAD_KEY', 'BAD_SIGNATURE', 'BAD_KEY', 'BAD_SIGNATURE', null],
    ])
  })
})
