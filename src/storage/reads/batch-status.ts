import type { Database } from '../database.ts'
import type { Fragment } from './rows.ts'

/** A state of a proof that the tables of the queue say: what has a job, what has a proof, and which full batches have neither. */
export type StoredStatus = 'UNPROVEN' | 'QUEUED' | 'PROVING' | 'PROVEN' | 'FAILED' | 'DEAD'

/** Batches that one page looks at: full ones for UNPROVEN, those with a proof for PROVEN, those with a job for the others. */
export const MAX_BATCHES_LOOKED_AT = 4_096

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
  const { size, next, backward, limit } = search
  const order = backward ? sql`DESC` : sql`ASC`
  const looked = candidates(sql, status, search)
  const proven = sql`EXISTS (SELECT FROM batch_proof AS p WHERE p.batch = looked.batch AND p.count >= least(${size}, ${next} - p.batch * ${size}))`
  const [row] = await sql<{ batches: number[]; lookedTo: number | null }[]>`
    SELECT found.batches, CASE WHEN json_array_length(found.batches) < ${limit} THEN (
      SELECT CASE WHEN count(*) = ${MAX_BATCHES_LOOKED_AT} THEN ${backward ? sql`min(batch)` : sql`max(batch)`} END FROM (${looked}) AS looked
    ) END AS "lookedTo"
    FROM (
      SELECT coalesce(json_agg(batch), '[]') AS batches FROM (
        SELECT looked.batch FROM (${looked}) AS looked LEFT JOIN batch_job AS job ON job.batch = looked.batch
        WHERE ${status === 'PROVEN' ? proven : sql`NOT ${proven} AND ${jobCondition(sql, status)}`}
        ORDER BY looked.batch ${order} LIMIT ${limit}) AS matching
      OFFSET 0) AS found`
  const { batches, lookedTo } = row!
  const last = backward ? search.first : search.end - 1
  return { batches, lookedTo: lookedTo === null || lookedTo === last ? undefined : lookedTo }
}

/** Batches that can have a status, at most MAX_BATCHES_LOOKED_AT of them. */
function candidates(
  sql: Database['sql'],
  status: StoredStatus,
  { first, end, backward }: BatchSearch,
): Fragment {
  if (status === 'UNPROVEN') {
    const low = backward ? Math.max(first, end - MAX_BATCHES_LOOKED_AT) : first
    const high = Math.min(end, low + MAX_BATCHES_LOOKED_AT)
    return sql`SELECT batch FROM generate_series(${low}::bigint, ${high - 1}::bigint) AS batch`
  }
  const table = status === 'PROVEN' ? sql`batch_proof` : sql`batch_job`
  return sql`
    SELECT batch FROM ${table} WHERE batch >= ${first} AND batch < ${end}
    ORDER BY batch ${backward ? sql`DESC` : sql`ASC`} LIMIT ${MAX_BATCHES_LOOKED_AT}`
}

/** What the job of a batch that is not proven says. */
function jobCondition(sql: Database['sql'], status: Exclude<StoredStatus, 'PROVEN'>): Fragment {
  const claimed = sql`coalesce(job.lease_until > now(), false)`
  switch (status) {
    case 'UNPROVEN':
      return sql`job.batch IS NULL`
    case 'DEAD':
      return sql`job.dead`
    case 'PROVING':
      return sql`NOT job.dead AND ${claimed}`
    case 'QUEUED':
      return sql`NOT job.dead AND NOT ${claimed} AND job.error IS NULL`
    case 'FAILED':
      return sql`NOT job.dead AND NOT ${claimed} AND job.error IS NOT NULL`
  }
}
