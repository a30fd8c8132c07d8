import { describe, expect, it } from 'vitest'
import { fieldToHex } from '../../../src/crypto/field.ts'
import { type Admission, type Budgets, NO_BUDGETS } from '../../../src/ledger/admission.ts'
import type { AssetDefinition } from '../../../src/ledger/asset.ts'
import { canonicalDefinition } from '../../../src/ledger/definition.ts'
import { MINT, RETIRED } from '../../../src/ledger/params.ts'
import { UNLISTED } from '../../../src/ledger/quota.ts'
import {
  definitionOf,
  eddsaKey,
  signRegister,
  signTransfer,
  type TestKey,
  World,
} from '../../support/ledger/ledger-world.ts'

const [greedy, honest, third] = [eddsaKey('greedy'), eddsaKey('honest'), eddsaKey('third')]
const capacity: Budgets = { assets: 8, bytes: 4_000, holdings: 16, retirements: 8 }
const open: Admission = { capacity, sponsors: [], share: 250 }
const lengthOf = (key: TestKey, rest: Partial<AssetDefinition> = {}) =>
  canonicalDefinition(definitionOf(key, rest)).length
const BYTES = lengthOf(greedy)

function register(world: World, key: TestKey, rest: Partial<AssetDefinition> = {}) {
  const { chainId } = world.rules
  return world.apply(signRegister(key, { chainId, definition: definitionOf(key, rest), era: world.era }))
}

/** Applies a transfer of one unit. */
function move(world: World, key: TestKey, from: bigint, to: bigint, asset: bigint) {
  return world.apply(signTransfer(key, world.transfer(from, to, asset)))
}

const exceeded = (budget: keyof Budgets, limit: number, of = 'sponsor') => ({
  code: 'QUOTA_EXCEEDED',
  data: { budget, limit, of },
})
const registered = { kind: 'register' }

describe('what is charged', () => {
  it('to the sponsor of an asset: registrations, bytes of definitions, holdings and unused retirements', () => {
    const world = new World({ admission: open })
    const green = world.register(greedy)
    const usage = () => world.state.usage(greedy.account)
    expect(usage()).toEqual({ assets: 1, bytes: BYTES, holdings: 1, retirements: 0 })
    world.issue(greedy, honest.account, green, 5n)
    const { hash } = world.retire(honest, green, 2n)
    expect(usage()).toEqual({ assets: 1, bytes: BYTES, holdings: 3, retirements: 1 })
    const made = { code: 'ROASTED', madeFrom: [fieldToHex(hash)] }
    world.register(honest, made)
    expect(usage()).toEqual({ assets: 1, bytes: BYTES, holdings: 3, retirements: 0 })
    const bytes = lengthOf(honest, made)
    expect(world.state.usage(honest.account)).toEqual({ assets: 1, bytes, holdings: 1, retirements: 0 })
    expect(world.state.usage(UNLISTED)).toEqual({
      assets: 2,
      bytes: BYTES + bytes,
      holdings: 4,
      retirements: 0,
    })
  })

  it('is nothing for a transfer that opens no holding, and for what is rejected', () => {
    const world = new World({ admission: open })
    const green = world.register(greedy)
    world.issue(greedy, honest.account, green, 5n)
    const before = world.state.usage(greedy.account)
    expect(move(world, greedy, MINT, honest.account, green)).toMatchObject({ kind: 'issue' })
    expect(move(world, honest, honest.account, honest.account, green)).toMatchObject({
      code: 'SELF_TRANSFER',
    })
    expect(register(world, greedy)).toMatchObject({ code: 'ASSET_EXISTS' })
    expect(world.state.usage(greedy.account)).toEqual(before)
  })

  it('counts the records of genesis', () => {
    const world = new World({
      admission: open,
      definitions: [definitionOf(greedy)],
      allocations: [{ to: 9n, asset: 'LOT-1', amount: 1n }],
    })
    expect(world.state.usage(greedy.account)).toEqual({
      assets: 1,
      bytes: BYTES,
      holdings: 2,
      retirements: 0,
    })
  })
})

