import { beforeEach, describe, expect, it } from 'vitest'
import { encodeAddress } from '../../../src/crypto/address.ts'
import { fieldToHex } from '../../../src/crypto/field.ts'
import { ApiWorld } from '../../support/api/api-server.ts'
import { Sse } from '../../support/api/sse.ts'
import { eddsaKey } from '../../support/ledger/ledger-world.ts'

const ann = eddsaKey('ann')
const bea = eddsaKey('bea')
const cem = eddsaKey('cem')
const addressOf = ({ account }: { account: bigint }) => encodeAddress(account)
let world: ApiWorld
let lot: bigint

beforeEach(async () => {
  world = await ApiWorld.open()
  lot = await world.lot(ann, 'LOT', 100n)
  // Other things happen, too.
  await world.lot(bea, 'OTHER', 100n)
})

const LIVE = `subscription ($input: TraceInput!, $after: BigInt) { trace(input: $input, after: $after) { height
  hops { length transfer { kind from { address } to { address } } } origins { length } holders { address length asset { code } } } }`
const BALANCE = `subscription ($address: String!, $after: BigInt) {
  holding(address: $address, asset: "LOT", after: $after) { balance height } }`
const FORWARD = { start: { asset: 'LOT' }, direction: 'FORWARD' }

const subscribe = (query: string, variables: Record<string, unknown>) =>
  Sse.open((url, init) => world.api.yoga.fetch(url, init), 'http://api/graphql', query, variables)

interface Update {
  height: string
  hops: { length: string; transfer: { kind: string } }[]
  origins: { length: string }[]
  holders: { address: string; length: string; asset: { code: string } }[]
}
const next = async (live: Sse): Promise<Update> => (await live.data()).trace
const holders = ({ holders }: Update) =>
  Object.fromEntries(holders.map(({ address, length }) => [address, length]))
const move = (from: typeof ann, to: typeof ann, amount: bigint) =>
  world.chain.commit([world.move(from, from.account, to.account, lot, amount)])

/** Blocks that have nothing to do with the lot. */
async function elsewhere(): Promise<void> {
  await world.chain.commit([])
  const other = world.chain.state.assetByCode('OTHER')!.id
  await world.chain.commit([world.move(bea, bea.account, cem.account, other, 1n)])
}

describe('a live trace and a live balance', () => {
  it('get exactly one update per move, with the right holders', async () => {
    const trace = await subscribe(LIVE, { input: FORWARD })
    const balance = await subscribe(BALANCE, { address: addressOf(ann) })
    const first = await next(trace)
    expect(holders(first)).toEqual({ [addressOf(ann)]: '100' })
    expect(first.hops.map(({ transfer }) => transfer.kind)).toEqual(['ISSUE'])
    expect((await balance.data()).holding.balance).toBe('100')
    await elsewhere()
    await move(ann, bea, 30n)
    await elsewhere()
    await move(ann, cem, 20n)
    await elsewhere()
    const second = await next(trace)
    expect(holders(second)).toEqual({ [addressOf(ann)]: '70', [addressOf(bea)]: '30' })
    expect(second.hops.map(({ length }) => length)).toEqual(['30'])
    const third = await next(trace)
    expect(holders(third)).toEqual({ [addressOf(ann)]: '50', [addressOf(bea)]: '30', [addressOf(cem)]: '20' })
    expect(third.hops.map(({ length }) => length)).toEqual(['20'])
    expect((await balance.data()).holding.balance).toBe('70')
    expect((await balance.data()).holding.balance).toBe('50')
    expect(await trace.quiet(300)).toBe(true)
    expect(await balance.quiet(300)).toBe(true)
    await Promise.all([trace.close(), balance.close()])
  })

  it('get the same updates across a disconnect', async () => {
    const trace = await subscribe(LIVE, { input: FORWARD })
    const balance = await subscribe(BALANCE, { address: addressOf(ann) })
    await next(trace)
    await balance.data()
    await move(ann, bea, 30n)
    const seen = await next(trace)
    const held = (await balance.data()).holding
    await Promise.all([trace.close(), balance.close()])
    await elsewhere()
    await move(bea, cem, 20n)
    await move(ann, cem, 5n)
    const resumed = await subscribe(LIVE, { input: FORWARD, after: seen.height })
    const again = await subscribe(BALANCE, { address: addressOf(ann), after: held.height })
    const second = await next(resumed)
    expect(holders(second)).toEqual({
      [addressOf(ann)]: '70',
      [addressOf(bea)]: '10',
      [addressOf(cem)]: '20',
    })
    expect(holders(await next(resumed))).toEqual({
      [addressOf(ann)]: '65',
      [addressOf(bea)]: '10',
      [addressOf(cem)]: '25',
    })
    expect((await again.data()).holding.balance).toBe('65')
    await elsewhere()
    expect(await resumed.quiet(300)).toBe(true)
    expect(await again.quiet(300)).toBe(true)
    await Promise.all([resumed.close(), again.close()])
  })
})

