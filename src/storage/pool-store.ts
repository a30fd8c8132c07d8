import { bytesToHex } from '../codec/bytes.ts'
import { fieldToBytes } from '../crypto/field.ts'
import { bytes, texts } from './columns.ts'
import { type Database, databaseFailure, type Sql } from './database.ts'

/** A stored action of the pool. */
export interface StoredEntry {
  /** Canonical encoding, with key and signature. */
  bytes: Uint8Array
  note: string | undefined
}

/** What `digest` of a row of the pool must be. */
export const poolDigest = (sql: Sql) => sql`sha256(hash || bytes || convert_to(coalesce(note, ''), 'UTF8'))`

/** Stores actions of the pool, in one transaction. Those that are stored already are not changed. */
export async function insertPoolEntries(
  { sql }: Database,
  entries: readonly (StoredEntry & { hash: bigint })[],
): Promise<void> {
  if (entries.length === 0) return
  try {
    await sql`
      INSERT INTO pool (hash, bytes, note, digest)
      SELECT hash, bytes, note, ${poolDigest(sql)} FROM unnest(${bytes(entries.map((e) => fieldToBytes(e.hash)))}::bytea[], ${bytes(entries.map((e) => e.bytes))}::bytea[],
        ${texts(entries.map((e) => e.note ?? null))}::text[]) AS stored (hash, bytes, note)
      ON CONFLICT (hash) DO NOTHING`
  } catch (error) {
    throw databaseFailure(error)
  }
}

/**
 * All stored actions of the pool, in order of arrival. No other node's answer depends on them, so those that are not what was stored are deleted.
 * @param onDamaged told the hash of each of those, in hex
 */
export async function loadPool({ sql }: Database, onDamaged: (hash: string) => void): Promise<StoredEntry[]> {
  const damaged = await sql<{ hash: Uint8Array }[]>`
    DELETE FROM pool WHERE digest <> ${poolDigest(sql)} RETURNING hash`
  for (const { hash } of damaged) onDamaged(bytesToHex(hash))
  const rows = await sql<
    { bytes: Uint8Array; note: string | null }[]
  >`SELECT bytes, note FROM pool ORDER BY arrival`
  return rows.map((row) => ({ bytes: row.bytes, note: row.note ?? undefined }))
}

/** Hashes, in hex, of the stored actions that are not what was stored. */
export async function damagedPoolEntries({ sql }: Database): Promise<string[]> {
  const rows = await sql<{ hash: Uint8Array }[]>`SELECT hash FROM pool WHERE digest <> ${poolDigest(sql)}`
  return rows.map(({ hash }) => bytesToHex(hash))
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
