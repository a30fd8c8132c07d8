import { numbers } from '../columns.ts'
import type { Database } from '../database.ts'
import { seek } from '../seek.ts'

/** The data that the result of a trace depends on. */
export interface TraceBasis {
  /** Holdings whose units are, or may come to be, in the trace. */
  holdings: readonly number[]
  /** Positions of its records: the trace continues with an asset that is made from one of them. */
  positions: readonly number[]
}

/**
 * Height of the first block that may change a trace; undefined if there is none. It has a record at a position in [from, to) that moves units
 * into or out of one of the holdings, or that registers or issues an asset made from one of the records.
 */
export async function nextChange(
  { sql }: Database,
  { holdings, positions }: TraceBasis,
  from: number,
  to: number,
): Promise<number | undefined> {
  if (from >= to) return undefined
  const first = (column: 'from_holding' | 'to_holding') => sql`
    SELECT found.position, found.height FROM basis CROSS JOIN LATERAL (
      SELECT position, height FROM transfer
      ${seek(sql, column, sql`basis.id`, { after: from - 1, before: to, backward: false, limit: 1 })}) found`
  const [row] = await sql<{ height: number }[]>`
    WITH basis AS (
      SELECT unnest(${numbers(holdings)}::int[]) AS id
      UNION
      SELECT asset.mint_holding FROM made_from JOIN asset ON asset.id = made_from.asset
      WHERE made_from.position = ANY (${numbers(positions)}::bigint[]))
    SELECT height FROM (${first('from_holding')} UNION ALL ${first('to_holding')}) change
    ORDER BY position LIMIT 1`
  return row?.height
}
