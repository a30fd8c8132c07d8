import type { Range } from '../../ledger/batch.ts'
import { type BlockHeader, decodeHeader } from '../../ledger/header.ts'
import { bytes, numbers } from '../columns.ts'
import type { Database } from '../database.ts'
import type { Fragment } from './rows.ts'

/** A final block, with the totals up to and including it. */
export interface BlockRow {
  header: BlockHeader
  hash: Uint8Array
  /** Final certificate of this block or of the descendant that made it final; null for genesis. */
  certificate: Uint8Array | null
  recordCount: number
  totals: { records: number; assets: number; holdings: number; accounts: number }
}

interface BlockColumns {
  header: Uint8Array
  hash: Uint8Array
  certificate: Uint8Array | null
  recordCount: number
  records: number
  assets: number
  holdings: number
  accounts: number
}

/** The newest final block above a height; undefined if there is none. */
export async function readTipAbove({ sql }: Database, height: number): Promise<BlockRow | undefined> {
  const [row] = await selectBlocks(sql, sql`height > ${height} ORDER BY height DESC LIMIT 1`)
  return row
}

/** The final blocks at these heights, in no order. Heights without one are left out. */
export async function readBlocks({ sql }: Database, heights: readonly number[]): Promise<BlockRow[]> {
  return selectBlocks(sql, sql`height = ANY (${numbers(heights)}::bigint[])`)
}

/** The newest final block of at most this era and height; undefined if there is none. */
export async function readBlockAt(
  { sql }: Database,
  { era, height }: { era: number; height: number },
): Promise<BlockRow | undefined> {
  const [block] = await selectBlocks(
    sql,
    sql`era <= ${era} AND height <= ${height} ORDER BY era DESC LIMIT 1`,
  )
  return block
}

/** Blocks by their eras; both bounds are included, and one that is left out bounds nothing. */
export interface EraSpan {
  eraFrom?: number
  eraTo?: number
}

/** The heights [first, end) of the blocks of a span of eras, up to a height. Eras grow with heights, so the index on eras leads to both. */
export async function heightsOfEras(
  { sql }: Database,
  { eraFrom, eraTo }: EraSpan,
  height: number,
): Promise<Range> {
  if (eraFrom === undefined && eraTo === undefined) return { first: 0, end: height + 1 }
  const [row] = await sql<{ first: number | null; last: number | null }[]>`
    SELECT (SELECT height FROM block WHERE era >= ${eraFrom ?? 0} ORDER BY era LIMIT 1) AS first,
      (SELECT height FROM block WHERE era <= ${eraTo ?? Number.MAX_SAFE_INTEGER} ORDER BY era DESC LIMIT 1) AS last`
  const end = Math.min(row!.last ?? -1, height) + 1
  return { first: Math.min(row!.first ?? end, end), end }
}

/** The final blocks with these hashes, in no order. */
export async function readBlocksByHash(
  { sql }: Database,
  hashes: readonly Uint8Array[],
): Promise<BlockRow[]> {
  return selectBlocks(sql, sql`hash = ANY (${bytes(hashes)}::bytea[])`)
}

async function selectBlocks(sql: Database['sql'], condition: Fragment): Promise<BlockRow[]> {
  const rows = await sql<BlockColumns[]>`
    SELECT header, hash, certificate, record_count AS "recordCount", total_records AS records, total_assets AS assets,
      total_holdings AS holdings, total_accounts AS accounts
    FROM block WHERE ${condition}`
  return rows.map(({ header, hash, certificate, recordCount, ...totals }) => ({
    header: decodeHeader(header),
    hash,
    certificate,
    recordCount,
    totals,
  }))
}
