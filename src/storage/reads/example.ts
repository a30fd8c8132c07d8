import { toField } from '../columns.ts'
import type { Database } from '../database.ts'

/** An asset to show as an example, preferably one made from others, with a holder and one of its sources. */
export interface Example {
  code: string
  /** An account that holds units of it; undefined if there is none. */
  holder: bigint | undefined
  /** Code of an asset that it was made from, or its own code. */
  source: string
}

/** The first asset that has holders and was made from others, else the first that has holders, else the first; undefined if there are no assets. */
export async function readExample({ sql }: Database): Promise<Example | undefined> {
  const [row] = await sql<{ code: string; holder: Uint8Array | null; source: string | null }[]>`
    WITH candidate AS (
      (SELECT DISTINCT asset AS id, 0 AS rank FROM made_from ORDER BY asset LIMIT 20)
      UNION ALL
      (SELECT id, 1 AS rank FROM asset ORDER BY id LIMIT 20)
    )
    SELECT asset.code, held.account AS holder, source.code AS source
    FROM candidate
    JOIN asset ON asset.id = candidate.id
    LEFT JOIN LATERAL (
      SELECT account.account FROM holding JOIN account ON account.id = holding.account
      WHERE holding.asset = asset.id AND holding.in_total > holding.out_total
        AND account.account > '\\x0000000000000000000000000000000000000000000000000000000000000001'
      ORDER BY holding.id DESC LIMIT 1) held ON true
    LEFT JOIN LATERAL (
      SELECT origin.code FROM made_from
      JOIN transfer ON transfer.position = made_from.position
      JOIN asset origin ON origin.id = transfer.asset
      WHERE made_from.asset = asset.id ORDER BY made_from.ordinal LIMIT 1) source ON true
    ORDER BY held.account IS NULL, candidate.rank, candidate.id LIMIT 1`
  if (!row) return undefined
  const { code, holder, source } = row
  return { code, holder: holder === null ? undefined : toField(holder), source: source ?? code }
}
