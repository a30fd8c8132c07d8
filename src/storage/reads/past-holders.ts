import type { Database } from '../database.ts'
import {
  fromAssets,
  type Holder,
  type HolderColumns,
  type HolderPage,
  holderPages,
  isHolder,
  placeAfter,
} from './holder-page.ts'
import { counterColumns, joinCounters } from './holdings.ts'

/** Periods in which holdings of an asset were not empty, of all of its history before the page's block. A page sorts the balances of so many at most. */
export const MAX_SORTED_SPANS = 20_000

/**
 * Holders of each asset by balance as of any block, found without the stored order: the balance of each holding that was not empty is looked up,
 * and they are sorted. Undefined for an asset with more than MAX_SORTED_SPANS of them.
 */
export async function pastHolders(
  { sql }: Database,
  assets: readonly bigint[],
  page: HolderPage,
): Promise<(Holder[] | undefined)[]> {
  const { end, limit } = page
  const rows = await sql<(HolderColumns & { spans: number })[]>`
    SELECT key.number::int AS number, known.spans, found.*
    ${fromAssets(sql, assets)}
    CROSS JOIN LATERAL (
      SELECT count(*)::int AS spans
      FROM (SELECT FROM holding_span WHERE asset = parent.id AND opened < ${end} LIMIT ${MAX_SORTED_SPANS + 1}) AS s
    ) AS known
    LEFT JOIN LATERAL (
      SELECT holding.id AS index, holding.account, ${counterColumns(sql)}
      FROM holding_span AS span
      JOIN holding ON holding.id = span.holding AND ${isHolder(sql)}
      ${joinCounters(sql, end)}
      WHERE span.asset = parent.id AND span.opened < ${end} AND (span.emptied IS NULL OR span.emptied >= ${end})
        AND (coalesce(arrived.total, 0) - coalesce(departed.total, 0), holding.id) < ${placeAfter(sql, page)}
      ORDER BY coalesce(arrived.total, 0) - coalesce(departed.total, 0) DESC, holding.id DESC LIMIT ${limit}
    ) AS found ON known.spans <= ${MAX_SORTED_SPANS}
    ORDER BY key.number, found."inTotal" - found."outTotal" DESC, found.index DESC`
  return holderPages(
    sql,
    assets,
    rows.filter(({ spans }) => spans <= MAX_SORTED_SPANS),
  )
}
