import { fullBatchCount, type Range } from '../ledger/batch.ts'
import type { Database } from './database.ts'
import { nextPosition } from './heights.ts'

// The SQL of the proof queue. All times are those of the database's clock.

/** A batch claimed by a prover. */
export interface ClaimedJob {
  batch: number
  attempts: number
  /** Names this claim: only who reports under it may change the job. */
  claim: string
}

/** What a prover's report is about. */
export type Claim = Pick<ClaimedJob, 'batch' | 'claim'>

/** Full batches [first, end), which can be proven without a request. */
export interface BatchRange extends Range {
  /** Records per batch. */
  size: number
}

/** Seconds before the second attempt. They double for each further one, up to MAX_PAUSE_S. */
const FIRST_PAUSE_S = 5
const MAX_PAUSE_S = 600
const MAX_ERROR_CHARACTERS = 500
/** Attempts after which a job is given up: it is tried once in DEAD_PAUSE_S, after all others. */
const MAX_ATTEMPTS = 5
const DEAD_PAUSE_S = 3_600
/** Seconds over which the rate of proofs is measured. */
const RATE_WINDOW_S = 600
/** Number of batches that one statement searches for an unproven one. */
const WINDOW = 4_096

/**
 * Claims the next job: requested batches first, in turns of those who requested them; those given up last. Undefined if there is none. Gives up
 * jobs whose provers have vanished too often without reporting a failure, because the job may be what kills them.
 */
export async function claimJob(
  { sql }: Database,
  prover: string,
  leaseMs: number,
): Promise<ClaimedJob | undefined> {
  await sql`
    UPDATE batch_job SET dead = true, claim = NULL, prover = NULL, lease_until = NULL, stage = NULL,
      not_before = now() + ${DEAD_PAUSE_S} * interval '1 second', error = coalesce(error, 'its provers ended without a word')
    WHERE attempts >= ${MAX_ATTEMPTS} AND lease_until < now()`
  const [job] = await sql<ClaimedJob[]>`
    UPDATE batch_job SET prover = ${prover}, claim = gen_random_uuid(), count = NULL,
      lease_until = now() + ${leaseMs} * interval '1 millisecond', stage = 'claimed', attempts = attempts + 1
    WHERE batch = (
      SELECT batch FROM batch_job j
      WHERE (lease_until IS NULL OR lease_until < now()) AND not_before <= now()
      ORDER BY dead, priority DESC,
        (SELECT count(*) FROM batch_job o WHERE o.requested_by = j.requested_by AND NOT o.dead
          AND (o.requested_at, o.batch) < (j.requested_at, j.batch)),
        requested_at, batch
      LIMIT 1 FOR UPDATE SKIP LOCKED)
    RETURNING batch, attempts, claim`
  return job
}

/** States how many records a claim is for. */
export async function setCount({ sql }: Database, { batch, claim }: Claim, count: number): Promise<void> {
  await sql`UPDATE batch_job SET count = ${count} WHERE batch = ${batch} AND claim = ${claim}`
}

/** Adds a job for a batch that was not requested. @returns false if the batch has a job already */
export async function addJob({ sql }: Database, batch: number): Promise<boolean> {
  const rows =
    await sql`INSERT INTO batch_job (batch) VALUES (${batch}) ON CONFLICT (batch) DO NOTHING RETURNING batch`
  return rows.length > 0
}

/** The newest or oldest full batch that has neither a full proof nor a job; undefined if there is none. */
export async function unprovenBatch(
  { sql }: Database,
  { first, end, size }: BatchRange,
  which: 'newest' | 'oldest',
): Promise<number | undefined> {
  const order = which === 'newest' ? sql`DESC` : sql`ASC`
  for (let done = 0; done < end - first; done += WINDOW) {
    const from = which === 'oldest' ? first + done : Math.max(first, end - done - WINDOW)
    const to = which === 'oldest' ? Math.min(end, from + WINDOW) : end - done
    const [row] = await sql<{ batch: number }[]>`
      SELECT batch FROM generate_series(${from}::bigint, ${to - 1}::bigint) AS batch
      WHERE NOT EXISTS (SELECT FROM batch_proof p WHERE p.batch = batch.batch AND p.count >= ${size})
        AND NOT EXISTS (SELECT FROM batch_job j WHERE j.batch = batch.batch)
      ORDER BY batch ${order} LIMIT 1`
    if (row !== undefined) return row.batch
  }
  return undefined
}

