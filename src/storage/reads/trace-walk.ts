import { fieldToBytes } from '../../crypto/field.ts'
import type { LedgerRecord } from '../../ledger/record.ts'
import type { Range } from '../../provenance/paths.ts'
import type { TraceDirection } from '../../provenance/types.ts'
import { bytes, numbers, toField } from '../columns.ts'
import type { Database } from '../database.ts'
import { KIND_NUMBERS, KINDS } from '../kind-numbers.ts'
import { tracedHoldingsBefore } from './holdings.ts'

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

/** The answer to one lookup: the record that moved a unit into or out of a holding, or null. */
export interface LookedUp {
  holding: number
  unit: bigint
  record: WalkedRecord | null
  /** Whether the unit was at the bound on depth. */
  isLast: boolean
}

interface LookupColumns extends WalkColumns {
  holding: number
  unit: bigint
  isLast: boolean
}

/** Bounds of a walk. */
export interface WalkBounds {
  /** Records from this position on do not count. */
  end: number
  maxDepth: number
  /** Maximum number of records. */
  limit: number
}

/** Numbers on the stack per range: holding, lo, hi and depth. */
const FRAME = 4
/** Ranges on the stack of the query. If a walk passes by more, it ends early, and the caller, who has them all, starts another. */
const MAX_FRAMES = 32
/** More hops than any path has. */
const NO_END = 2 ** 31 - 2

/**
 * Looks up records in the order in which src/provenance/paths.ts does, beginning with the first unit of the last range, up to `limit` of them.
 * One recursive query with one row per lookup: it finds the record that contains the first unit of the topmost range (the greatest start at or
 * below it, in the index), and replaces the range by its moved units on the other side and by the units after them.
 */
export async function lookUpRecords(
  { sql }: Database,
  direction: TraceDirection,
  ranges: readonly Range[],
  { end, maxDepth, limit }: WalkBounds,
): Promise<LookedUp[]> {
  const [holding, start, nextHolding, nextStart] =
    direction === 'BACKWARD'
      ? [sql`to_holding`, sql`to_start`, sql`t.from_holding`, sql`t.from_start`]
      : [sql`from_holding`, sql`from_start`, sql`t.to_holding`, sql`t.to_start`]
  const isPathEnd = direction === 'BACKWARD' ? sql`t.kind = ${KIND_NUMBERS.issue}` : sql`false`
  const top = ranges.slice(-MAX_FRAMES).reverse()
  const stack = numbers(top.flatMap(({ holding, lo, hi, depth }) => [holding, lo, hi, depth]))
  const rows = await sql<LookupColumns[]>`
    WITH RECURSIVE walk AS (
      SELECT ${stack}::numeric[] AS stack, 0 AS found, NULL::integer AS holding, NULL::numeric AS unit, NULL::boolean AS is_last,
        NULL::bigint AS position, NULL::bytea AS hash, NULL::smallint AS kind, NULL::integer AS asset, NULL::integer AS from_holding,
        NULL::integer AS to_holding, NULL::numeric AS amount, NULL::numeric AS from_start, NULL::numeric AS to_start
      UNION ALL
      SELECT (CASE WHEN t.position IS NULL OR top.is_last THEN '{}'
          ELSE CASE WHEN ${isPathEnd} THEN '{}'
              ELSE ARRAY[${nextHolding}, ${nextStart} + top.lo - t.start, ${nextStart} + least(top.hi, t.start + t.amount) - t.start, top.depth + 1]
            END || CASE WHEN t.start + t.amount >= top.hi THEN '{}' ELSE ARRAY[top.holding, t.start + t.amount, top.hi, top.depth] END
          END || walk.stack[${FRAME + 1}:])[1:${FRAME * MAX_FRAMES}],
        walk.found + (t.position IS NOT NULL)::integer, top.holding, top.lo, top.is_last,
        t.position, t.hash, t.kind, t.asset, t.from_holding, t.to_holding, t.amount, t.from_start, t.to_start
      FROM walk
      CROSS JOIN LATERAL (
        SELECT walk.stack[1]::integer AS holding, walk.stack[2] AS lo, walk.stack[3] AS hi, walk.stack[4] AS depth,
          walk.stack[4] >= ${Math.min(maxDepth, NO_END)}::integer AS is_last
      ) top
      LEFT JOIN LATERAL (
        SELECT * FROM (
          SELECT position, hash, kind, asset, from_holding, to_holding, amount, from_start, to_start, ${start} AS start
          FROM transfer WHERE ${holding} = top.holding AND ${start} <= top.lo AND kind <> 0
          ORDER BY ${start} DESC LIMIT 1
        ) latest WHERE latest.start + latest.amount > top.lo AND latest.position < ${end}
      ) t ON true
      WHERE cardinality(walk.stack) > 0 AND walk.found < ${limit}::integer
    )
    SELECT holding, unit, is_last AS "isLast", position, hash, kind, asset, from_holding AS "fromHolding", to_holding AS "toHolding",
      amount, from_start AS "fromStart", to_start AS "toStart"
    FROM walk WHERE holding IS NOT NULL`
  return rows.map(({ holding, unit, isLast, ...record }) => ({
    holding,
    unit,
    isLast,
    record: record.position === null ? null : toWalked(record),
  }))
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
