import { numbers } from '../columns.ts'
import type { Database } from '../database.ts'

/** A batch's place in the provers' queue. */
export interface BatchJob {
  batch: number
  /** What the prover at work on it is doing. */
  stage: string | null
  /** Whether a prover's claim on it runs. */
  claimed: boolean
  /** Why the last attempt failed. */
  error: string | null
  /** Whether it was given up. */
  dead: boolean
}

/** A checked proof of a batch, in snarkjs's shape. */
export interface BatchProof {
  batch: number
  /** Records it covers. */
  count: number
  proof: unknown
  publicSignals: unknown
  provedAt: Date
  /** What it took its prover. */
  seconds: number | null
  backend: string | null
}

/** The jobs of those of the batches that have one. */
export async function readBatchJobs({ sql }: Database, batches: readonly number[]): Promise<BatchJob[]> {
  return sql<BatchJob[]>`
    SELECT batch, stage, error, dead, coalesce(lease_until > now(), false) AS claimed
    FROM batch_job WHERE batch = ANY (${numbers(batches)}::bigint[])`
}

/** The proofs of those of the batches that have one. */
export async function readBatchProofs({ sql }: Database, batches: readonly number[]): Promise<BatchProof[]> {
  // drizzle takes timestamps out of the driver as text.
  const rows = await sql<(Omit<BatchProof, 'provedAt'> & { provedMs: number })[]>`
    SELECT batch, count, proof, public_signals AS "publicSignals", (extract(epoch FROM proved_at) * 1000)::float8 AS "provedMs", seconds, backend
    FROM batch_proof WHERE batch = ANY (${numbers(batches)}::bigint[])`
  return rows.map(({ provedMs, ...row }) => ({ ...row, provedAt: new Date(provedMs) }))
}

/**
 * Puts a batch before everything nobody asked for, behind what was asked for before; asking again changes nothing.
 * @returns false when `max` batches that were asked for wait already
 */
export async function requestBatchProof({ sql }: Database, batch: number, max: number): Promise<boolean> {
  const rows = await sql`
    INSERT INTO batch_job (batch, priority)
    SELECT ${batch}, 1 WHERE (SELECT count(*) FROM batch_job WHERE priority > 0 AND batch <> ${batch}) < ${max}
    ON CONFLICT (batch) DO UPDATE SET priority = greatest(batch_job.priority, 1)
    RETURNING batch`
  return rows.length > 0
}