/** Renews a claim and stores what the prover is doing. @returns false if the claim is lost */
export async function renewLease(
  { sql }: Database,
  { batch, claim, stage, leaseMs }: Claim & { stage: string; leaseMs: number },
): Promise<boolean> {
  const rows = await sql`
    UPDATE batch_job SET lease_until = now() + ${leaseMs} * interval '1 millisecond', stage = ${stage}
    WHERE batch = ${batch} AND claim = ${claim} RETURNING batch`
  return rows.length > 0
}

/** Whether a claim lasts, and is for so many records. */
export async function isClaimed(
  { sql }: Database,
  { batch, claim, count }: Claim & { count: number },
): Promise<boolean> {
  const rows = await sql`
    SELECT FROM batch_job WHERE batch = ${batch} AND claim = ${claim} AND count = ${count} AND lease_until >= now()`
  return rows.length > 0
}

/**
 * Ends a claim after a failure, with the reason. The job is tried again after a growing pause, and given up after MAX_ATTEMPTS.
 * @returns false if the claim is lost
 */
export async function failJob(
  { sql }: Database,
  { batch, claim, error }: Claim & { error: string },
): Promise<boolean> {
  const rows = await sql`
    UPDATE batch_job SET claim = NULL, prover = NULL, lease_until = NULL, stage = NULL,
      error = ${error.slice(0, MAX_ERROR_CHARACTERS)}, dead = attempts >= ${MAX_ATTEMPTS},
      not_before = now() + interval '1 second' * CASE WHEN attempts >= ${MAX_ATTEMPTS} THEN ${DEAD_PAUSE_S}
        ELSE least(${FIRST_PAUSE_S} * power(2, attempts - 1), ${MAX_PAUSE_S}) END
    WHERE batch = ${batch} AND claim = ${claim} RETURNING batch`
  return rows.length > 0
}

/** Ends a claim whose prover stops. The attempt does not count. */
export async function releaseJob({ sql }: Database, { batch, claim }: Claim): Promise<void> {
  await sql`
    UPDATE batch_job SET claim = NULL, prover = NULL, lease_until = NULL, stage = NULL, attempts = greatest(attempts - 1, 0)
    WHERE batch = ${batch} AND claim = ${claim}`
}

/** Ends a claim that was not granted after all. A job that nobody requested or tried before is removed, so that it does not go before others. */
export async function returnJob(database: Database, { batch, claim }: Claim): Promise<void> {
  await releaseJob(database, { batch, claim })
  await database.sql`
    DELETE FROM batch_job
    WHERE batch = ${batch} AND claim IS NULL AND priority = 0 AND attempts = 0 AND error IS NULL AND NOT dead`
}

/** Requeues jobs that were given up: that of one batch, or all. @returns the batches */
export async function requeueJobs({ sql }: Database, batch: number | undefined): Promise<number[]> {
  const rows = await sql<{ batch: number }[]>`
    UPDATE batch_job SET dead = false, attempts = 0, error = NULL, not_before = now()
    WHERE dead AND ${batch === undefined ? sql`true` : sql`batch = ${batch}`} RETURNING batch`
  return rows.map((row) => row.batch).sort((a, b) => a - b)
}

/** Removes a claimed job from the queue. */
export async function removeJob({ sql }: Database, { batch, claim }: Claim): Promise<void> {
  await sql`DELETE FROM batch_job WHERE batch = ${batch} AND claim = ${claim}`
}

