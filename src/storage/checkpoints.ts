import { decodeHeader } from '../ledger/header.ts'
import { COSIGNED_SIZES } from '../log/cosigned.ts'
import { bytes, numbers, texts } from './columns.ts'
import { type Database, databaseFailure } from './database.ts'

/** A checkpoint of the log of headers with who cosigned it. */
export interface KeptCheckpoint {
  size: number
  root: Uint8Array
  /** The signed note. */
  note: string
}

/** A kept checkpoint, and what the own log says of that size. */
export interface StoredCheckpoint extends KeptCheckpoint {
  /** Root of the own log; undefined for a size that a header after the newest would have the root of. */
  logRoot: Uint8Array | undefined
}

/** Keeps these checkpoints and no others. Rows that are not changed are not written. @throws Failure (see databaseFailure) */
export async function keepCheckpoints({ sql }: Database, kept: readonly KeptCheckpoint[]): Promise<void> {
  const sizes = numbers(kept.map(({ size }) => size))
  const roots = bytes(kept.map(({ root }) => root))
  const notes = texts(kept.map(({ note }) => note))
  try {
    await sql`
      WITH kept AS MATERIALIZED (
        SELECT * FROM unnest(${sizes}::bigint[], ${roots}::bytea[], ${notes}::text[]) AS k(size, root, note)
      ), gone AS (
        DELETE FROM checkpoint WHERE NOT EXISTS (SELECT FROM kept WHERE (kept.size, kept.root) = (checkpoint.size, checkpoint.root))
      )
      INSERT INTO checkpoint (size, root, note) SELECT size, root, note FROM kept
      ON CONFLICT (size, root) DO UPDATE SET note = EXCLUDED.note WHERE checkpoint.note <> EXCLUDED.note`
  } catch (error) {
    throw databaseFailure(error)
  }
}

/**
 * The kept checkpoints, in order of size: at most one for each cosignature that a node keeps of the validators, and for each contradiction.
 * @throws Failure (see databaseFailure)
 */
export async function loadCheckpoints({ sql }: Database, validators: number): Promise<StoredCheckpoint[]> {
  try {
    const rows = await sql<(KeptCheckpoint & { header: Uint8Array | null })[]>`
      SELECT size, root, note, block.header FROM checkpoint LEFT JOIN block ON block.height = checkpoint.size
      ORDER BY size, root LIMIT ${validators * (COSIGNED_SIZES + 1)}`
    return rows.map(({ header, ...kept }) => ({
      ...kept,
      logRoot: header === null ? undefined : decodeHeader(header).logRoot,
    }))
  } catch (error) {
    throw databaseFailure(error)
  }
}
