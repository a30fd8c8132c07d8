import { fieldFromBytes, fieldToBytes } from '../../crypto/field.ts'
import type { PublicKey } from '../../ledger/action.ts'
import type { Range } from '../../ledger/batch.ts'
import { bytes, numbers } from '../columns.ts'
import type { Database } from '../database.ts'
import {
  selectTransfers,
  type TransferColumns,
  type TransferRow,
  toTransfers,
  transferColumns,
} from './rows.ts'
import { foundPositions, searchFor, type TransferFilter } from './transfer-filter.ts'

export type { TransferFilter } from './transfer-filter.ts'

/** A page of the history: the first or last `limit` positions in (after, before). */
export interface PositionPage {
  limit: number
  /** Takes the last ones; the last comes first. */
  backward: boolean
  /** Exclusive. */
  after: number
  /** Exclusive. */
  before: number
}

/** The records at these positions, in no order. Positions without one are left out. */
export async function readTransfers({ sql }: Database, positions: readonly number[]): Promise<TransferRow[]> {
  return selectTransfers(sql, sql`SELECT unnest(${numbers(positions)}::bigint[]) AS position`)
}

/** The records at the positions [first, end), in order. */
export async function transfersBetween({ sql }: Database, { first, end }: Range): Promise<TransferRow[]> {
  const rows = await sql<TransferColumns[]>`
    SELECT ${transferColumns(sql)} FROM transfer t WHERE t.position >= ${first} AND t.position < ${end} ORDER BY t.position`
  return toTransfers(sql, rows)
}

/** The records at positions `from` and above, at most `limit`, in order. */
export async function recordsFrom({ sql }: Database, from: number, limit: number): Promise<TransferRow[]> {
  const records = await selectTransfers(
    sql,
    sql`SELECT position FROM transfer WHERE position >= ${from} ORDER BY position LIMIT ${limit}`,
  )
  return records.sort((a, b) => a.position - b.position)
}

/** The records with these hashes, in no order. */
export async function readTransfersByHash(
  { sql }: Database,
  hashes: readonly bigint[],
): Promise<TransferRow[]> {
  const keys = bytes(hashes.map(fieldToBytes))
  return selectTransfers(sql, sql`SELECT position FROM transfer WHERE hash = ANY (${keys}::bytea[])`)
}

/** Those of these hashes that belong to final records. */
export async function readFinal({ sql }: Database, hashes: readonly bigint[]): Promise<Set<bigint>> {
  const keys = bytes(hashes.map(fieldToBytes))
  const rows = await sql<
    { hash: Uint8Array }[]
  >`SELECT hash FROM transfer WHERE hash = ANY (${keys}::bytea[])`
  return new Set(rows.map(({ hash }) => fieldFromBytes(hash)))
}

/** A page of the records that match a filter, in order of position. */
export async function transferPage(
  database: Database,
  filter: TransferFilter,
  page: PositionPage,
): Promise<TransferRow[]> {
  const search = await searchFor(database, filter, page.before)
  if (search === undefined) return []
  const rows = await selectTransfers(database.sql, foundPositions(database.sql, search, page))
  return rows.sort((a, b) => (page.backward ? b.position - a.position : a.position - b.position))
}

/**
 * Number of records before position `end` that match a filter with one condition, taken from ordinals; null for any other filter, and for lists of
 * accounts or kinds, where one record can count twice.
 */
export async function transferCount(
  database: Database,
  filter: TransferFilter,
  end: number,
): Promise<number | null> {
  const { account, from, to, assetId, assetIds, ...others } = filter
  const given = [account, from, to, assetId, assetIds].filter((value) => value !== undefined)
  if (Object.keys(others).length > 0 || given.length !== 1) return null
  const named = (await searchFor(database, filter, end))?.named
  if (named === undefined) return 0
  const ofAssets = (named.assets ?? []).reduce((sum, { records }) => sum + records, 0)
  return named.ofAccount + named.ofSender + named.ofReceiver + named.ofAsset + ofAssets
}

/** Key and signature of a record. */
export interface SignedRow {
  position: number
  publicKey: PublicKey
  signature: Uint8Array
}

/** Keys and signatures of the records at these positions. Records of genesis have none and are left out. */
export async function readSigned({ sql }: Database, positions: readonly number[]): Promise<SignedRow[]> {
  // Issues, registrations and reinstatements are signed by the asset's issuer, all other records by the sender.
  const rows = await sql<
    { position: number; keyKind: number; publicKey: Uint8Array; signature: Uint8Array }[]
  >`
    SELECT t.position, signer.key_kind AS "keyKind", signer.public_key AS "publicKey", t.signature
    FROM transfer t
    JOIN asset ON asset.id = t.asset
    JOIN account signer ON signer.id = CASE WHEN t.kind IN (0, 1, 4) THEN asset.issuer ELSE t.from_account END
    WHERE t.position = ANY (${numbers(positions)}::bigint[]) AND t.signature IS NOT NULL`
  return rows.map(({ position, keyKind, publicKey, signature }) => ({
    position,
    publicKey: { kind: keyKind === 0 ? 'eddsa' : 'rsa', bytes: publicKey },
    signature,
  }))
}

/** Notes of the records at these positions. Records without a note are left out. */
export async function readNotes(
  { sql }: Database,
  positions: readonly number[],
): Promise<{ position: number; text: string }[]> {
  return sql<{ position: number; text: string }[]>`
    SELECT position, text FROM note WHERE position = ANY (${numbers(positions)}::bigint[])`
}
