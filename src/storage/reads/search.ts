import type { Database } from '../database.ts'

/** What is read as of. */
export interface SearchBounds {
  height: number
  /** First position after the block. */
  end: number
  /** Number of assets as of the block. */
  assets: number
  limit: number
}

/** Bytes between two bounds, both included: those that begin with a prefix. */
export interface BytesRange {
  low: Uint8Array
  high: Uint8Array
}

/** An asset with a term that begins with what is searched for. */
export interface TermMatch {
  ordinal: number
  source: 'code' | 'name'
}

/** Terms per asset: 8 words of its code and of its name. */
const TERMS_PER_ASSET = 16
/** Greater than every character, in the order of bytes. */
const LAST = '\u{10ffff}'

/** Assets whose code or name has a word that begins with a folded text, in order of the terms; codes before names, each asset once. */
export async function searchTerms(
  { sql }: Database,
  folded: string,
  { assets, limit }: SearchBounds,
): Promise<TermMatch[]> {
  const rows = await sql<{ ordinal: number; source: number }[]>`
    SELECT asset AS ordinal, source FROM asset_term
    WHERE term >= ${folded} AND term < ${folded + LAST} AND asset < ${assets}
    ORDER BY term, asset, source LIMIT ${limit * TERMS_PER_ASSET}`
  const found = new Map<number, TermMatch>()
  for (const source of [0, 1]) {
    for (const row of rows) {
      if (row.source === source && !found.has(row.ordinal))
        found.set(row.ordinal, { ordinal: row.ordinal, source: source === 0 ? 'code' : 'name' })
    }
  }
  return [...found.values()].slice(0, limit)
}

/** What has a hash, or is an account or an asset, whose bytes are in a range. Each kind is found by its unique index. */
export async function searchBytes(
  { sql }: Database,
  { low, high }: BytesRange,
  { height, end, assets, limit }: SearchBounds,
): Promise<{ kind: 'block' | 'transfer' | 'asset' | 'account'; key: Uint8Array }[]> {
  const range = sql`BETWEEN ${low} AND ${high}`
  return sql`
    (SELECT 'block' AS kind, hash AS key FROM block WHERE hash ${range} AND height <= ${height} ORDER BY hash LIMIT ${limit})
    UNION ALL
    (SELECT 'transfer', hash FROM transfer WHERE hash ${range} AND position + 0 < ${end} ORDER BY hash LIMIT ${limit})
    UNION ALL
    (SELECT 'asset', asset_id FROM asset WHERE asset_id ${range} AND id < ${assets} ORDER BY asset_id LIMIT ${limit})
    UNION ALL
    (${accountsIn(sql, { low, high }, end, limit)})`
}

/** Accounts whose bytes are in a range and that held something by then, in order of the bytes. */
export async function searchAccounts(
  { sql }: Database,
  range: BytesRange,
  { end, limit }: SearchBounds,
): Promise<Uint8Array[]> {
  const rows = await sql<{ key: Uint8Array }[]>`${accountsIn(sql, range, end, limit)}`
  return rows.map(({ key }) => key)
}

const accountsIn = (sql: Database['sql'], { low, high }: BytesRange, end: number, limit: number) => sql`
  SELECT 'account' AS kind, account.account AS key FROM account
  WHERE account.account BETWEEN ${low} AND ${high}
    AND EXISTS (SELECT FROM holding WHERE holding.account = account.id AND holding.opened < ${end})
  ORDER BY account.account LIMIT ${limit}`
