import { beforeEach, describe, expect, it } from 'vitest'
import { fieldToHex } from '../../../src/crypto/field.ts'
import type { AssetDefinition } from '../../../src/ledger/asset.ts'
import { assetIdOf, definitionHash } from '../../../src/ledger/definition.ts'
import { registerHash } from '../../../src/ledger/hashes.ts'
import { MINT, RETIRED } from '../../../src/ledger/params.ts'
import { poseidon } from '../../support/crypto/poseidon.ts'
import { definitionOf, eddsaKey, rsaKey, signRegister, World } from '../../support/ledger/ledger-world.ts'

const roaster = eddsaKey('roaster')
const farmer = rsaKey()
let world: World

beforeEach(() => {
  world = new World()
})

function register(key: typeof roaster, rest: Partial<AssetDefinition> = {}, content: object = {}) {
  const definition = definitionOf(key, rest)
  return world.apply(
    signRegister(key, { chainId: world.rules.chainId, definition, era: world.era, ...content }),
  )
}

/** Applies what must be rejected, and shows that nothing changed. */
function rejection(...args: Parameters<typeof register>) {
  const before = world.snapshot()
  const result = register(...args)
  expect(world.snapshot()).toEqual(before)
  return result
}

describe('registering an asset', () => {
  it('opens its mint holding with the whole cap, and its record says so', () => {
    const definition = definitionOf(roaster, { cap: '77', decimals: '3', reinstatable: true })
    const id = assetIdOf(poseidon, definition)
    expect(register(roaster, { cap: '77', decimals: '3', reinstatable: true })).toEqual({
      position: 0,
      kind: 'register',
      hash: registerHash(poseidon, world.rules.chainId, id, 1),
      from: roaster.account,
      to: MINT,
      assetId: id,
      amount: 77n,
      fromStart: 0n,
      toStart: 0n,
      era: 1,
      blockEra: 1,
      memo: definitionHash(definition),
      fromHolding: 0,
      toHolding: 0,
      flags: 3,
    })
    expect(world.state.holding(MINT, id)).toEqual({
      index: 0,
      account: MINT,
      assetId: id,
      inTotal: 77n,
      outTotal: 0n,
    })
    expect(world.state.assetByCode('LOT-1')).toEqual(world.state.asset(id))
    expect(world.state.asset(id)).toMatchObject({ cap: 77n, decimals: 3, reinstatable: true, mintHolding: 0 })
  })

  it('with an RSA key is attested', () => {
    expect(register(farmer)).toMatchObject({ flags: 2, from: farmer.account })
  })

  it('of the same definition again is rejected: ASSET_EXISTS', () => {
    register(roaster)
    expect(rejection(roaster)).toMatchObject({ code: 'ASSET_EXISTS' })
    world.era = 2
    expect(rejection(roaster)).toMatchObject({ code: 'ASSET_EXISTS' })
  })

  it('under a code that is taken is rejected: CODE_TAKEN', () => {
    register(roaster)
    expect(rejection(farmer)).toMatchObject({ code: 'CODE_TAKEN', data: { code: 'LOT-1' } })
    expect(register(farmer, { code: 'lot-1' })).toMatchObject({ kind: 'register' })
  })

  it("with a key that is not the issuer's is rejected: WRONG_SIGNER", () => {
    expect(rejection(farmer, { issuer: fieldToHex(roaster.account) })).toMatchObject({ code: 'WRONG_SIGNER' })
  })

  it('checks chain and era as transfers do', () => {
    expect(rejection(roaster, {}, { chainId: 1n })).toMatchObject({ code: 'WRONG_CHAIN' })
    expect(rejection(roaster, {}, { era: 2 })).toMatchObject({ code: 'ERA_TOO_SOON' })
    world.era = 200
    expect(rejection(roaster, {}, { era: 50 })).toMatchObject({ code: 'ERA_EXPIRED' })
  })

  it('needs room in the history, and counts as an opening', () => {
    world.rules.openingsPerSigner = 1
    register(roaster, { code: 'A' })
    expect(rejection(roaster, { code: 'B' })).toMatchObject({ code: 'OPENINGS_LIMIT' })
    expect(register(farmer, { code: 'B' })).toMatchObject({ kind: 'register' })
    world = new World()
    world.state.changes.position = 4 ** 16
    expect(rejection(roaster)).toMatchObject({ code: 'HISTORY_FULL' })
  })
})

describe('made from', () => {
  let green: bigint
  let retired: string

  beforeEach(() => {
    green = world.register(farmer, { code: 'GREEN' })
    world.issue(farmer, roaster.account, green, 500n)
    retired = fieldToHex(world.retire(roaster, green, 200n).hash)
  })

  it("uses up the issuer's own retirements, once each", () => {
    const id = world.register(roaster, { code: 'ROASTED', madeFrom: [retired] })
    expect(world.state.changes.assets.find((asset) => asset.id === id)!.madeFrom).toEqual([
      BigInt(`0x${retired}`),
    ])
    expect(world.state.retirement(BigInt(`0x${retired}`))).toBeUndefined()
    expect(rejection(roaster, { code: 'AGAIN', madeFrom: [retired] })).toMatchObject({
      code: 'UNKNOWN_RETIREMENT',
      data: { transfer: retired },
    })
  })

  it('takes up to 16 retirements, of several assets', () => {
    const red = world.register(farmer, { code: 'RED' })
    world.issue(farmer, roaster.account, red, 500n)
    const many = Array.from({ length: 15 }, () => fieldToHex(world.retire(roaster, red, 1n).hash))
    expect(register(roaster, { code: 'BLEND', madeFrom: [retired, ...many] })).toMatchObject({
      kind: 'register',
    })
  })

  it('counts retirements signed with an RSA key too', () => {
    world.issue(farmer, farmer.account, green, 10n)
    const own = fieldToHex(world.retire(farmer, green, 10n).hash)
    expect(register(farmer, { code: 'WASHED', madeFrom: [own] })).toMatchObject({ kind: 'register' })
  })

  it('rejects hashes that are not of a retirement: UNKNOWN_RETIREMENT', () => {
    const transfer = fieldToHex(world.move(roaster, roaster.account, farmer.account, green).hash)
    for (const hash of [transfer, fieldToHex(123n)]) {
      expect(rejection(roaster, { code: 'R', madeFrom: [retired, hash] })).toMatchObject({
        code: 'UNKNOWN_RETIREMENT',
      })
    }
  })

  it("rejects somebody else's retirement: FOREIGN_RETIREMENT", () => {
    expect(rejection(farmer, { code: 'R', madeFrom: [retired] })).toMatchObject({
      code: 'FOREIGN_RETIREMENT',
    })
  })

  it('does not take a reinstatement for a retirement', () => {
    const coin = world.register(roaster, { code: 'COIN', reinstatable: true })
    world.issue(roaster, roaster.account, coin, 1n)
    world.retire(roaster, coin, 1n)
    const back = world.move(roaster, RETIRED, roaster.account, coin)
    expect(rejection(roaster, { code: 'R', madeFrom: [fieldToHex(back.hash)] })).toMatchObject({
      code: 'UNKNOWN_RETIREMENT',
    })
  })
})
