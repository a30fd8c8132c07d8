import { beforeEach, describe, expect, it } from 'vitest'
import { encodeAddress } from '../../../src/crypto/address.ts'
import { h31 } from '../../../src/crypto/h31.ts'
import type { SignedAction } from '../../../src/ledger/action.ts'
import { hashAction } from '../../../src/ledger/action-hash.ts'
import { applyBlock } from '../../../src/ledger/apply-block.ts'
import type { AssetDefinition } from '../../../src/ledger/asset.ts'
import { parseDefinition } from '../../../src/ledger/definition.ts'
import { LedgerState } from '../../../src/ledger/ledger-state.ts'
import { MAX_ERA, MINT } from '../../../src/ledger/params.ts'
import { isReservation, MAX_RESERVATIONS, reservationMemo } from '../../../src/ledger/reservation.ts'
import { poseidon } from '../../support/crypto/poseidon.ts'
import {
  definitionOf,
  eddsaKey,
  signRegister,
  signTransfer,
  type TestKey,
  World,
} from '../../support/ledger/ledger-world.ts'

const [ann, thief, newcomer] = [eddsaKey('ann'), eddsaKey('thief'), eddsaKey('newcomer')]
const DELAY = 5
const LIFE = 20
const SALT = 'known to Ann alone'
let world: World

/** The asset that an account may always register, under its own address. */
const own = (key: TestKey): Partial<AssetDefinition> => ({ code: encodeAddress(key.account) })

beforeEach(() => {
  world = new World({ reservations: { delay: DELAY, life: LIFE } })
  for (const key of [ann, thief]) world.register(key, own(key))
})

/** Carries a memo in an issue of one unit to the issuer itself. */
function carry(key: TestKey, memo: bigint) {
  const asset = world.state.assetByCode(encodeAddress(key.account))!
  return world.move(key, MINT, key.account, asset.id, { memo })
}

const reserve = (key: TestKey, code = 'LOT-1', salt = SALT) =>
  carry(key, reservationMemo(key.account, code, salt))

/** A registration of the code by `key`, in the present era. */
const reveal = (key: TestKey, code = 'LOT-1', salt = SALT, era = world.era) =>
  signRegister(key, {
    chainId: world.rules.chainId,
    definition: definitionOf(key, { code, metadata: { reservation: salt } }),
    era,
  })

const codeOf = (result: object) => ('code' in result ? result.code : 'APPLIED')
const register = (...args: Parameters<typeof reveal>) => codeOf(world.apply(reveal(...args)))

