import { beforeAll, describe, expect, it } from 'vitest'
import { encodeAddress } from '../../../src/crypto/address.ts'
import { fieldToHex } from '../../../src/crypto/field.ts'
import type { LedgerRecord } from '../../../src/ledger/record.ts'
import { ApiWorld } from '../../support/api/api-server.ts'
import { eddsaKey } from '../../support/ledger/ledger-world.ts'

const ann = eddsaKey('ann')
const bea = eddsaKey('bea')
const cem = eddsaKey('cem')
const [a, b, c] = [ann, bea, cem].map(({ account }) => encodeAddress(account))
const START = Date.parse('2023-11-14T22:13:20.000Z')
let world: ApiWorld
let eraMs: number
let red: bigint

beforeAll(async () => {
  world = await ApiWorld.open()
  const { chain } = await world.data('{ chain { eraMs } }')
  eraMs = chain.eraMs
  red = await world.lot(ann, 'RED', 100n)
  const blue = await world.lot(bea, 'BLUE', 50n)
  await world.chain.commit([
    world.move(ann, ann.account, bea.account, red, 40n),
    world.move(bea, bea.account, cem.account, blue, 10n),
    world.move(ann, ann.account, cem.account, red, 5n, 40n),
  ])
  const [retired] = await world.chain.commit([world.retire(cem, red, 5n)])
  await world.chain.commit([])
  await world.lot(cem, 'MADE', 5n, { madeFrom: [fieldToHex(retired!.hash)] })
})

const timeOf = (era: number, more = 0) => new Date(START + era * eraMs + more).toISOString()

/** Positions that a filter finds, in the root list and, if given, in that of an account or asset. */
async function found(filter: object, parent?: string): Promise<number[]> {
  const list = 'transfers(filter: $filter) { totalCount nodes { position } }'
  const query = `query ($filter: TransferFilter) { ${parent ? `${parent} { ${list} }` : list} }`
  const data = await world.data(query, { filter })
  const { nodes } = (parent ? (Object.values(data)[0] as never) : data).transfers
  return nodes.map((t: { position: string }) => Number(t.position))
}

const positions = (fits: (record: LedgerRecord) => boolean) =>
  world.chain.records.filter(fits).map(({ position }) => position)

describe('filters of transfers', () => {
  it('take lists, in which one value must fit', async () => {
    const of = (...accounts: bigint[]) =>
      positions(({ from, to }) => accounts.includes(from) || accounts.includes(to))
    expect(await found({ accounts: [a, c] })).toEqual(of(ann.account, cem.account))
    expect(await found({ accounts: [b, a, b] })).toEqual(of(ann.account, bea.account))
    expect(await found({ accounts: [] })).toEqual([])
    expect(await found({ assets: ['RED', 'MADE'] })).toHaveLength(7)
    expect(await found({ kinds: ['ISSUE', 'RETIRE'] })).toEqual(
      positions(({ kind }) => kind === 'issue' || kind === 'retire'),
    )
    expect(await found({ kinds: ['TRANSFER', 'REGISTER'], assets: ['BLUE'], accounts: [b] })).toHaveLength(2)
  })

  it('take spans of time, both ends included', async () => {
    const blockAt = (era: number) => positions(({ blockEra }) => blockEra === era)
    const era = world.chain.records.at(-1)!.blockEra
    expect(await found({ timeFrom: timeOf(era) })).toEqual(blockAt(era))
    expect(await found({ timeFrom: timeOf(era, 1) })).toEqual([])
    expect(await found({ timeTo: timeOf(2) })).toEqual(positions(({ blockEra }) => blockEra <= 2))
    expect(await found({ timeFrom: timeOf(1, 1), timeTo: timeOf(3, -1) })).toEqual(blockAt(2))
    expect(await found({ timeTo: new Date(START - 1).toISOString() })).toEqual([])
    expect(await found({ timeFrom: timeOf(era).replace('Z', '+00:00') })).toEqual(blockAt(era))
  })

  it('are taken by the lists of accounts and assets too', async () => {
    const account = `account(address: "${b}")`
    const ofBea = positions(({ from, to }) => from === bea.account || to === bea.account)
    expect(await found({}, account)).toEqual(ofBea)
    expect(await found({ assets: ['RED'], kinds: ['TRANSFER'] }, account)).toHaveLength(1)
    expect(await found({ account: c }, account)).toHaveLength(1)
    expect(await found({ account: b, accounts: [c] }, account)).toHaveLength(1)
    const asset = 'asset(by: { code: "RED" })'
    expect(await found({ accounts: [c] }, asset)).toHaveLength(2)
    expect(await found({ assets: ['BLUE'] }, asset)).toEqual([])
    expect(await found({ asset: 'BLUE' }, asset)).toEqual([])
    expect(await found({ assets: ['BLUE', 'RED'] }, asset)).toHaveLength(5)
  })

  it('have bounds', async () => {
    const query = 'query ($filter: TransferFilter) { transfers(filter: $filter) { totalCount } }'
    const refusal = async (filter: object) => (await world.ask(query, { filter })).errors?.[0]?.extensions
    const data = { argument: 'accounts', max: 20, got: 21 }
    expect(await refusal({ accounts: Array(20).fill(a) })).toBeUndefined()
    expect(await refusal({ accounts: Array(21).fill(a) })).toMatchObject({ code: 'BAD_INPUT', data })
    expect(await refusal({ assets: Array(21).fill('RED') })).toMatchObject({ code: 'BAD_INPUT' })
    for (const time of ['yesterday', '2023-11-14', '2023-13-01T00:00:00Z', '2023-11-14T22:13:20'])
      expect(await refusal({ timeFrom: time })).toMatchObject({ code: 'BAD_INPUT' })
  })
})

