import { fieldToBytes } from '../../crypto/field.ts'
import { MINT, RETIRED } from '../../ledger/params.ts'
import { bytes } from '../columns.ts'
import type { Database } from '../database.ts'
import { FIRST_PLACE, type Holder, type HolderPage } from './holder-page.ts'
import { counterColumns, joinCounters } from './holdings.ts'
import { accountsOf } from './names.ts'

/**
 * Holders of each asset by balance as of a block, found from the asset's first anchor behind it (src/storage/holders.ts): what the records between
 * the two moved is set back. Holdings that it does not list had no more units than its last place: only of those that so many units left since that
 * they may have been on the page, the balances are looked up. Undefined for an asset without such an anchor, and for a page that goes beyond that place.
 */
export async function anchoredHolders(
  { sql }: Database,
  assets: readonly bigint[],
  { end, limit, after }: HolderPage,
): Promise<(Holder[] | undefined)[]> {
  const { balance, holding } = after ?? FIRST_PLACE
  const noKeys = bytes([MINT, RETIRED].map(fieldToBytes))
  const rows = await sql<HolderColumns[]>`
    SELECT key.number::int AS number, anchor.is_whole AS "isWhole", found.id AS index, holding.account, ${counterColumns(sql)}
    FROM unnest(${bytes(assets.map(fieldToBytes))}::bytea[]) WITH ORDINALITY AS key(id, number)
    JOIN asset AS parent ON parent.asset_id = key.id
    CROSS JOIN LATERAL (
      SELECT position, is_whole, holdings, balances,
        holdings[cardinality(holdings)] AS last_holding, balances[cardinality(balances)] AS last_balance
      FROM holder_anchor
      WHERE (asset, position) >= (parent.id, ${end}) AND (asset, position) < (parent.id + 1, 0)
      ORDER BY holder_anchor.asset, position LIMIT 1
    ) AS anchor
    LEFT JOIN LATERAL (
      WITH moved AS MATERIALIZED (
        SELECT side.id, sum(side.units) AS units
        FROM transfer AS r CROSS JOIN LATERAL (VALUES (to_holding, amount), (from_holding, -amount)) AS side (id, units)
        WHERE (r.asset, r.position) >= (parent.id, ${end}) AND (r.asset, r.position) < (parent.id, anchor.position)
        GROUP BY side.id
      ), listed AS MATERIALIZED (
        SELECT id, balance FROM unnest(anchor.holdings, anchor.balances) AS l (id, balance)
      ), past AS MATERIALIZED (
        SELECT listed.id, listed.balance - coalesce(moved.units, 0) AS balance FROM listed LEFT JOIN moved ON moved.id = listed.id
      ), least AS MATERIALIZED (
        SELECT balance FROM past WHERE (balance, id) < (${balance.toString()}::numeric, ${holding})
        ORDER BY balance DESC OFFSET ${limit - 1} LIMIT 1
      ), known AS (
        SELECT id, balance FROM past
        UNION ALL
        SELECT holding.id, coalesce(arrived.total, 0) - coalesce(departed.total, 0)
        FROM moved CROSS JOIN LATERAL (SELECT id, account FROM holding AS h WHERE h.id = moved.id LIMIT 1) AS holding
        ${joinCounters(sql, end)}
        WHERE (CASE WHEN anchor.is_whole THEN 0 ELSE anchor.last_balance END) - moved.units >= coalesce((SELECT balance FROM least), 1)
          AND moved.id NOT IN (SELECT id FROM listed) AND holding.account NOT IN (SELECT id FROM account WHERE account = ANY (${noKeys}::bytea[]))
      )
      SELECT id, balance FROM known
      WHERE balance > 0 AND (balance, id) < (${balance.toString()}::numeric, ${holding})
        AND (anchor.is_whole OR (balance, id) >= (anchor.last_balance, anchor.last_holding))
      ORDER BY balance DESC, id DESC LIMIT ${limit}
    ) AS found ON true
    LEFT JOIN LATERAL (SELECT id, account FROM holding AS h WHERE h.id = found.id LIMIT 1) AS holding ON true
    ${joinCounters(sql, end)}
    ORDER BY key.number, found.balance DESC, found.id DESC`
  const accountOf = await accountsOf(
    sql,
    rows.flatMap(({ account }) => account ?? []),
  )
  return assets.map((assetId, i) => {
    const own = rows.filter(({ number }) => number === i + 1)
    const page = own.flatMap(({ index, account, inTotal, outTotal }): Holder[] =>
      account === null ? [] : [{ index, account: accountOf(account), assetId, inTotal, outTotal }],
    )
    return own[0]?.isWhole || page.length === limit ? page : undefined
  })
}

interface HolderColumns {
  number: number
  /** Whether the anchor lists all holders. */
  isWhole: boolean
  index: number
  /** Null if the page is empty. */
  account: number | null
  inTotal: bigint
  outTotal: bigint
}
