import { fieldFromBytes } from '../crypto/field.ts'
import type { LedgerRecord } from '../ledger/record.ts'
import type { Holding } from '../ledger/state.ts'
import { numbers } from './columns.ts'
import type { Database } from './database.ts'
import { selectTransfers } from './reads/rows.ts'

/** The records at positions `from` and above, at most `limit`, in order: what the trees have to take in after a restart. */
export async function recordsFrom({ sql }: Database, from: number, limit: number): Promise<LedgerRecord[]> {
  const records = await selectTransfers(
    sql,
    sql`SELECT position FROM transfer WHERE position >= ${from} ORDER BY position LIMIT ${limit}`,
  )
  return records.sort((a, b) => a.position - b.position)
}

/** Present values of the holdings with these indexes. */
export async function holdingsAt(
  { sql }: Database,
  indexes: readonly number[],
): Promise<Map<number, Holding>> {
  const rows = await sql<
    { index: number; account: Uint8Array; asset: Uint8Array; in_total: bigint; out_total: bigint }[]
  >`
    SELECT holding.id AS index, account.account, asset.asset_id AS asset, in_total, out_total
    FROM unnest(${numbers(indexes)}::integer[]) AS wanted (id)
    JOIN holding ON holding.id = wanted.id
    JOIN account ON account.id = holding.account
    JOIN asset ON asset.id = holding.asset`
  return new Map(
    rows.map(({ index, account, asset, in_total, out_total }) => [
      index,
      {
        index,
        account: fieldFromBytes(account),
        assetId: fieldFromBytes(asset),
        inTotal: in_total,
        outTotal: out_total,
      },
    ]),
  )
}

/** Position behind the last record of the block at `height`: where the next block's records begin. */
export async function positionAfter({ sql }: Database, height: number): Promise<number> {
  const [row] = await sql<{ position: number }[]>`
    SELECT CASE WHEN height = 0 THEN (SELECT first_position FROM chain) ELSE position + record_count END AS position
    FROM block WHERE height = ${height}`
  if (row === undefined) throw new Error(`no block of height ${height} is stored`)
  return row.position
}
