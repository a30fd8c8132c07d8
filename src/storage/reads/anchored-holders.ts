import { fieldToBytes } from '../../crypto/field.ts'
import { MINT, RETIRED } from '../../ledger/params.ts'
import { bytes, toField } from '../columns.ts'
import type { Database } from '../database.ts'
import { FIRST_PLACE, type Holder, type HolderPage } from './holder-page.ts'
import { counterColumns, joinCounters } from './holdings.ts'

/**
 * Holders of each asset by balance as of a block, found from the asset's first anchor behind it (src/storage/holders.ts): what the records between
 * the two moved is set back. Balances of holdings that moved and that the anchor does not list are looked up. Holdings that it does not list and
 * that did not move come after its last place. Undefined for an asset without such an anchor, and for a page that goes beyond that place.
 */
export async function anchoredHolders(
  { sql }: Database,
  assets: readonly bigint[],
  { end, limit, after }: HolderPage,
): Promise<(Holder[] | undefined)[]> {
  const { balance, holding } = after ?? FIRST_PLACE
  const noKeys = bytes([MINT, RETIRED].map(fieldToBytes))
  const rows = await sql<HolderColumns[]>`
    SELECT key.number::int AS number, anchor.is_whole AS "isWhole", found.id AS index, account.account, ${counterColumns(sql)}
    FROM unnest(${bytes(assets.map(fieldToBytes))}::bytea[]) WITH ORDINALITY AS key(id, number)
    JOIN asset AS parent ON parent.asset_id = key.id
    CROSS JOIN LATERAL (
      SELECT position, is_whole, holdings, balances FROM holder_anchor
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
      ), known AS (
        SELECT listed.id, listed.balance - coalesce(moved.units, 0) AS balance FROM listed LEFT JOIN moved ON moved.id = listed.id
        UNION ALL
        SELECT holding.id, coalesce(arrived.total, 0) - coalesce(departed.total, 0)
        FROM moved CROSS JOIN LATERAL (SELECT id, account FROM holding AS h WHERE h.id = moved.id LIMIT 1) AS holding
        ${joinCounters(sql, end)}
        WHERE moved.id NOT IN (SELECT id FROM listed) AND holding.account NOT IN (SELECT id FROM account WHERE account = ANY (${noKeys}::bytea[]))
      )
      SELECT id, balance FROM known
      WHERE balance > 0 AND (balance, id) < (${balance.toString()}::numeric, ${holding})
        AND (anchor.is_whole OR (balance, id) >= (anchor.balances[cardinality(anchor.balances)], anchor.holdings[cardinality(anchor.holdings)]))
      ORDER BY balance DESC, id DESC LIMIT ${limit}
    ) AS found ON true
    LEFT JOIN LATERAL (SELECT id, account FROM holding AS h WHERE h.id = found.id LIMIT 1) AS holding ON true
    LEFT JOIN LATERAL (SELECT account FROM account AS a WHERE a.id = holding.account LIMIT 1) AS account ON true
    ${joinCounters(sql, end)}
    ORDER BY key.number, found.balance DESC, found.id DESC`
  return assets.map((assetId, i) => {
    const own = rows.filter(({ number }) => number === i + 1)
    const page = own.flatMap(({ index, account, inTotal, outTotal }): Holder[] =>
      account === null ? [] : [{ index, account: toField(account), assetId, inTotal, outTotal }],
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
  account: Uint8Array | null
  inTotal: bigint
  outTotal: bigint
}