describe('a live trace', () => {
  it('continues into what was made from the units', async () => {
    const trace = await subscribe(LIVE, { input: FORWARD })
    await next(trace)
    const retirement = world.retire(ann, lot, 40n)
    await world.chain.commit([retirement])
    expect(holders(await next(trace))).toMatchObject({ [addressOf(ann)]: '60', [encodeAddress(1n)]: '40' })
    await world.lot(ann, 'MADE', 7n, { madeFrom: [fieldToHex(retirement.hash)] })
    const made = await next(trace)
    expect(made.holders).toContainEqual({ address: addressOf(ann), length: '7', asset: { code: 'MADE' } })
    const id = world.chain.state.assetByCode('MADE')!.id
    await world.chain.commit([world.move(ann, ann.account, cem.account, id, 3n)])
    const moved = await next(trace)
    expect(moved.hops.map(({ length }) => length)).toEqual(['3'])
    expect(moved.holders).toContainEqual({ address: addressOf(cem), length: '3', asset: { code: 'MADE' } })
    await trace.close()
  })

  it('of a balance reports arriving units with their path', async () => {
    await move(ann, bea, 10n)
    const trace = await subscribe(LIVE, {
      input: { start: { holding: { asset: 'LOT', address: addressOf(bea) } }, direction: 'BACKWARD' },
    })
    const first = await next(trace)
    expect(first.hops.map(({ transfer, length }) => `${transfer.kind} ${length}`)).toEqual([
      'TRANSFER 10',
      'ISSUE 10',
    ])
    await move(ann, bea, 5n)
    const second = await next(trace)
    expect(second.hops.map(({ transfer, length }) => `${transfer.kind} ${length}`)).toEqual([
      'TRANSFER 5',
      'ISSUE 5',
    ])
    expect(second.origins.map(({ length }) => length)).toEqual(['5'])
    await trace.close()
  })

  it('of serials reports each of their moves', async () => {
    const trace = await subscribe(LIVE, {
      input: { start: { asset: 'LOT' }, offset: 0, length: 10, direction: 'BACKWARD' },
    })
    await next(trace)
    await move(ann, bea, 4n)
    expect((await next(trace)).hops.map(({ length }) => length)).toEqual(['4'])
    await move(ann, cem, 50n)
    expect((await next(trace)).hops.map(({ length }) => length)).toEqual(['6'])
    await move(ann, cem, 1n)
    expect(await trace.quiet(300)).toBe(true)
    await trace.close()
  })

  it('rejects inputs that only make sense in a query', async () => {
    for (const wrong of [{ first: 3 }, { after: 'x' }, { atHeight: 1 }]) {
      const rejected = await subscribe(LIVE, { input: { ...FORWARD, ...wrong } })
      expect((await rejected.next())?.errors?.[0]?.extensions.code).toBe('BAD_INPUT')
    }
  })
})
