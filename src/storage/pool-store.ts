import { fieldToBytes } from '../crypto/field.ts'
import { bytes, texts } from './columns.ts'
import { type Database, databaseFailure } from './database.ts'

/** A stored action of the pool. */
export interface StoredEntry {
  /** Canonical encoding, with key and signature. */
  bytes: Uint8Array
  note: string | undefined
}

/** Stores actions of the pool, in one transaction. Those that are stored already are not changed. */
export async function insertPoolEntries(
  { sql }: Database,
  entries: readonly (StoredEntry & { hash: bigint })[],
): Promise<void> {
  if (entries.length === 0) return
  try {
    await sql`
      INSERT INTO pool (hash, bytes, note)
      SELECT * FROM unnest(${bytes(entries.map((e) => fieldToBytes(e.hash)))}::bytea[], ${bytes(entries.map((e) => e.bytes))}::bytea[],
        ${texts(entries.map((e) => e.note ?? null))}::text[])
      ON CONFLICT (hash) DO NOTHING`
  } catch (error) {
    throw databaseFailure(error)
  }
}

/** All stored actions of the pool, in order of arrival. */
export async function loadPool({ sql }: Database): Promise<StoredEntry[]> {
  const rows = await sql<
    { bytes: Uint8Array; note: string | null }[]
  >`SELECT bytes, note FROM pool ORDER BY arrival`
  return rows.map((row) => ({ bytes: row.bytes, note: row.note ?? undefined }))
}

/** Deletes actions that left the pool. */
export async function deletePoolEntries({ sql }: Database, hashes: readonly bigint[]): Promise<void> {
  if (hashes.length === 0) return
  try {
    await sql`DELETE FROM pool WHERE hash = ANY(${bytes(hashes.map(fieldToBytes))}::bytea[])`
  } catch (error) {
    throw databaseFailure(error)
  }
}
