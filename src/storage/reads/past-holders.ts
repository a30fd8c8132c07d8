import { fieldToBytes } from '../../crypto/field.ts'
import { MINT, RETIRED } from '../../ledger/params.ts'
import { bytes, toField } from '../columns.ts'
import type { Database } from '../database.ts'
import { FIRST_PLACE, type Holder, type HolderPage } from './holder-page.ts'
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
  { end, limit, after }: HolderPage,
): Promise<(Holder[] | undefined)[]> {
  const { balance, holding } = after ?? FIRST_PLACE
  const noKeys = bytes([MINT, RETIRED].map(fieldToBytes))
  const rows = await sql<
    {
      number: number
      spans: number
      index: number
      account: Uint8Array | null
      inTotal: bigint
      outTotal: bigint
    }[]
  >`
    SELECT key.number::int AS number, known.spans, found.*
    FROM unnest(${bytes(assets.map(fieldToBytes))}::bytea[]) WITH ORDINALITY AS key(id, number)
    JOIN asset AS parent ON parent.asset_id = key.id
    CROSS JOIN LATERAL (
      SELECT count(*)::int AS spans
      FROM (SELECT FROM holding_span WHERE asset = parent.id AND opened < ${end} LIMIT ${MAX_SORTED_SPANS + 1}) AS s
    ) AS known
    LEFT JOIN LATERAL (
      SELECT holding.id AS index, account.account, ${counterColumns(sql)}
      FROM holding_span AS span
      JOIN holding ON holding.id = span.holding
      JOIN account ON account.id = holding.account AND NOT account.account = ANY (${noKeys}::bytea[])
      ${joinCounters(sql, end)}
      WHERE span.asset = parent.id AND span.opened < ${end} AND (span.emptied IS NULL OR span.emptied >= ${end})
        AND (coalesce(arrived.total, 0) - coalesce(departed.total, 0), holding.id) < (${balance.toString()}::numeric, ${holding})
      ORDER BY coalesce(arrived.total, 0) - coalesce(departed.total, 0) DESC, holding.id DESC LIMIT ${limit}
    ) AS found ON known.spans <= ${MAX_SORTED_SPANS}
    ORDER BY key.number, found."inTotal" - found."outTotal" DESC, found.index DESC`
  const pages: (Holder[] | undefined)[] = assets.map(() => [])
  for (const { number, spans, account, ...holder } of rows) {
    if (spans > MAX_SORTED_SPANS) pages[number - 1] = undefined
    else if (account !== null)
      pages[number - 1]!.push({ ...holder, account: toField(account), assetId: assets[number - 1]! })
  }
  return pages
}
