import { encodeEvidence } from '../consensus/codec.ts'
import { accusedBy } from '../consensus/evidence.ts'
import type { Evidence } from '../consensus/types.ts'
import { type Database, databaseFailure } from './database.ts'

/** Maximum number of stored items per validator. More of them would prove nothing new. */
const MAX_OF_ONE = 100
/** Maximum number of items that readEvidence returns. */
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

/** Stores evidence, once per validator, view and kind. */
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
  // drizzle makes the driver return timestamps as text.
  const rows = await sql<(Omit<EvidenceRow, 'kind' | 'seenAt'> & { kind: number; seenMs: number })[]>`
    SELECT validator, view, kind, bytes, (extract(epoch FROM seen_at) * 1000)::float8 AS "seenMs"
    FROM evidence ORDER BY seen_at DESC LIMIT ${MAX_SHOWN}`
  return rows.map(({ kind, seenMs, ...row }) => ({
    ...row,
    kind: kind === 0 ? 'votes' : 'proposals',
    seenAt: new Date(seenMs),
  }))
}
