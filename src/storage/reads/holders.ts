import { fieldToBytes } from '../../crypto/field.ts'
import { MINT, RETIRED } from '../../ledger/params.ts'
import { bytes, toField } from '../columns.ts'
import type { Database } from '../database.ts'
import { seek } from '../seek.ts'
import { anchoredHolders } from './anchored-holders.ts'
import { FIRST_PLACE, type Holder, type HolderPage } from './holder-page.ts'
import { counterColumns, joinCounters } from './holdings.ts'
import { accountsOf } from './names.ts'
import { pastHolders } from './past-holders.ts'
import type { Fragment } from './rows.ts'

/** Records of an asset between the page's block and the stored order of its holders. A page corrects the order by at most so many. */
export const MAX_CORRECTED_RECORDS = 10_000

/**
 * Holders of each asset by balance, one page per asset; undefined for an asset whose order is too far from the page's block
 * (MAX_CORRECTED_RECORDS) and that had too many holders (MAX_SORTED_SPANS). Most assets have not moved since the table `holder` was brought up to
 * date: for them, the order and the present counters hold. Others are read in further statements, until one of them can answer: from an anchor,
 * by correcting the stored order, or without either.
 */
export async function holdersOf(
  database: Database,
  assets: readonly bigint[],
  page: HolderPage,
): Promise<(Holder[] | undefined)[]> {
  const found = new Map<bigint, Holder[]>()
  for (const read of [unmovedHolders, anchoredHolders, correctedHolders, pastHolders]) {
    const missing = assets.filter((asset) => !found.has(asset))
    if (missing.length === 0) break
    const pages = await read(database, missing, page)
    for (const [i, asset] of missing.entries()) if (pages[i]) found.set(asset, pages[i])
  }
  return assets.map((asset) => found.get(asset))
}

/** The pages of those assets that no record moved from the earlier of the stored order's block and the page's on; undefined for the others. */
async function unmovedHolders(
  { sql }: Database,
  assets: readonly bigint[],
  { end, limit, after }: HolderPage,
): Promise<(Holder[] | undefined)[]> {
  const { balance, holding } = after ?? FIRST_PLACE
  const rows = await sql<StoredColumns[]>`
    SELECT key.number::int AS number, first.holding IS NULL AS "isUnmoved", found.holding AS index, h.account,
      h.in_total AS "inTotal", h.out_total AS "outTotal"
    FROM unnest(${bytes(assets.map(fieldToBytes))}::bytea[]) WITH ORDINALITY AS key(id, number)
    JOIN asset AS parent ON parent.asset_id = key.id
    LEFT JOIN LATERAL (
      SELECT to_holding AS holding FROM transfer
      WHERE (asset, position) >= (parent.id, least(coalesce((SELECT position FROM holder_position), 0), ${end}))
        AND (asset, position) < (parent.id + 1, 0)
      ORDER BY transfer.asset, position LIMIT 1
    ) AS first ON true
    LEFT JOIN LATERAL (
      SELECT holding, holder.balance FROM holder
      WHERE (asset, balance, holding) < (parent.id, ${balance.toString()}::numeric, ${holding}) AND (asset, balance) > (parent.id, 0)
      ORDER BY asset DESC, balance DESC, holding DESC LIMIT ${limit}
    ) AS found ON first.holding IS NULL
    LEFT JOIN LATERAL (SELECT account, in_total, out_total FROM holding WHERE id = found.holding LIMIT 1) AS h ON true
    ORDER BY key.number, found.balance DESC, found.holding DESC`
  const accountOf = await accountsOf(
    sql,
    rows.flatMap(({ account }) => account ?? []),
  )
  const pages: (Holder[] | undefined)[] = assets.map(() => [])
  for (const { number, isUnmoved, account, ...holder } of rows) {
    if (!isUnmoved) pages[number - 1] = undefined
    else if (account !== null) {
      pages[number - 1]!.push({ ...holder, account: accountOf(account), assetId: assets[number - 1]! })
    }
  }
  return pages
}

interface StoredColumns {
  number: number
  isUnmoved: boolean
  index: number
  inTotal: bigint
  outTotal: bigint
  /** Null if the page is empty. */
  account: number | null
}

/**
 * Holders whose stored order has to be corrected. The table `holder` has the order before some other position. The holdings that records between the two positions moved
 * are taken out of it and put back with their balances as of the page's block. Rows are looked up one by one (LATERAL with LIMIT 1): for the
 * thousands that may have to be corrected, and hardly ever are, the planner would read whole tables.
 */
