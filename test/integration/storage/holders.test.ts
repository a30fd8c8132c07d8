import fc from 'fast-check'
import { beforeAll, describe, expect, it } from 'vitest'
import { MINT, RETIRED } from '../../../src/ledger/params.ts'
import type { LedgerRecord } from '../../../src/ledger/record.ts'
import { ORDER_BOUNDS, type OrderBounds, refreshHolders } from '../../../src/storage/holders.ts'
import { anchoredHolders } from '../../../src/storage/reads/anchored-holders.ts'
import {
  type Holder,
  type HolderPlace,
  MAX_CORRECTED_RECORDS,
} from '../../../src/storage/reads/holder-page.ts'
import { holderCounts, holdersOf } from '../../../src/storage/reads/holders.ts'
import { MAX_SORTED_SPANS, pastHolders } from '../../../src/storage/reads/past-holders.ts'
import { type StoredHistory, storedHistory } from '../../support/storage/stored-history.ts'

let history: StoredHistory
let assetIds: bigint[]

/** So small that a short history takes many steps and has many anchors, some of which list all holders. */
const SMALL: OrderBounds = { step: 40, spacing: 8, listed: 3 }

beforeAll(async () => {
  history = await storedHistory(23, 400)
  assetIds = history.world.assets().map(({ id }) => id)
})

/** The holders of an asset before a position, by definition: sums over all records, sorted. */
function holdersBefore(assetId: bigint, end: number) {
  const holders = new Map<number, Holder>()
  const add = (index: number, account: bigint, arrived: bigint, departed: bigint) => {
    const { inTotal, outTotal } = holders.get(index) ?? { inTotal: 0n, outTotal: 0n }
    const totals = { inTotal: inTotal + arrived, outTotal: outTotal + departed }
    holders.set(index, { index, account, assetId, ...totals })
  }
  for (const record of history.chain.records as LedgerRecord[]) {
    if (record.position >= end || record.assetId !== assetId || record.kind === 'register') continue
    add(record.fromHolding, record.from, 0n, record.amount)
    add(record.toHolding, record.to, record.amount, 0n)
  }
  return [...holders.values()]
    .filter((holder) => holder.account !== MINT && holder.account !== RETIRED && balanceOf(holder) > 0n)
    .sort((a, b) => Number(balanceOf(b) - balanceOf(a)) || b.index - a.index)
}

const balanceOf = ({ inTotal, outTotal }: Holder): bigint => inTotal - outTotal

/** Every page of every asset as of many blocks equals the definition. @returns how many of them anchors gave, and how many go beyond what they list */
async function checkPages(seed: number): Promise<{ anchored: number; beyond: number }> {
  const count = { anchored: 0, beyond: 0 }
  const page = fc.tuple(fc.constantFrom(...history.starts), fc.integer({ min: 1, max: 4 }), fc.nat(5))
  for (const [end, limit, skip] of fc.sample(page, { numRuns: 25, seed })) {
    const all = assetIds.map((id) => holdersBefore(id, end))
    expect(await holderCounts(history.database, assetIds, end)).toEqual(all.map((list) => list.length))
    const longest = all.reduce((a, b) => (b.length > a.length ? b : a))
    const last = skip === 0 ? undefined : longest[skip - 1]
    const after: HolderPlace | undefined = last && { balance: balanceOf(last), holding: last.index }
    const expected = all.map((list) =>
      list
        .filter(
          (h) =>
            after === undefined ||
            balanceOf(h) < after.balance ||
            (balanceOf(h) === after.balance && h.index < after.holding),
        )
        .slice(0, limit),
    )
    const page = { end, limit, after }
    for (const isNewest of [true, false])
      expect(await holdersOf(history.database, assetIds, { ...page, isNewest })).toEqual(expected)
    expect(await pastHolders(history.database, assetIds, { ...page, isNewest: false })).toEqual(expected)
    const pages = await anchoredHolders(history.database, assetIds, { ...page, isNewest: false })
    expect(pages).toEqual(expected.map((list, i) => pages[i] && list))
    count.anchored += pages.filter((list) => list !== undefined && list.length > 0).length
    count.beyond += pages.filter((list, i) => list === undefined && expected[i]!.length > 0).length
  }
  return count
}

describe('holders by balance', () => {
  it('are right as of any block, whatever block the stored order is as of', async () => {
    expect((await checkPages(1)).anchored).toBe(0) // nothing stored: the order is made of records alone
    const { sql } = history.database
    const end = await refreshHolders(history.database, SMALL)
    expect(end).toBe(history.starts.at(-1))
    const stored = await sql<{ n: number }[]>`SELECT count(*) AS n FROM holder`
    expect(stored[0]!.n).toBe(assetIds.flatMap((id) => holdersBefore(id, end)).length)
    const { anchored, beyond } = await checkPages(2)
    expect(anchored).toBeGreaterThan(20)
    expect(beyond).toBeGreaterThan(20)
    await history.chain.commit([])
    history.starts.push(history.chain.state.position)
    expect(await refreshHolders(history.database, SMALL)).toBe(end)
    await checkPages(3)
  })
})