describe('a sponsor that has used up a budget keeps nobody else from theirs', () => {
  it('assets', () => {
    const world = new World({ admission: open })
    for (const code of ['A', 'B']) expect(register(world, greedy, { code })).toMatchObject(registered)
    expect(register(world, greedy, { code: 'C' })).toMatchObject(exceeded('assets', 2))
    for (const code of ['C', 'D']) expect(register(world, honest, { code })).toMatchObject(registered)
    expect(register(world, third, { code: 'E' })).toMatchObject(exceeded('assets', 4, 'unlisted'))
  })

  it('bytes of definitions', () => {
    const world = new World({ admission: open })
    const k = 'x'.repeat(1_000 - lengthOf(greedy, { metadata: { k: '' } }))
    expect(register(world, greedy, { metadata: { k: `${k}x` } })).toMatchObject(exceeded('bytes', 1_000))
    expect(register(world, greedy, { metadata: { k } })).toMatchObject(registered)
    expect(register(world, greedy, { code: 'B' })).toMatchObject(exceeded('bytes', 1_000))
    expect(register(world, honest, { code: 'B' })).toMatchObject(registered)
  })

  it('holdings', () => {
    const world = new World({ admission: open })
    const lot = world.register(greedy)
    for (const to of [10n, 11n, 12n]) world.issue(greedy, to, lot, 1n)
    expect(move(world, greedy, MINT, 13n, lot)).toMatchObject(exceeded('holdings', 4))
    expect(move(world, greedy, MINT, 12n, lot)).toMatchObject({ kind: 'issue' })
    expect(register(world, greedy, { code: 'B' })).toMatchObject(exceeded('holdings', 4))
    const other = world.register(honest, { code: 'OTHER' })
    expect(world.issue(honest, 13n, other, 1n)).toMatchObject({ kind: 'issue' })
  })

  it('retirements, of which used ones do not count', () => {
    const world = new World({ admission: open })
    const [lot, other] = [world.register(greedy), world.register(honest, { code: 'OTHER' })]
    world.issue(greedy, greedy.account, lot, 10n)
    world.issue(honest, honest.account, other, 10n)
    const [first] = [world.retire(greedy, lot, 1n), world.retire(greedy, lot, 1n)]
    const retire = () => move(world, greedy, greedy.account, RETIRED, lot)
    expect(retire()).toMatchObject(exceeded('retirements', 2))
    expect(world.retire(honest, other, 1n)).toMatchObject({ kind: 'retire' })
    world.register(greedy, { code: 'MADE', madeFrom: [fieldToHex(first.hash)] })
    expect(retire()).toMatchObject({ kind: 'retire' })
    expect(retire()).toMatchObject(exceeded('retirements', 2))
  })

  it('and all unlisted sponsors together keep no listed one from its own', () => {
    const budgets = { assets: 4, bytes: 2_000, holdings: 8, retirements: 4 }
    const world = new World({ admission: { ...open, sponsors: [{ account: honest.account, budgets }] } })
    for (const [i, key] of [greedy, third].entries())
      for (const code of ['A', 'B']) register(world, key, { code: `${code}${i}` })
    expect(register(world, eddsaKey('fourth'))).toMatchObject(exceeded('assets', 4, 'unlisted'))
    for (const code of ['A', 'B', 'C', 'D'])
      expect(register(world, honest, { code })).toMatchObject(registered)
    expect(register(world, honest, { code: 'E' })).toMatchObject(exceeded('assets', 4))
    expect(world.state.usage(UNLISTED).assets).toBe(4)
  })
})

describe('where only listed sponsors may register assets', () => {
  const listed = () => {
    const sponsors = [{ account: honest.account, budgets: capacity }]
    return new World({ admission: { capacity, sponsors, share: undefined } })
  }

  it('others are rejected: NOT_REGISTRAR', () => {
    const world = listed()
    expect(register(world, greedy)).toMatchObject({
      code: 'NOT_REGISTRAR',
      data: { account: fieldToHex(greedy.account) },
    })
    expect(register(world, honest)).toMatchObject(registered)
    expect(world.state.usage(UNLISTED)).toEqual(NO_BUDGETS)
  })

  it('retirements by others are not charged, because nothing can be made from them', () => {
    const world = listed()
    const lot = world.register(honest)
    world.issue(honest, greedy.account, lot, 10n)
    const { hash } = world.retire(greedy, lot, 10n)
    expect(world.state.usage(honest.account).retirements).toBe(0)
    expect(register(world, honest, { code: 'MADE', madeFrom: [fieldToHex(hash)] })).toMatchObject({
      code: 'UNKNOWN_RETIREMENT',
    })
  })
})
