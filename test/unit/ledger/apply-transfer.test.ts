import { beforeEach, describe, expect, it } from 'vitest'
import { R } from '../../../src/crypto/field.ts'
import { MAX_AMOUNT, MAX_COUNTER, MINT, RETIRED } from '../../../src/ledger/params.ts'
import { eddsaKey, rsaKey, signTransfer, World } from '../../support/ledger/ledger-world.ts'

const issuer = eddsaKey('issuer')
const alice = eddsaKey('alice')
const bob = rsaKey()
let world: World
let lot: bigint

beforeEach(() => {
  world = new World()
  lot = world.register(issuer)
  world.issue(issuer, alice.account, lot, 100n)
})

/** Applies what must be rejected, and shows that nothing changed. */
function rejection(key: typeof alice, transfer: Parameters<typeof signTransfer>[1]) {
  const before = world.snapshot()
  const result = world.apply(signTransfer(key, transfer))
  expect(world.snapshot()).toEqual(before)
  return result
}

describe('a transfer', () => {
  it('moves units by two counters and opens the holding of its receiver', () => {
    const record = world.move(alice, alice.account, bob.account, lot, { amount: 30n, memo: 7n })
    expect(record).toMatchObject({
      kind: 'transfer',
      from: alice.account,
      to: bob.account,
      amount: 30n,
      fromStart: 0n,
      toStart: 0n,
      fromHolding: 1,
      toHolding: 2,
      memo: 7n,
      flags: 0,
      era: 1,
      blockEra: 1,
    })
    expect(world.state.holding(alice.account, lot)).toMatchObject({ inTotal: 100n, outTotal: 30n })
    expect(world.state.holding(bob.account, lot)).toEqual({
      index: 2,
      account: bob.account,
      assetId: lot,
      inTotal: 30n,
      outTotal: 0n,
    })
    expect(world.state.holdingCount).toBe(3)
    expect(world.state.position).toBe(3)
  })

  it('adds to an existing holding, and keeps its counters after it was emptied', () => {
    world.move(alice, alice.account, bob.account, lot, { amount: 100n })
    world.move(bob, bob.account, alice.account, lot, { amount: 100n })
    const record = world.move(alice, alice.account, bob.account, lot, { amount: 5n })
    expect(record).toMatchObject({ fromStart: 100n, toStart: 100n, fromHolding: 1, toHolding: 2 })
    expect(world.state.holdingCount).toBe(3)
  })

  it('signed by an RSA key is attested', () => {
    world.move(alice, alice.account, bob.account, lot)
    expect(world.move(bob, bob.account, alice.account, lot).flags).toBe(1)
  })

  it('may go to any field element but the mint', () => {
    expect(world.move(alice, alice.account, R - 1n, lot).to).toBe(R - 1n)
  })

  it('may take the whole balance, but not one unit more', () => {
    const amount = world.state.holding(alice.account, lot)!.inTotal
    const transfer = world.transfer(alice.account, bob.account, lot)
    expect(rejection(alice, { ...transfer, amount: amount + 1n })).toMatchObject({
      code: 'INSUFFICIENT_BALANCE',
      data: { balance: '100', amount: '101' },
    })
    expect(world.move(alice, alice.account, bob.account, lot, { amount }).amount).toBe(100n)
  })
})

describe('a transfer is rejected', () => {
  const cases: [string, string, () => Parameters<typeof signTransfer>[1]][] = [
    ['of another chain', 'WRONG_CHAIN', () => transfer({ chainId: 5n })],
    ['of no units', 'BAD_AMOUNT', () => transfer({ amount: 0n })],
    ['to its own sender', 'SELF_TRANSFER', () => transfer({ to: alice.account })],
    ['to the mint', 'TO_MINT', () => transfer({ to: MINT })],
    ['of an unknown asset', 'UNKNOWN_ASSET', () => transfer({ assetId: 99n })],
    ['by one who never held the asset', 'NO_HOLDING', () => transfer({ from: bob.account, to: 5n })],
    ['with a start that lies ahead', 'STALE_START', () => transfer({ fromStart: 1n })],
    ['of more than the balance', 'INSUFFICIENT_BALANCE', () => transfer({ amount: MAX_AMOUNT })],
    ['of a later era than the block', 'ERA_TOO_SOON', () => transfer({ era: 2 })],
  ]
  const transfer = (rest: object) => world.transfer(alice.account, bob.account, lot, rest)

  it.each(cases)('%s: %s', (_, code, make) => {
    const result = rejection(make().from === bob.account ? bob : alice, make())
    expect(result).toMatchObject({ code })
  })

  it('when it is replayed: STALE_START', () => {
    const action = signTransfer(alice, transfer({ amount: 10n }))
    world.applied(action)
    expect(world.apply(action)).toMatchObject({ code: 'STALE_START', data: { expected: '10', got: '0' } })
  })

  it('when it is ttl eras old: ERA_EXPIRED', () => {
    const early = transfer({ era: 1 })
    world.era = 1 + world.rules.ttl
    expect(rejection(alice, early)).toMatchObject({ code: 'ERA_EXPIRED' })
    world.era -= 1
    expect(world.apply(signTransfer(alice, early))).toMatchObject({ kind: 'transfer' })
  })

  it('when another key signed it, of the same kind or the other: WRONG_SIGNER', () => {
    expect(rejection(issuer, transfer({}))).toMatchObject({ code: 'WRONG_SIGNER' })
    expect(rejection(bob, transfer({}))).toMatchObject({ code: 'WRONG_SIGNER' })
  })

  it('when the signature is that of another transfer: BAD_SIGNATURE', () => {
    const { signature } = signTransfer(alice, transfer({ amount: 2n }))
    expect(world.apply({ ...signTransfer(alice, transfer({})), signature })).toMatchObject({
      code: 'BAD_SIGNATURE',
    })
  })

  it("when the receiver's counter would overflow: COUNTER_OVERFLOW", () => {
    const coin = world.register(issuer, { code: 'COIN', cap: MAX_AMOUNT.toString() })
    world.issue(issuer, alice.account, coin, 2n)
    world.move(alice, alice.account, bob.account, coin)
    const holding = world.state.holding(bob.account, coin)!
    world.state.setHolding({ ...holding, inTotal: MAX_COUNTER, outTotal: MAX_COUNTER - 1n })
    const one = world.transfer(alice.account, bob.account, coin)
    expect(rejection(alice, one)).toMatchObject({ code: 'COUNTER_OVERFLOW' })
    world.state.setHolding({ ...holding, inTotal: MAX_COUNTER - 1n, outTotal: MAX_COUNTER - 2n })
    expect(world.apply(signTransfer(alice, one))).toMatchObject({ toStart: MAX_COUNTER - 1n })
  })
})