async function correctedHolders(
  { sql }: Database,
  assets: readonly bigint[],
  { end, limit, after }: HolderPage,
): Promise<(Holder[] | undefined)[]> {
  const keys = bytes(assets.map(fieldToBytes))
  const stored = sql`coalesce((SELECT position FROM holder_position), 0)`
  const between = (columns: Fragment) => {
    const range = { after: sql`least(${stored}, ${end}) - 1`, before: sql`greatest(${stored}, ${end})` }
    const bounded = { ...range, backward: false, limit: MAX_CORRECTED_RECORDS + 1 }
    return sql`SELECT ${columns} FROM transfer ${seek(sql, 'asset', sql`parent.id`, bounded)}`
  }
  const place = after ?? FIRST_PLACE
  const rows = await sql<(HolderColumns & { number: number; corrected: number })[]>`
    SELECT key.number::int AS number, lag.records AS corrected, found.id AS index, account.account,
      ${counterColumns(sql)}
    FROM unnest(${keys}::bytea[]) WITH ORDINALITY AS key(id, number)
    JOIN asset AS parent ON parent.asset_id = key.id
    CROSS JOIN LATERAL (SELECT count(*) AS records FROM (${between(sql`1`)}) AS r) AS lag
    LEFT JOIN LATERAL (
      WITH moved AS MATERIALIZED (
        SELECT DISTINCT side.id FROM (${between(sql`from_holding, to_holding`)}) AS r
        CROSS JOIN LATERAL (VALUES (from_holding), (to_holding)) AS side (id)
      ), corrected AS (
        SELECT holding.id, coalesce(arrived.total, 0) - coalesce(departed.total, 0) AS balance
        FROM moved CROSS JOIN LATERAL (SELECT id, account FROM holding AS h WHERE h.id = moved.id LIMIT 1) AS holding
        ${joinCounters(sql, end)}
        WHERE holding.account NOT IN (SELECT id FROM account WHERE account = ANY (${bytes([MINT, RETIRED].map(fieldToBytes))}::bytea[]))
      ), kept AS (
        SELECT holding AS id, balance FROM holder
        WHERE (asset, balance, holding) < (parent.id, ${place.balance.toString()}::numeric, ${place.holding}) AND (asset, balance) > (parent.id, 0)
          AND holding NOT IN (SELECT id FROM moved)
        ORDER BY asset DESC, balance DESC, holding DESC LIMIT ${limit}
      )
      SELECT id, balance FROM kept
      UNION ALL
      SELECT id, balance FROM corrected
      WHERE balance > 0 AND (balance, id) < (${place.balance.toString()}::numeric, ${place.holding})
      ORDER BY balance DESC, id DESC LIMIT ${limit}
    ) AS found ON lag.records <= ${MAX_CORRECTED_RECORDS}
    LEFT JOIN LATERAL (SELECT id, account FROM holding AS h WHERE h.id = found.id LIMIT 1) AS holding ON true
    LEFT JOIN LATERAL (SELECT account FROM account AS a WHERE a.id = holding.account LIMIT 1) AS account ON true
    ${joinCounters(sql, end)}
    ORDER BY key.number, found.balance DESC, found.id DESC`
  const pages: (Holder[] | undefined)[] = assets.map(() => [])
  for (const { number, corrected, account, ...holder } of rows) {
    if (corrected > MAX_CORRECTED_RECORDS) pages[number - 1] = undefined
    else if (account !== null) {
      pages[number - 1]!.push({ ...holder, account: toField(account), assetId: assets[number - 1]! })
    }
  }
  return pages
}

interface HolderColumns {
  index: number
  inTotal: bigint
  outTotal: bigint
  /** Null if the page is empty. */
  account: Uint8Array | null
}

/** Number of holders of each asset before position `end`, in one statement. */
export async function holderCounts(
  { sql }: Database,
  assets: readonly bigint[],
  end: number,
): Promise<number[]> {
  const rows = await sql<{ number: number; holders: number }[]>`
    SELECT key.number::int AS number, tally.holders
    FROM unnest(${bytes(assets.map(fieldToBytes))}::bytea[]) WITH ORDINALITY AS key(id, number)
    JOIN asset ON asset.asset_id = key.id
    CROSS JOIN LATERAL (
      SELECT holders FROM asset_tally WHERE (asset, position) < (asset.id, ${end}) AND (asset, position) >= (asset.id, 0)
      ORDER BY asset_tally.asset DESC, position DESC LIMIT 1
    ) AS tally`
  const counts = assets.map(() => 0)
  for (const { number, holders } of rows) counts[number - 1] = holders
  return counts
}