describe('a reservation', () => {
  it('is a memo that shows neither code nor issuer, and is no hash of a note', () => {
    const memo = reservationMemo(ann.account, 'LOT-1', SALT)
    expect(isReservation(memo)).toBe(true)
    const others = [
      reservationMemo(thief.account, 'LOT-1', SALT),
      reservationMemo(ann.account, 'LOT-2', SALT),
      reservationMemo(ann.account, 'LOT-1', `${SALT}!`),
      // The length of the code says where the salt begins.
      reservationMemo(ann.account, 'LOT-', `1${SALT}`),
    ]
    expect(new Set([memo, ...others]).size).toBe(5)
    for (const other of [0n, h31('a note'), (1n << 248n) - 1n, 2n << 248n])
      expect(isReservation(other)).toBe(false)
    for (const edge of [1n << 248n, (2n << 248n) - 1n]) expect(isReservation(edge)).toBe(true)
  })

  it('lets its account register the code from `delay` to `life` eras later, and at no other time', () => {
    world.era = 10
    reserve(ann)
    expect(register(ann)).toBe('RESERVATION_TOO_SOON')
    for (const [era, code] of [
      [10 + DELAY - 1, 'RESERVATION_TOO_SOON'],
      [10 + LIFE + 1, 'NOT_RESERVED'],
      [10 + LIFE, 'APPLIED'],
    ] as const) {
      world.era = era
      expect(register(ann)).toBe(code)
    }
    world.era = 40
    reserve(ann, 'LOT-2')
    world.era = 40 + DELAY
    expect(register(ann, 'LOT-2')).toBe('APPLIED')
  })

  it('is good for what names an era of its life, also in a later block', () => {
    reserve(ann)
    world.era = 1 + LIFE + 30
    expect(register(ann, 'LOT-1', SALT, 1 + DELAY - 1)).toBe('RESERVATION_TOO_SOON')
    expect(register(ann, 'LOT-1', SALT, 1 + LIFE)).toBe('APPLIED')
  })

  it('says from which era on a registration may be signed', () => {
    reserve(ann)
    world.era = 3
    expect(world.apply(reveal(ann))).toMatchObject({ data: { code: 'LOT-1', era: 3, earliest: 1 + DELAY } })
  })

  it('is worth nothing with another salt or code, to another account, or if somebody else carried it', () => {
    reserve(ann)
    carry(thief, reservationMemo(ann.account, 'LOT-1', SALT))
    carry(ann, reservationMemo(thief.account, 'LOT-1', SALT))
    carry(thief, reservationMemo(ann.account, 'LOT-3', SALT))
    world.era = 1 + DELAY
    expect(register(ann, 'LOT-1', 'another salt')).toBe('NOT_RESERVED')
    expect(register(ann, 'LOT-2')).toBe('NOT_RESERVED')
    expect(register(ann, 'LOT-3')).toBe('NOT_RESERVED')
    expect(register(thief)).toBe('NOT_RESERVED')
    const { era, rules } = world
    const unsalted = signRegister(ann, { chainId: rules.chainId, definition: definitionOf(ann), era })
    expect(codeOf(world.apply(unsalted))).toBe('NOT_RESERVED')
    expect(register(ann)).toBe('APPLIED')
  })

  it('cannot be made again with the same signature, nor used for a code that is taken', () => {
    const asset = world.state.assetByCode(encodeAddress(ann.account))!
    const memo = reservationMemo(ann.account, 'LOT-1', SALT)
    const carrying = signTransfer(ann, world.transfer(MINT, ann.account, asset.id, { memo }))
    expect(codeOf(world.apply(carrying))).toBe('APPLIED')
    expect(codeOf(world.apply(carrying))).toBe('STALE_START')
    expect(world.state.reservations(ann.account)).toHaveLength(1)
    world.era = 1 + DELAY
    expect(register(ann)).toBe('APPLIED')
    const { era, rules } = world
    const definition = definitionOf(ann, { name: 'Another', metadata: { reservation: SALT } })
    const again = signRegister(ann, { chainId: rules.chainId, definition, era })
    expect(codeOf(world.apply(again))).toBe('CODE_TAKEN')
  })
})

describe('who sees a registration that waits', () => {
  it('and reserves its code then, is too late', () => {
    world.era = 10
    reserve(ann)
    world.era = 10 + DELAY
    // Ann's registration can be seen from now on, so the thief can make its own reservation at best.
    reserve(thief)
    expect(register(thief)).toBe('RESERVATION_TOO_SOON')
    world.era = 10 + 2 * DELAY - 1
    expect(register(thief)).toBe('RESERVATION_TOO_SOON')
    expect(register(ann)).toBe('APPLIED')
    world.era = 10 + 2 * DELAY
    expect(register(thief)).toBe('CODE_TAKEN')
  })

  it('as the leader makes an invalid block by registering its code', () => {
    reserve(ann)
    world.era = 1 + DELAY
    const asset = world.state.assetByCode(encodeAddress(thief.account))!
    const memo = reservationMemo(thief.account, 'LOT-1', SALT)
    const carrying = signTransfer(thief, world.transfer(MINT, thief.account, asset.id, { memo }))
    const blockOf = (...signed: SignedAction[]) => {
      const actions = signed.map((action) => hashAction(poseidon, action))
      return applyBlock(world.state, { era: world.era, actions }, world.rules)
    }
    const invalid = (index: number, code: string) => ({ ok: false, index, rejection: { code } })
    expect(blockOf(reveal(thief))).toMatchObject(invalid(0, 'NOT_RESERVED'))
    expect(blockOf(carrying, reveal(thief))).toMatchObject(invalid(1, 'RESERVATION_TOO_SOON'))
    // Naming an earlier era does not make a reservation older.
    expect(blockOf(carrying, reveal(thief, 'LOT-1', SALT, 1))).toMatchObject(
      invalid(1, 'RESERVATION_TOO_SOON'),
    )
    expect(blockOf(carrying, reveal(ann))).toMatchObject({ ok: true })
  })
})

