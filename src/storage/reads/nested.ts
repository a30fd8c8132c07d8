import { fieldToBytes } from '../../crypto/field.ts'
import { MINT, RETIRED } from '../../ledger/params.ts'
import { bytes, toField } from '../columns.ts'
import type { Database } from '../database.ts'
import { type Key, seek, seekLast } from '../seek.ts'
import {
  type Fragment,
  type TransferColumns,
  type TransferRow,
  toTransfers,
  transferColumns,
} from './rows.ts'

/** A page after or before a key, the same for every parent. */
export interface NestedPage {
  /** First position after the block as of which is read. */
  end: number
  limit: number
  /** Reads from the end of the list; the last row comes first. */
  backward: boolean
  after: number | undefined
  before: number | undefined
}

/** Greater than every index of a holding. */
const MAX_INDEX = 2 ** 31 - 1

/** The kind of parent whose records are read. */
export type TransferParent = 'account' | 'asset'

/** Records of each parent (an account that sends or receives, or an asset), by position, one page per parent, in one statement. */
export async function transfersOf(
  { sql }: Database,
  parent: TransferParent,
  ids: readonly bigint[],
  page: NestedPage,
): Promise<TransferRow[][]> {
  const keys = bytes(ids.map(fieldToBytes))
  const { low, high, order } = bounds(sql, page, page.end)
  const range = { after: low, before: high, backward: page.backward, limit: page.limit }
  const part = (column: Key) =>
    sql`(SELECT ${storedColumns(sql)} FROM transfer ${seek(sql, column, sql`parent.id`, range)})`
  const rows = await sql<(TransferColumns & { number: number })[]>`
    SELECT key.number::int AS number, ${transferColumns(sql)}
    FROM unnest(${keys}::bytea[]) WITH ORDINALITY AS key(id, number)
    JOIN ${sql(parent)} parent ON parent.${sql(parent === 'account' ? 'account' : 'asset_id')} = key.id
    CROSS JOIN LATERAL (
      ${parent === 'asset' ? part('asset') : sql`${part('from_account')} UNION ALL ${part('to_account')} ORDER BY position ${order} LIMIT ${page.limit}`}
    ) t
    ORDER BY key.number, t.position ${order}`
  const transfers = await toTransfers(sql, rows)
  return grouped(ids.length, rows, (_row, i) => transfers[i]!)
}

/** The columns that transfers are made of, by their names. */
const storedColumns = (sql: Database['sql']): Fragment =>
  sql`position, height, kind, flags, hash, asset, from_account, to_account, from_holding, to_holding, amount, from_start, to_start, era, memo`

/**
 * Number of records before position `end` of each parent (an account that sends or receives, or an asset), in one statement. The ordinals of the
 * records give the numbers.
 */
export async function transferCountsOf(
  { sql }: Database,
  parent: TransferParent,
  ids: readonly bigint[],
  end: number,
): Promise<number[]> {
  const keys = bytes(ids.map(fieldToBytes))
  const last = (column: Key, ordinal: string) =>
    sql`coalesce((SELECT ${sql(ordinal)} FROM transfer ${seekLast(sql, column, sql`parent.id`, end)}), 0)`
  const count =
    parent === 'asset'
      ? last('asset', 'asset_seq')
      : sql`${last('from_account', 'from_seq')} + ${last('to_account', 'to_seq')}`
  const rows = await sql<{ number: number; count: number }[]>`
    SELECT key.number::int AS number, ${count} AS count
    FROM unnest(${keys}::bytea[]) WITH ORDINALITY AS key(id, number)
    JOIN ${sql(parent)} parent ON parent.${sql(parent === 'account' ? 'account' : 'asset_id')} = key.id`
  const counts = ids.map(() => 0)
  for (const { number, count } of rows) counts[number - 1] = count
  return counts
}

/** The index of a holding, with its account and asset. */
export interface HoldingName {
  index: number
  account: bigint
  assetId: bigint
}

/** A page of holdings: by their indexes, as of the position `end`. */
export interface HoldingPage extends NestedPage {
  /** Whether holdings without units are shown. */
  empty: boolean
  /** Whether the holdings of MINT and RETIRED, which belong to no key, are shown. */
  unowned: boolean
}

/** Holdings of each parent (account or asset) in order of their indexes, one page per parent, in one statement. */
export async function holdingsOf(
  { sql }: Database,
  parent: TransferParent,
  ids: readonly bigint[],
  page: HoldingPage,
): Promise<HoldingName[][]> {
  const keys = bytes(ids.map(fieldToBytes))
  const { low, high, order } = bounds(sql, page, MAX_INDEX)
  const words = bytes([MINT, RETIRED].map(fieldToBytes))
  const held = sql`EXISTS (
    SELECT FROM holding_span span WHERE span.holding = holding.id AND span.opened < ${page.end}
      AND (span.emptied IS NULL OR span.emptied >= ${page.end}))`
  const rows = await sql<{ number: number; index: number; account: Uint8Array; asset: Uint8Array }[]>`
    SELECT key.number::int AS number, found.id AS index, account.account AS account, asset.asset_id AS asset
    FROM unnest(${keys}::bytea[]) WITH ORDINALITY AS key(id, number)
    JOIN ${sql(parent)} parent ON parent.${sql(parent === 'account' ? 'account' : 'asset_id')} = key.id
    CROSS JOIN LATERAL (
      SELECT id, account, asset FROM holding
      WHERE ${sql(parent)} = parent.id AND id > ${low} AND id < ${high} AND opened < ${page.end}
        ${page.unowned ? sql`` : sql`AND account <> ALL (SELECT id FROM account WHERE account = ANY (${words}::bytea[]))`}
        ${page.empty ? sql`` : sql`AND ${held}`}
      ORDER BY id ${order} LIMIT ${page.limit}
    ) found
    JOIN account ON account.id = found.account
    JOIN asset ON asset.id = found.asset
    ORDER BY key.number, found.id ${order}`
  return grouped(ids.length, rows, ({ index, account, asset }) => ({
    index,
    account: toField(account),
    assetId: toField(asset),
  }))
}

function bounds(sql: Database['sql'], page: NestedPage, end: number) {
  return {
    low: page.after ?? -1,
    high: Math.min(page.before ?? end, end),
    order: page.backward ? sql`DESC` : sql`ASC`,
  }
}

function grouped<Row extends { number: number }, T>(
  count: number,
  rows: readonly Row[],
  map: (row: Row, i: number) => T,
): T[][] {
  const groups: T[][] = Array.from({ length: count }, () => [])
  rows.forEach((row, i) => {
    groups[row.number - 1]?.push(map(row, i))
  })
  return groups
}