describe('anchors of the order', () => {
  it('are at the spacing that is stated, with at most as many holders', async () => {
    const { sql } = history.database
    const anchors = await sql<{ asset: number; apart: number; whole: boolean; listed: number }[]>`
      SELECT asset, asset_seq - lag(asset_seq, 1, 0::bigint) OVER (PARTITION BY asset ORDER BY position) AS apart, is_whole AS whole,
        cardinality(holdings) AS listed FROM holder_anchor`
    expect(anchors.length).toBeGreaterThan(10)
    // None is missing: behind the last one of an asset, or without any, it had too few records for another.
    const behind = await sql<{ records: number }[]>`
      SELECT max(asset_seq) - coalesce((SELECT max(asset_seq) FROM holder_anchor AS a WHERE a.asset = t.asset), 0) AS records
      FROM transfer AS t GROUP BY asset`
    for (const { records } of behind) expect(records).toBeLessThan(SMALL.spacing)
    for (const { apart, whole, listed } of anchors) {
      expect(apart).toBeGreaterThanOrEqual(SMALL.spacing)
      expect(apart).toBeLessThan(SMALL.spacing + SMALL.step)
      expect(whole ? listed <= SMALL.listed : listed === SMALL.listed).toBe(true)
    }
    expect(new Set(anchors.map(({ whole }) => whole)).size).toBe(2)
    // What a node keeps is enough for two of the largest pages, and a block takes one step.
    expect(ORDER_BOUNDS).toEqual({ step: 4_096, spacing: 256, listed: 256 })
  })

  it('give pages as far as they list holders, and no further', async () => {
    const { database } = history
    const anchors = await database.sql<{ id: string; end: number; whole: boolean; listed: number }[]>`
      SELECT encode(asset_id, 'hex') AS id, holder_anchor.position AS end, is_whole AS whole, cardinality(holdings) AS listed
      FROM holder_anchor JOIN asset ON asset.id = holder_anchor.asset`
    expect(new Set(anchors.map(({ whole }) => whole)).size).toBe(2)
    for (const { id, end, whole, listed } of anchors) {
      const assetId = BigInt(`0x${id}`)
      const page = { end, isNewest: false, after: undefined }
      const read = async (limit: number) =>
        (await anchoredHolders(database, [assetId], { ...page, limit }))[0]
      const all = holdersBefore(assetId, end)
      expect(await read(listed)).toEqual(all.slice(0, listed))
      expect(await read(listed + 1)).toEqual(whole ? all : undefined)
    }
  })
})

describe('holders by balance, at the edges', () => {
  it('are the same after every refresh as after one', async () => {
    const other = await storedHistory(23, 0)
    const { accepted } = history.world
    for (let i = 0; i < accepted.length; i += 9) {
      await other.chain.commit(accepted.slice(i, i + 9))
      await refreshHolders(other.database)
    }
    const rows = 'SELECT asset, balance, holding FROM holder ORDER BY 1, 2, 3'
    expect(await other.database.sql.unsafe(rows)).toEqual(await history.database.sql.unsafe(rows))
  })

  it('are found otherwise, or refused, beyond the bounds of records between the two blocks and of holders', async () => {
    const { database } = history
    await database.sql`UPDATE holder_position SET position = 0`
    const most = MAX_CORRECTED_RECORDS
    const [id] = assetIds as [bigint]
    const { sql } = database
    const [asset] = await sql<{ id: number; mint: number }[]>`
      SELECT id, mint_holding AS mint FROM asset WHERE position = (SELECT min(position) FROM asset)`
    const [{ first }] = (await sql`SELECT max(position) + 1 AS first FROM transfer`) as unknown as [
      { first: number },
    ]
    const own = history.chain.records.filter((r) => r.assetId === id).length
    const insert = (from: number, count: number) => sql`
      INSERT INTO transfer (position, height, kind, flags, hash, asset, from_account, to_account, from_holding, to_holding, amount, from_start,
        to_start, era, asset_seq, from_seq, to_seq, asset_units)
      SELECT p, 1, 2, 0, sha256(p::text::bytea), ${asset!.id}, 0, 0, 900000, 900001, 1, p, p, 1, p, p, p, p
      FROM generate_series(${from}::bigint, ${from + count - 1}::bigint) AS p`
    await insert(first, most - own)
    const page = { end: first + most, isNewest: true, limit: 3, after: undefined }
    expect((await holdersOf(database, [id], page))[0]).toBeDefined()
    const sorted = await holdersOf(database, [id], page)
    expect(sorted[0]!.length).toBeGreaterThan(0)
    await insert(first + most - own, 1)
    // Beyond it, all balances are sorted: these records moved none of them.
    expect(await holdersOf(database, [id], page)).toEqual(sorted)
    await sql`
      INSERT INTO holding_span (holding, asset, opened, emptied)
      SELECT 1000000 + p, ${asset!.id}, 0, 0 FROM generate_series(1, ${MAX_SORTED_SPANS}) AS p`
    expect(await holdersOf(database, [id], page)).toEqual([undefined])
  })
})
