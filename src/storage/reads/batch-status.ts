import type { Database } from '../database.ts'
import type { Fragment } from './rows.ts'

/** A state of a proof that the tables of the queue say: what has a job, what has a proof, and which full batches have neither. */
export type StoredStatus = 'UNPROVEN' | 'QUEUED' | 'PROVING' | 'PROVEN' | 'FAILED' | 'DEAD'

/** Batches that one page looks at: full ones for UNPROVEN, those with a proof for PROVEN, those with a job for the others. */
export const MAX_BATCHES_LOOKED_AT = 1_024

/** Which batches are looked at, and in which direction. */
export interface BatchSearch {
  /** Indexes [first, end); for UNPROVEN, all of them are full. */
  first: number
  end: number
  /** Records per batch. */
  size: number
  /** The position of the next record: it says how many records a proof of the tail must have. */
  next: number
  /** Looks down from `end`, so that the highest index comes first. */
  backward: boolean
  limit: number
}

/** The first batches with a status. */
export interface BatchesFound {
  /** Indexes in the direction of reading. */
  batches: number[]
  /** The last index that was looked at, if there are others beyond it; undefined if `limit` were found or nothing is left. */
  lookedTo: number | undefined
}

/**
 * The first `limit` batches with a status among MAX_BATCHES_LOOKED_AT that can have it. All is one statement, because a job that ends between two
 * would move the bound.
 */
export async function batchesWithStatus(
  { sql }: Database,
  status: StoredStatus,
  search: BatchSearch,
): Promise<BatchesFound> {
  const { backward, limit } = search
  const order = backward ? sql`DESC` : sql`ASC`
  const looked = candidates(sql, status, search)
  const [row] = await sql<{ batches: number[]; lookedTo: number | null }[]>`
    SELECT found.batches, CASE WHEN json_array_length(found.batches) < ${limit} THEN (
      SELECT CASE WHEN count(*) = ${MAX_BATCHES_LOOKED_AT} THEN ${backward ? sql`min(batch)` : sql`max(batch)`} END FROM (${looked}) AS looked
    ) END AS "lookedTo"
    FROM (
      SELECT coalesce(json_agg(batch), '[]') AS batches
      FROM (SELECT batch FROM (${looked}) AS looked WHERE fits ORDER BY batch ${order} LIMIT ${limit}) AS matching
      OFFSET 0) AS found`
  const { batches, lookedTo } = row!
  const last = backward ? search.first : search.end - 1
  return { batches, lookedTo: lookedTo === null || lookedTo === last ? undefined : lookedTo }
}

/** Batches that can have a status, at most MAX_BATCHES_LOOKED_AT of them, and whether they have it. */
function candidates(
  sql: Database['sql'],
  status: StoredStatus,
  { first, end, size, next, backward }: BatchSearch,
): Fragment {
  // A proof of the tail may have fewer records than the tail has now.
  const proven = sql`count >= least(${size}, ${next} - batch * ${size})`
  const within = (table: Fragment, low: number, high: number) =>
    sql`FROM ${table} WHERE batch >= ${low} AND batch < ${high}`
  if (status === 'UNPROVEN') {
    const low = backward ? Math.max(first, end - MAX_BATCHES_LOOKED_AT) : first
    const high = Math.min(end, low + MAX_BATCHES_LOOKED_AT)
    return sql`
      SELECT number.batch, proof.batch IS NULL AND job.batch IS NULL AS fits
      FROM generate_series(${low}::bigint, ${high - 1}::bigint) AS number (batch)
      LEFT JOIN (SELECT batch ${within(sql`batch_proof`, low, high)} AND ${proven}) AS proof ON proof.batch = number.batch
      LEFT JOIN (SELECT batch ${within(sql`batch_job`, low, high)}) AS job ON job.batch = number.batch`
  }
  const order = sql`ORDER BY batch ${backward ? sql`DESC` : sql`ASC`} LIMIT ${MAX_BATCHES_LOOKED_AT}`
  if (status === 'PROVEN')
    return sql`SELECT batch, ${proven} AS fits ${within(sql`batch_proof`, first, end)} ${order}`
  const isProven = sql`batch_job.batch IN (SELECT batch FROM batch_proof WHERE batch = batch_job.batch AND ${proven})`
  return sql`
    SELECT batch, ${jobCondition(sql, status)} AND NOT ${isProven} AS fits ${within(sql`batch_job`, first, end)} ${order}`
}

/** What the job of a batch that is not proven says. */
function jobCondition(sql: Database['sql'], status: Exclude<StoredStatus, 'PROVEN' | 'UNPROVEN'>): Fragment {
  const claimed = sql`coalesce(lease_until > now(), false)`
  switch (status) {
    case 'DEAD':
      return sql`dead`
    case 'PROVING':
      return sql`NOT dead AND ${claimed}`
    case 'QUEUED':
      return sql`NOT dead AND NOT ${claimed} AND error IS NULL`
    case 'FAILED':
      return sql`NOT dead AND NOT ${claimed} AND error IS NOT NULL`
  }
}
