import type { Database } from '../database.ts'
import {
  fromAssets,
  type Holder,
  type HolderColumns,
  type HolderPage,
  holderPages,
  isHolder,
  MAX_CORRECTED_RECORDS,
  placeAfter,
} from './holder-page.ts'
import { joinCounters } from './holdings.ts'

/**
 * Holders of each asset by balance as of a block, found from the asset's anchor that is next to it, before or behind (src/storage/holders.ts): what
 * the records between the two moved is added or set back. Holdings that the anchor does not list had no more units than its last place: only of those
 * that may have been on the page with what they moved, the balances are looked up. Undefined for an asset without an anchor at most
 * MAX_CORRECTED_RECORDS away, and for a page that goes beyond that place.
 */
export async function anchoredHolders(
  { sql }: Database,
  assets: readonly bigint[],
  page: HolderPage,
): Promise<(Holder[] | undefined)[]> {
  const { end, limit } = page
  const after = placeAfter(sql, page)
  const rows = await sql<(HolderColumns & { isWhole: boolean })[]>`
    SELECT key.number::int AS number, anchor.is_whole AS "isWhole", found.id AS index, holding.account,
      found.arrived AS "inTotal", found.arrived - found.balance AS "outTotal"
    ${fromAssets(sql, assets)}
    CROSS JOIN LATERAL (
      SELECT coalesce((
        SELECT asset_seq FROM transfer WHERE (asset, position) >= (parent.id, 0) AND (asset, position) < (parent.id, ${end})
        ORDER BY transfer.asset DESC, position DESC LIMIT 1
      ), 0) AS records
    ) AS here
    CROSS JOIN LATERAL (
      SELECT *, CASE WHEN position < ${end} THEN 1 ELSE -1 END AS sign FROM (
        (SELECT * FROM holder_anchor WHERE (asset, position) >= (parent.id, ${end}) AND (asset, position) < (parent.id + 1, 0)
          ORDER BY holder_anchor.asset, position LIMIT 1)
        UNION ALL
        (SELECT * FROM holder_anchor WHERE (asset, position) >= (parent.id, 0) AND (asset, position) < (parent.id, ${end})
          ORDER BY holder_anchor.asset DESC, position DESC LIMIT 1)
      ) AS beside WHERE abs(asset_seq - here.records) <= ${MAX_CORRECTED_RECORDS} ORDER BY abs(asset_seq - here.records) LIMIT 1
    ) AS anchor
    LEFT JOIN LATERAL (
      WITH moved AS MATERIALIZED (
        SELECT side.id, anchor.sign * sum(side.arrived) AS arrived, anchor.sign * sum(side.arrived - side.departed) AS units
        FROM transfer AS r CROSS JOIN LATERAL (VALUES (to_holding, amount, 0), (from_holding, 0, amount)) AS side (id, arrived, departed)
        WHERE (r.asset, r.position) >= (parent.id, least(anchor.position, ${end}))
          AND (r.asset, r.position) < (parent.id, greatest(anchor.position, ${end}))
        GROUP BY side.id
      ), listed AS MATERIALIZED (
        SELECT * FROM unnest(anchor.holdings, anchor.in_totals, anchor.balances) AS l (id, arrived, balance)
      ), last AS MATERIALIZED (
        SELECT anchor.holdings[cardinality(anchor.holdings)] AS id, anchor.balances[cardinality(anchor.balances)] AS balance
        WHERE NOT anchor.is_whole
      ), place AS MATERIALIZED (
        SELECT coalesce(listed.id, moved.id) AS id, listed.id IS NOT NULL AS is_listed,
          listed.arrived + coalesce(moved.arrived, 0) AS arrived, coalesce(listed.balance, (SELECT balance FROM last), 0) + coalesce(moved.units, 0) AS balance
        FROM listed FULL JOIN moved ON moved.id = listed.id
      ), least AS MATERIALIZED (
        SELECT balance FROM place WHERE is_listed AND (balance, id) < ${after} ORDER BY balance DESC OFFSET ${limit - 1} LIMIT 1
      ), known AS (
        SELECT id, arrived, balance FROM place WHERE is_listed
        UNION ALL
        SELECT holding.id, coalesce(arrived.total, 0), coalesce(arrived.total, 0) - coalesce(departed.total, 0)
        FROM place CROSS JOIN LATERAL (SELECT id, account FROM holding AS h WHERE h.id = place.id LIMIT 1) AS holding
        ${joinCounters(sql, end)}
        WHERE NOT place.is_listed AND place.balance >= coalesce((SELECT balance FROM least), 1) AND ${isHolder(sql)}
      )
      SELECT * FROM known
      WHERE balance > 0 AND (balance, id) < ${after}
        AND (balance, id) >= (coalesce((SELECT balance FROM last), 0), coalesce((SELECT id FROM last), 0))
      ORDER BY balance DESC, id DESC LIMIT ${limit}
    ) AS found ON true
    LEFT JOIN LATERAL (SELECT account FROM holding AS h WHERE h.id = found.id LIMIT 1) AS holding ON true
    ORDER BY key.number, found.balance DESC, found.id DESC`
  const whole = new Set(rows.flatMap(({ number, isWhole }) => (isWhole ? number : [])))
  const pages = await holderPages(sql, assets, rows)
  return pages.map((found, i) => (whole.has(i + 1) || found?.length === limit ? found : undefined))
}