describe('an issue', () => {
  it('is signed by the issuer, and numbers units by serial', () => {
    const record = world.issue(issuer, bob.account, lot, 900n)
    expect(record).toMatchObject({ kind: 'issue', from: MINT, fromStart: 100n, fromHolding: 0, flags: 0 })
    expect(rejection(issuer, world.transfer(MINT, bob.account, lot))).toMatchObject({
      code: 'INSUFFICIENT_BALANCE',
    })
  })

  it('by anyone else is rejected: WRONG_SIGNER', () => {
    expect(rejection(alice, world.transfer(MINT, alice.account, lot))).toMatchObject({ code: 'WRONG_SIGNER' })
  })

  it('cannot go directly to RETIRED: MINT_TO_RETIRED', () => {
    expect(rejection(issuer, world.transfer(MINT, RETIRED, lot))).toMatchObject({ code: 'MINT_TO_RETIRED' })
  })
})

describe('retiring and reinstating', () => {
  it('opens one holding of RETIRED per asset', () => {
    const first = world.retire(alice, lot, 10n)
    const second = world.retire(alice, lot, 5n)
    expect(first).toMatchObject({ kind: 'retire', to: RETIRED, toHolding: 2, toStart: 0n })
    expect(second).toMatchObject({ kind: 'retire', toHolding: 2, toStart: 10n })
    expect(world.state.retirement(first.hash)).toEqual({
      from: alice.account,
      sponsor: issuer.account,
    })
  })

  it('stays retired unless the definition says otherwise: NOT_REINSTATABLE', () => {
    world.retire(alice, lot, 10n)
    expect(rejection(issuer, world.transfer(RETIRED, alice.account, lot))).toMatchObject({
      code: 'NOT_REINSTATABLE',
    })
  })

  it('lets the issuer, and only the issuer, reinstate a reinstatable asset', () => {
    const coin = world.register(issuer, { code: 'COIN', reinstatable: true })
    world.issue(issuer, alice.account, coin, 10n)
    expect(rejection(issuer, world.transfer(RETIRED, alice.account, coin))).toMatchObject({
      code: 'NO_HOLDING',
    })
    world.retire(alice, coin, 10n)
    expect(rejection(alice, world.transfer(RETIRED, alice.account, coin))).toMatchObject({
      code: 'WRONG_SIGNER',
    })
    const record = world.move(issuer, RETIRED, bob.account, coin, { amount: 4n })
    expect(record).toMatchObject({ kind: 'reinstate', from: RETIRED, to: bob.account, fromStart: 0n })
    expect(rejection(issuer, world.transfer(RETIRED, MINT, coin))).toMatchObject({ code: 'TO_MINT' })
    expect(rejection(issuer, world.transfer(RETIRED, RETIRED, coin))).toMatchObject({ code: 'SELF_TRANSFER' })
  })
})

describe('opening a holding', () => {
  it("is rejected when the asset's sponsor has used up its holdings: QUOTA_EXCEEDED", () => {
    world = new World({ stateDepth: 2 })
    lot = world.register(issuer)
    for (const to of [10n, 11n, 12n, 13n, 14n, 15n, 16n]) world.issue(issuer, to, lot, 1n)
    expect(rejection(issuer, world.transfer(MINT, 17n, lot))).toMatchObject({
      code: 'QUOTA_EXCEEDED',
      data: { budget: 'holdings', limit: 8, of: 'sponsor' },
    })
    expect(world.issue(issuer, 16n, lot, 1n)).toMatchObject({ toHolding: 7 })
  })

  it('is limited per signer and block: OPENINGS_LIMIT', () => {
    world = new World({ limits: { ...limitsOfTest, openingsPerSigner: 2 } })
    lot = world.register(issuer)
    world.issue(issuer, alice.account, lot, 10n)
    expect(rejection(issuer, world.transfer(MINT, 11n, lot))).toMatchObject({
      code: 'OPENINGS_LIMIT',
      data: { max: 2 },
    })
    expect(world.issue(issuer, alice.account, lot, 1n).kind).toBe('issue')
    expect(world.move(alice, alice.account, 11n, lot).toHolding).toBe(2)
  })

  it('is rejected when the history is full: HISTORY_FULL', () => {
    world.state.changes.position = 4 ** 16
    expect(rejection(alice, world.transfer(alice.account, bob.account, lot))).toMatchObject({
      code: 'HISTORY_FULL',
    })
  })
})

const limitsOfTest = {
  maxRecords: 10,
  maxBodyBytes: 1_000_000,
  openingsPerSigner: 2,
  poolEntries: 10,
  poolBytes: 1_000_000,
  poolPerSigner: 10,
}