describe('of the reservations of an account', () => {
  it(`the newest ${MAX_RESERVATIONS} count`, () => {
    for (let i = 0; i <= MAX_RESERVATIONS; i++) reserve(ann, `LOT-${i}`)
    expect(world.state.reservations(ann.account)).toHaveLength(MAX_RESERVATIONS)
    world.era = 1 + DELAY
    expect(register(ann, 'LOT-0')).toBe('NOT_RESERVED')
    for (let i = 1; i <= MAX_RESERVATIONS; i++) expect(register(ann, `LOT-${i}`)).toBe('APPLIED')
  })

  it('none is kept before it has registered an asset, and memos of other forms are none', () => {
    const asset = world.state.assetByCode(encodeAddress(ann.account))!
    world.issue(ann, newcomer.account, asset.id, 9n)
    const reserveFor = (memo: bigint) =>
      world.move(newcomer, newcomer.account, ann.account, asset.id, { memo })
    reserveFor(reservationMemo(newcomer.account, 'LOT-1', SALT))
    expect(world.state.reservations(newcomer.account)).toEqual([])
    world.register(newcomer, own(newcomer))
    reserveFor(h31('a note'))
    expect(world.state.reservations(newcomer.account)).toEqual([])
    const commitment = reservationMemo(newcomer.account, 'LOT-1', SALT)
    reserveFor(commitment)
    expect(world.state.reservations(newcomer.account)).toEqual([{ commitment, era: 1 }])
  })

  it('the state has each with its era, of many accounts, and in place of older ones', () => {
    const state = new LedgerState(7)
    const many = Array.from({ length: 300 }, (_, i) => BigInt(i % 3) * (1n << 200n) + BigInt(i))
    const listOf = (account: bigint, length: number) =>
      Array.from({ length }, (_, i) => ({
        commitment: account + (1n << 248n) + BigInt(i),
        era: MAX_ERA - i,
      }))
    for (const account of many) state.setReservations(account, listOf(account, MAX_RESERVATIONS))
    for (const account of many) state.setReservations(account, listOf(account, Number(account % 9n)))
    for (const account of many)
      expect(state.reservations(account)).toEqual(listOf(account, Number(account % 9n)))
    expect(state.reservations(5_000n)).toEqual([])
    expect(() => state.setReservations(1n, listOf(1n, MAX_RESERVATIONS + 1))).toThrow(RangeError)
  })
})

describe('a chain', () => {
  it('without reservations in its genesis keeps none, and asks for none', () => {
    world = new World()
    world.register(ann, own(ann))
    reserve(ann)
    expect(world.state.reservations(ann.account)).toEqual([])
    expect(register(ann, 'LOT-1', 'any salt')).toBe('APPLIED')
  })

  it('has the definitions of its genesis without reservations', () => {
    const definitions = [definitionOf(ann, { code: 'FROM-THE-START' })]
    world = new World({ reservations: { delay: 1, life: 1 }, definitions })
    expect(world.state.assetByCode('FROM-THE-START')).toBeDefined()
  })

  it('lets no account use the address of another as a code', () => {
    for (const code of [encodeAddress(thief.account), `inp1${'x'.repeat(58)}`]) {
      const definition = definitionOf(ann, { code })
      expect(() => parseDefinition(definition)).toThrow(/not that of the issuer/)
    }
    for (const code of [encodeAddress(ann.account), `inp1${'x'.repeat(57)}`, `inp1${'x'.repeat(59)}`])
      expect(parseDefinition(definitionOf(ann, { code })).code).toBe(code)
  })
})
