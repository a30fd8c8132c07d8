import { numbers } from '../columns.ts'
import type { Database } from '../database.ts'

/** What a prover does with a batch. */
export type ProvingStage = 'claimed' | 'witness' | 'proof' | 'verify'

/** The state of a batch in the proof queue. */
export interface BatchJob {
  batch: number
  /** What its prover is doing; null while none has a claim on it. */
  stage: ProvingStage | null
  /** How far it is with that, from 0 to 1; null if it does not say. */
  progress: number | null
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
  backend: 'engine' | 'snarkjs' | 'rapidsnark' | null
}

/** The jobs of these batches. Batches without a job are left out. */
export async function readBatchJobs({ sql }: Database, batches: readonly number[]): Promise<BatchJob[]> {
  const rows = await sql<(Omit<BatchJob, 'stage' | 'progress'> & { report: string | null })[]>`
    SELECT batch, stage AS report, error, dead, coalesce(lease_until > now(), false) AS claimed
    FROM batch_job WHERE batch = ANY (${numbers(batches)}::bigint[])`
  return rows.map(({ report, ...row }) => ({ ...row, ...reported(row.claimed ? report : null) }))
}

/** What a prover reported: a stage, and a percentage if it gave one. */
function reported(report: string | null): Pick<BatchJob, 'stage' | 'progress'> {
  const [stage = null, percent] = report?.split(' ') ?? []
  const progress = percent === undefined ? null : Number.parseInt(percent, 10) / 100
  return { stage: stage as ProvingStage | null, progress }
}

/** The proofs of these batches. Batches without a proof are left out. */
export async function readBatchProofs({ sql }: Database, batches: readonly number[]): Promise<BatchProof[]> {
  // drizzle makes the driver return timestamps as text.
  const rows = await sql<(Omit<BatchProof, 'provedAt'> & { provedMs: number })[]>`
    SELECT batch, count, proof, public_signals AS "publicSignals", (extract(epoch FROM proved_at) * 1000)::float8 AS "provedMs", seconds, backend
    FROM batch_proof WHERE batch = ANY (${numbers(batches)}::bigint[])`
  return rows.map(({ provedMs, ...row }) => ({ ...row, provedAt: new Date(provedMs) }))
}

/** How many proofs may be waited for at a time. */
export interface RequestBounds {
  /** Of those that one client requested. */
  perClient: number
  inAll: number
}

/**
 * Queues a batch after the ones that the client requested before, and before all that were not requested. Requesting it again changes nothing.
 * Batches that were given up do not count.
 * @param client name of who asks
 * @returns false if as many requested batches as allowed are waiting already
 */
export async function requestBatchProof(
  { sql }: Database,
  batch: number,
  client: string,
  { perClient, inAll }: RequestBounds,
): Promise<boolean> {
  const rows = await sql`
    WITH waiting AS (
      SELECT count(*) AS in_all, count(*) FILTER (WHERE requested_by = ${client}) AS of_client
      FROM batch_job WHERE priority > 0 AND NOT dead AND batch <> ${batch})
    INSERT INTO batch_job (batch, priority, requested_by)
    SELECT ${batch}, 1, ${client} FROM waiting WHERE in_all < ${inAll} AND of_client < ${perClient}
    ON CONFLICT (batch) DO UPDATE SET priority = greatest(batch_job.priority, 1),
      requested_by = coalesce(batch_job.requested_by, EXCLUDED.requested_by)
    RETURNING batch`
  return rows.length > 0
}
