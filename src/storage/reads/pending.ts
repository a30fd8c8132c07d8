import { fieldToBytes } from '../../crypto/field.ts'
import { bytes, toField } from '../columns.ts'
import type { Database } from '../database.ts'
import { poolDigest } from '../pool-store.ts'

/** An accepted action that waits for its block. */
export interface PendingRow {
  hash: bigint
  arrival: number
  bytes: Uint8Array
  note: string | null
}

/** Those of these actions that are in the node's pool, as they were stored, in no order. */
export async function readPending({ sql }: Database, hashes: readonly bigint[]): Promise<PendingRow[]> {
  const rows = await sql<(Omit<PendingRow, 'hash'> & { hash: Uint8Array })[]>`
    SELECT hash, arrival, bytes, note FROM pool
    WHERE hash = ANY (${bytes(hashes.map(fieldToBytes))}::bytea[]) AND digest = ${poolDigest(sql)}`
  return rows.map((row) => ({ ...row, hash: toField(row.hash) }))
}
