import { numbers } from '../columns.ts'
import type { Database } from '../database.ts'
import { seek } from '../seek.ts'

/** What a trace rests on. */
export interface Watched {
  /** Holdings whose units it names, or may come to name. */
  holdings: readonly number[]
  /** Records on its way: an asset made from one of them goes on with it. */
  positions: readonly number[]
}

/**
 * Height of the first block with a record at a position in [from, to) that moves units of a watched holding, in or out, or
 * registers or issues an asset made from a watched record; undefined if there is none.
 */
export async function nextTouch(
  { sql }: Database,
  { holdings, positions }: Watched,
  from: number,
  to: number,
): Promise<number | undefined> {
  if (from >= to) return undefined
  const first = (column: 'from_holding' | 'to_holding') => sql`
    SELECT found.position, found.height FROM watched CROSS JOIN LATERAL (
      SELECT position, height FROM transfer
      ${seek(sql, column, sql`watched.id`, { after: from - 1, before: to, backward: false, limit: 1 })}) found`
  const [row] = await sql<{ height: number }[]>`
    WITH watched AS (
      SELECT unnest(${numbers(holdings)}::int[]) AS id
      UNION
      SELECT asset.mint_holding FROM made_from JOIN asset ON asset.id = made_from.asset
      WHERE made_from.position = ANY (${numbers(positions)}::bigint[]))
    SELECT height FROM (${first('from_holding')} UNION ALL ${first('to_holding')}) touched
    ORDER BY position LIMIT 1`
  return row?.height
}
