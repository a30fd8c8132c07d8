import { numbers } from '../columns.ts'
import type { Database } from '../database.ts'

/** The state of a batch in the proof queue. */
export interface BatchJob {
  batch: number
  /** What its prover is doing. */
  stage: string | null
  /** Whether a prover has an unexpired claim on it. */
  claimed: boolean
  /** Why the last attempt failed. */
  error: string | null
  /** Whether it was given up. */
  dead: boolean
}

/** A verified proof of a batch, in snarkjs's format. */
export interface BatchProof {
  batch: number
  /** Records it covers. */
  count: number
  proof: unknown
  publicSignals: unknown
  provedAt: Date
  /** How long the prover took. */
  seconds: number | null
  backend: string | null
}

/** The jobs of these batches. Batches without a job are left out. */
export async function readBatchJobs({ sql }: Database, batches: readonly number[]): Promise<BatchJob[]> {
  return sql<BatchJob[]>`
    SELECT batch, stage, error, dead, coalesce(lease_until > now(), false) AS claimed
    FROM batch_job WHERE batch = ANY (${numbers(batches)}::bigint[])`
}

/** The proofs of these batches. Batches without a proof are left out. */
export async function readBatchProofs({ sql }: Database, batches: readonly number[]): Promise<BatchProof[]> {
  // drizzle makes the driver return timestamps as text.
  const rows = await sql<(Omit<BatchProof, 'provedAt'> & { provedMs: number })[]>`
    SELECT batch, count, proof, public_signals AS "publicSignals", (extract(epoch FROM proved_at) * 1000)::float8 AS "provedMs", seconds, backend
    FROM batch_proof WHERE batch = ANY (${numbers(batches)}::bigint[])`
  return rows.map(({ provedMs, ...row }) => ({ ...row, provedAt: new Date(provedMs) }))
}

/**
 * Queues a batch after the ones requested before, and before all that were not requested. Requesting it again changes nothing.
 * @returns false if `max` requested batches are waiting already
 */
export async function requestBatchProof({ sql }: Database, batch: number, max: number): Promise<boolean> {
  const rows = await sql`
    INSERT INTO batch_job (batch, priority)
    SELECT ${batch}, 1 WHERE (SELECT count(*) FROM batch_job WHERE priority > 0 AND batch <> ${batch}) < ${max}
    ON CONFLICT (batch) DO UPDATE SET priority = greatest(batch_job.priority, 1)
    RETURNING batch`
  return rows.length > 0
}
