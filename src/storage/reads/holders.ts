import type { Database, Sql } from '../database.ts'
import { seek } from '../seek.ts'
import { anchoredHolders } from './anchored-holders.ts'
import {
  FIRST_PLACE,
  fromAssets,
  type Holder,
  type HolderColumns,
  type HolderPage,
  holderPages,
  isHolder,
  MAX_CORRECTED_RECORDS,
  placeAfter,
} from './holder-page.ts'
import { counterColumns, joinCounters } from './holdings.ts'
import { pastHolders } from './past-holders.ts'
import type { Fragment } from './rows.ts'

/**
 * Holders of each asset by balance, one page per asset; undefined for an asset whose order is too far from the page's block
 * (MAX_CORRECTED_RECORDS) and that had too many holders (MAX_SORTED_SPANS). Most assets have not moved since the table `holder` was brought up to
 * date: for them, the order and the present counters hold. Others are read in further statements, until one of them can answer: from an anchor,
 * by correcting the stored order, or without either. As of the past, an anchor is tried first.
 */
export async function holdersOf(
  database: Database,
  assets: readonly bigint[],
  page: HolderPage,
): Promise<(Holder[] | undefined)[]> {
  const found = new Map<bigint, Holder[]>()
  const first = page.isNewest ? [unmovedHolders, anchoredHolders] : [anchoredHolders, unmovedHolders]
  for (const read of [...first, correctedHolders, pastHolders]) {
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
  page: HolderPage,
): Promise<(Holder[] | undefined)[]> {
  const rows = await sql<(HolderColumns & { isUnmoved: boolean })[]>`
    SELECT key.number::int AS number, first.holding IS NULL AS "isUnmoved", found.holding AS index, h.account,
      h.in_total AS "inTotal", h.out_total AS "outTotal"
    ${fromAssets(sql, assets)}
    LEFT JOIN LATERAL (
      SELECT to_holding AS holding FROM transfer
      WHERE (asset, position) >= (parent.id, least(coalesce((SELECT position FROM holder_position), 0), ${page.end}))
        AND (asset, position) < (parent.id + 1, 0)
      ORDER BY transfer.asset, position LIMIT 1
    ) AS first ON true
    LEFT JOIN LATERAL (
      SELECT holding, holder.balance FROM holder WHERE ${inOrder(sql, page)}
      ORDER BY asset DESC, balance DESC, holding DESC LIMIT ${page.limit}
    ) AS found ON first.holding IS NULL
    LEFT JOIN LATERAL (SELECT account, in_total, out_total FROM holding WHERE id = found.holding LIMIT 1) AS h ON true
    ORDER BY key.number, found.balance DESC, found.holding DESC`
  return holderPages(
    sql,
    assets,
    rows.filter(({ isUnmoved }) => isUnmoved),
  )
}

/** A condition: a row of the stored order is of the asset `parent`, and behind the place that the page begins after. */
function inOrder(sql: Sql, { after }: HolderPage): Fragment {
  const { balance, holding } = after ?? FIRST_PLACE
  return sql`(asset, balance, holding) < (parent.id, ${balance.toString()}::numeric, ${holding}) AND (asset, balance) > (parent.id, 0)`
}

/**
 * Holders whose stored order has to be corrected. The table `holder` has the order before some other position. The holdings that records between the
 * two positions moved are taken out of it and put back with their balances as of the page's block. Rows are looked up one by one (LATERAL with LIMIT
 * 1): for the thousands that may have to be corrected, and hardly ever are, the planner would read whole tables.
 */
async function correctedHolders(
  { sql }: Database,
  assets: readonly bigint[],
  page: HolderPage,
): Promise<(Holder[] | undefined)[]> {
  const { end, limit } = page
  const stored = sql`coalesce((SELECT position FROM holder_position), 0)`
  const between = (columns: Fragment) => {
    const range = { after: sql`least(${stored}, ${end}) - 1`, before: sql`greatest(${stored}, ${end})` }
    const bounded = { ...range, backward: false, limit: MAX_CORRECTED_RECORDS + 1 }
    return sql`SELECT ${columns} FROM transfer ${seek(sql, 'asset', sql`parent.id`, bounded)}`
  }
  const rows = await sql<(HolderColumns & { corrected: number })[]>`
    SELECT key.number::int AS number, lag.records AS corrected, found.id AS index, holding.account, ${counterColumns(sql)}
    ${fromAssets(sql, assets)}
    CROSS JOIN LATERAL (SELECT count(*) AS records FROM (${between(sql`1`)}) AS r) AS lag
    LEFT JOIN LATERAL (
      WITH moved AS MATERIALIZED (
        SELECT DISTINCT side.id FROM (${between(sql`from_holding, to_holding`)}) AS r
        CROSS JOIN LATERAL (VALUES (from_holding), (to_holding)) AS side (id)
      ), corrected AS (
        SELECT holding.id, coalesce(arrived.total, 0) - coalesce(departed.total, 0) AS balance
        FROM moved CROSS JOIN LATERAL (SELECT id, account FROM holding AS h WHERE h.id = moved.id LIMIT 1) AS holding
        ${joinCounters(sql, end)}
        WHERE ${isHolder(sql)}
      ), kept AS (
        SELECT holding AS id, balance FROM holder WHERE ${inOrder(sql, page)} AND holding NOT IN (SELECT id FROM moved)
        ORDER BY asset DESC, balance DESC, holding DESC LIMIT ${limit}
      )
      SELECT id, balance FROM kept
      UNION ALL
      SELECT id, balance FROM corrected WHERE balance > 0 AND (balance, id) < ${placeAfter(sql, page)}
      ORDER BY balance DESC, id DESC LIMIT ${limit}
    ) AS found ON lag.records <= ${MAX_CORRECTED_RECORDS}
    LEFT JOIN LATERAL (SELECT id, account FROM holding AS h WHERE h.id = found.id LIMIT 1) AS holding ON true
    ${joinCounters(sql, end)}
    ORDER BY key.number, found.balance DESC, found.id DESC`
  return holderPages(
    sql,
    assets,
    rows.filter(({ corrected }) => corrected <= MAX_CORRECTED_RECORDS),
  )
}

/** Number of holders of each asset before position `end`, in one statement. */
export async function holderCounts(
  { sql }: Database,
  assets: readonly bigint[],
  end: number,
): Promise<number[]> {
  const rows = await sql<{ number: number; holders: number }[]>`
    SELECT key.number::int AS number, tally.holders
    ${fromAssets(sql, assets)}
    CROSS JOIN LATERAL (
      SELECT holders FROM asset_tally WHERE (asset, position) < (parent.id, ${end}) AND (asset, position) >= (parent.id, 0)
      ORDER BY asset_tally.asset DESC, position DESC LIMIT 1
    ) AS tally`
  const counts = assets.map(() => 0)
  for (const { number, holders } of rows) counts[number - 1] = holders
  return counts
}