it('finds the newest block at or before a time', async () => {
  const at = async (time: string) =>
    (await world.data('query ($at: DateTime) { block(by: { at: $at }) { height } }', { at: time })).block
      ?.height
  expect(await at(timeOf(0))).toBe('0')
  expect(await at(timeOf(3))).toBe('3')
  expect(await at(timeOf(4, -1))).toBe('3')
  expect(await at('2099-01-01T00:00:00Z')).toBe(String(world.chain.header.height))
  expect(await at(new Date(START - 1).toISOString())).toBeUndefined()
})

it('finds assets by several codes', async () => {
  const query = 'query ($codes: [String!]) { assets(filter: { codes: $codes }) { nodes { code } } }'
  const { assets } = await world.data(query, { codes: ['MADE', 'NONE', 'RED', 'no code'] })
  expect(assets.nodes).toEqual([{ code: 'RED' }, { code: 'MADE' }])
  const [error] = (await world.ask(query, { codes: Array(101).fill('RED') })).errors!
  expect(error!.extensions).toMatchObject({ code: 'BAD_INPUT', data: { max: 100, got: 101 } })
})

it('shows the balances after every transfer, and what a retirement was used for', async () => {
  const { transfers } = await world.data(
    '{ transfers { nodes { fromBalanceAfter toBalanceAfter usedBy { code } } } }',
  )
  const balances = new Map<number, bigint>()
  const expected = world.chain.records.map((record) => {
    const { kind, fromHolding, toHolding, amount, position } = record
    if (kind !== 'register') balances.set(fromHolding, balances.get(fromHolding)! - amount)
    balances.set(toHolding, (balances.get(toHolding) ?? 0n) + amount)
    const used = kind === 'retire' && position === 7
    return {
      fromBalanceAfter: kind === 'register' ? null : balances.get(fromHolding)!.toString(),
      toBalanceAfter: balances.get(toHolding)!.toString(),
      usedBy: used ? { code: 'MADE' } : null,
    }
  })
  expect(transfers.nodes).toEqual(expected)
  expect(expected.filter(({ usedBy }) => usedBy)).toHaveLength(1)
})

describe('blocks of a span of time', () => {
  /** Heights of the pages of two blocks, and how many blocks the list has. */
  async function heights(args: string): Promise<{ heights: number[]; totalCount: number }> {
    const found: number[] = []
    for (let after = ''; ; ) {
      const { blocks } = await world.data(`{ blocks(${args}, first: 2${after}) {
        totalCount nodes { height } pageInfo { endCursor hasNextPage } } }`)
      found.push(...blocks.nodes.map(({ height }: { height: string }) => Number(height)))
      if (!blocks.pageInfo.hasNextPage) return { heights: found, totalCount: Number(blocks.totalCount) }
      after = `, after: "${blocks.pageInfo.endCursor}"`
    }
  }

  it('are those whose timestamp is in it, both ends included, in either order', async () => {
    const { blocks } = await world.data('{ blocks(first: 100) { nodes { height timestamp } } }')
    const all = blocks.nodes.map((b: { height: string; timestamp: string }) => ({
      height: Number(b.height),
      ms: Date.parse(b.timestamp),
    }))
    const last = all.length - 1
    const spans: [number, number][] = [
      [all[2].ms, all[5].ms],
      [all[2].ms + 1, all[5].ms - 1],
      [START - 1, all[0].ms],
      [all[last].ms, all[last].ms + 1e9],
      [all[last].ms + 1, all[last].ms + 1e9],
      [START - 2, START - 1],
      [all[5].ms, all[2].ms],
    ]
    for (const [from, to] of spans) {
      const args = `timeFrom: "${new Date(from).toISOString()}", timeTo: "${new Date(to).toISOString()}"`
      const expected = all
        .filter(({ ms }: { ms: number }) => ms >= from && ms <= to)
        .map(({ height }: { height: number }) => height)
      expect(await heights(args)).toEqual({ heights: expected, totalCount: expected.length })
      const newest = await heights(`${args}, order: NEWEST_FIRST`)
      expect(newest.heights).toEqual(expected.toReversed())
    }
    expect((await heights(`timeFrom: "${new Date(all[3].ms).toISOString()}"`)).heights).toHaveLength(last - 2)
    expect((await heights(`timeTo: "${new Date(all[3].ms).toISOString()}"`)).heights).toHaveLength(4)
  })
})
