import { fieldToBytes } from '../../crypto/field.ts'
import type { LedgerRecord } from '../../ledger/record.ts'
import type { TraceDirection } from '../../provenance/types.ts'
import { bytes, numbers } from '../columns.ts'
import type { Database } from '../database.ts'
import { KINDS } from '../kind-numbers.ts'
import { tracedHoldingsBefore } from './holdings.ts'
import { toField } from './rows.ts'

/** Units [lo, hi) of a holding. */
export interface UnitRange {
  holding: number
  lo: bigint
  hi: bigint
}

/** The part of a record that tracing needs. */
export interface WalkedRecord
  extends Pick<
    LedgerRecord,
    'position' | 'kind' | 'hash' | 'amount' | 'fromStart' | 'toStart' | 'fromHolding' | 'toHolding'
  > {
  /** The database's number of its asset. */
  asset: number
}

interface WalkColumns extends Omit<WalkedRecord, 'kind' | 'hash'> {
  kind: number
  hash: Uint8Array
}

/**
 * The records on the paths of units, back to their issues or forward to where they are as of position `end`, at most `maxDepth` steps and
 * `limit` rows; a record may occur more than once. One recursive query finds for each range the record that contains its first unit (the
 * greatest start at or below it, one index lookup), then the records that start inside the range. A test for overlap would need a scan.
 */
export async function walkRecords(
  { sql }: Database,
  direction: TraceDirection,
  ranges: readonly UnitRange[],
  bounds: { end: number; maxDepth: number; limit: number },
): Promise<WalkedRecord[]> {
  const [holding, start, nextHolding, nextStart] =
    direction === 'BACKWARD'
      ? [sql`to_holding`, sql`to_start`, sql`t.from_holding`, sql`t.from_start`]
      : [sql`from_holding`, sql`from_start`, sql`t.to_holding`, sql`t.to_start`]
  const columns = sql`position, hash, kind, asset, from_holding, to_holding, amount, from_start, to_start, ${start} AS start`
  const rows = await sql<WalkColumns[]>`
    WITH RECURSIVE walk AS (
      SELECT range.holding, range.lo, range.hi, 0 AS depth, NULL::bigint AS position, NULL::bytea AS hash, NULL::smallint AS kind,
        NULL::integer AS asset, NULL::integer AS from_holding, NULL::integer AS to_holding, NULL::numeric AS amount,
        NULL::numeric AS from_start, NULL::numeric AS to_start
      FROM unnest(${numbers(ranges.map((range) => range.holding))}::integer[], ${numbers(ranges.map((range) => range.lo))}::numeric[],
        ${numbers(ranges.map((range) => range.hi))}::numeric[]) AS range (holding, lo, hi)
      UNION ALL
      SELECT ${nextHolding}, ${nextStart} + greatest(walk.lo, t.start) - t.start,
        ${nextStart} + least(walk.hi, t.start + t.amount) - t.start, walk.depth + 1, t.position, t.hash, t.kind,
        t.asset, t.from_holding, t.to_holding, t.amount, t.from_start, t.to_start
      FROM walk CROSS JOIN LATERAL (
        (SELECT ${columns} FROM transfer
          WHERE ${holding} = walk.holding AND ${start} <= walk.lo AND kind <> 0
          ORDER BY ${start} DESC LIMIT 1)
        UNION ALL
        (SELECT ${columns} FROM transfer
          WHERE ${holding} = walk.holding AND ${start} > walk.lo AND ${start} < walk.hi AND kind <> 0)
      ) t
      WHERE t.start + t.amount > walk.lo AND t.position < ${bounds.end} AND walk.depth < ${bounds.maxDepth}
    )
    SELECT position, hash, kind, asset, from_holding AS "fromHolding", to_holding AS "toHolding", amount,
      from_start AS "fromStart", to_start AS "toStart"
    FROM walk WHERE depth > 0 LIMIT ${bounds.limit}`
  return rows.map(toWalked)
}

/** The records with these hashes before position `end`, in no order. */
export async function readWalkedByHash(
  { sql }: Database,
  hashes: readonly bigint[],
  end: number,
): Promise<WalkedRecord[]> {
  const rows = await sql<WalkColumns[]>`
    SELECT position, hash, kind, asset, from_holding AS "fromHolding", to_holding AS "toHolding", amount,
      from_start AS "fromStart", to_start AS "toStart"
    FROM transfer WHERE hash = ANY (${bytes(hashes.map(fieldToBytes))}::bytea[]) AND position < ${end}`
  return rows.map(toWalked)
}

const toWalked = (row: WalkColumns): WalkedRecord => ({
  ...row,
  kind: KINDS[row.kind]!,
  hash: toField(row.hash),
})

/** A holding with its account, asset and counters as of some position. */
export interface CountedHolding {
  holding: number
  account: bigint
  assetId: bigint
  inTotal: bigint
  outTotal: bigint
}

/** Holdings with these indexes and their counters before position `end`. Registrations do not count as arrivals at the mint: no path leads there. */
export async function readCounters(
  database: Database,
  holdings: readonly number[],
  end: number,
): Promise<CountedHolding[]> {
  const found = await tracedHoldingsBefore(database, holdings, end)
  return [...found.values()].map(({ index, ...counters }) => ({ holding: index, ...counters }))
}
