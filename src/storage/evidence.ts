import { encodeEvidence } from '../consensus/codec.ts'
import { accusedBy } from '../consensus/evidence.ts'
import type { Evidence } from '../consensus/types.ts'
import { type Database, databaseFailure } from './database.ts'

/** Kept of one validator: more of the same shows nothing more. */
const MAX_OF_ONE = 100
/** Shown at once. */
const MAX_SHOWN = 100

/** Evidence as it is stored. */
export interface EvidenceRow {
  validator: number
  view: number
  kind: Evidence['type']
  /** PROTOCOL.md, "Equivocation". */
  bytes: Uint8Array
  seenAt: Date
}

/** Keeps evidence, once for each validator, view and kind. */
export async function insertEvidence({ sql }: Database, evidence: Evidence): Promise<void> {
  const { validator, view } = accusedBy(evidence)
  const kind = evidence.type === 'votes' ? 0 : 1
  try {
    await sql`
      INSERT INTO evidence (validator, view, kind, bytes)
      SELECT ${validator}::integer, ${view}::bigint, ${kind}::smallint, ${encodeEvidence(evidence)}::bytea
      WHERE (SELECT count(*) FROM evidence WHERE validator = ${validator}) < ${MAX_OF_ONE}
      ON CONFLICT DO NOTHING`
  } catch (error) {
    throw databaseFailure(error)
  }
}

/** The newest evidence, newest first. */
export async function readEvidence({ sql }: Database): Promise<EvidenceRow[]> {
  // drizzle takes timestamps out of the driver as text.
  const rows = await sql<(Omit<EvidenceRow, 'kind' | 'seenAt'> & { kind: number; seenMs: number })[]>`
    SELECT validator, view, kind, bytes, (extract(epoch FROM seen_at) * 1000)::float8 AS "seenMs"
    FROM evidence ORDER BY seen_at DESC LIMIT ${MAX_SHOWN}`
  return rows.map(({ kind, seenMs, ...row }) => ({
    ...row,
    kind: kind === 0 ? 'votes' : 'proposals',
    seenAt: new Date(seenMs),
  }))
}