/** Number of records that a batch's stored proof covers; 0 if there is no proof. */
export async function provenCount({ sql }: Database, batch: number): Promise<number> {
  const [row] = await sql<{ count: number }[]>`SELECT count FROM batch_proof WHERE batch = ${batch}`
  return row?.count ?? 0
}

/** A verified proof. */
export interface StoredProof {
  batch: number
  count: number
  proof: unknown
  publicSignals: readonly string[]
  vkHash: Uint8Array
  seconds: number
  prover: string
  backend: 'engine' | 'snarkjs' | 'rapidsnark'
}

/**
 * Stores a proof unless one that covers more records is stored. Removes the job from the queue if no more was asked of it.
 * @param records how many final records the batch has now
 * @returns false if one as good was stored before
 */
export async function storeProof({ sql }: Database, stored: StoredProof, records: number): Promise<boolean> {
  const { batch, count, proof, publicSignals, vkHash, seconds, prover, backend } = stored
  return sql.begin(async (tx) => {
    const rows = await tx`
      INSERT INTO batch_proof (batch, count, proof, public_signals, vk_hash, seconds, prover, backend)
      VALUES (${batch}, ${count}, ${JSON.stringify(proof)}::text::jsonb, ${JSON.stringify(publicSignals)}::text::jsonb, ${vkHash}, ${seconds}, ${prover}, ${backend})
      ON CONFLICT (batch) DO UPDATE SET count = EXCLUDED.count, proof = EXCLUDED.proof, public_signals = EXCLUDED.public_signals,
        vk_hash = EXCLUDED.vk_hash, proved_at = now(), seconds = EXCLUDED.seconds, prover = EXCLUDED.prover, backend = EXCLUDED.backend
      WHERE batch_proof.count < EXCLUDED.count
      RETURNING batch`
    // A late proof of a tail must not end the work on more records: that of a prover, or that waits for one.
    await tx`DELETE FROM batch_job WHERE batch = ${batch} AND coalesce(count, ${records}) <= ${count}`
    return rows.length > 0
  })
}

/** The full batches from `first` on, as of the newest final block. */
export async function fullBatches(
  database: Database,
  { first, size }: { first: number; size: number },
): Promise<BatchRange> {
  const end = await nextPosition(database)
  return { first, end: fullBatchCount(end, size), size }
}

/** The work in the queue, and the rate at which it is done. */
export interface QueueCounts {
  waiting: number
  running: number
  /** Jobs that were given up: they are tried once an hour, or when an operator requeues them. */
  dead: number
  proofs: number
  /** Number of full batches without a proof of all their records, requested or not. */
  backlog: number
  /** Rate of the proofs stored in the last ten minutes. */
  perMinute: number
}

/** Counts of a queue whose full batches are [first, end). */
export async function queueCounts({ sql }: Database, { first, end, size }: BatchRange): Promise<QueueCounts> {
  const [row] = await sql<
    (Omit<QueueCounts, 'perMinute' | 'backlog'> & { full: number; recent: number; since: number })[]
  >`
    SELECT (SELECT count(*) FROM batch_job WHERE NOT dead AND coalesce(lease_until < now(), true)) AS waiting,
      (SELECT count(*) FROM batch_job WHERE lease_until >= now()) AS running,
      (SELECT count(*) FROM batch_job WHERE dead AND lease_until IS NULL) AS dead,
      (SELECT count(*) FROM batch_proof) AS proofs,
      (SELECT count(*) FROM batch_proof WHERE count >= ${size} AND batch >= ${first} AND batch < ${end}) AS full,
      count(*) AS recent, coalesce(extract(epoch FROM now() - min(proved_at)), 0)::float8 AS since
    FROM batch_proof WHERE proved_at > now() - ${RATE_WINDOW_S} * interval '1 second'`
  const { full, recent, since, ...counts } = row!
  // n proofs span n - 1 intervals.
  const perMinute = recent > 1 && since > 0 ? (60 * (recent - 1)) / since : 0
  return { ...counts, backlog: Math.max(0, end - first - full), perMinute }
}
