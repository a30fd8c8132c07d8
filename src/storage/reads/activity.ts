import { fieldToBytes } from '../../crypto/field.ts'
import { numbers } from '../columns.ts'
import type { Database } from '../database.ts'
import { seekLast } from '../seek.ts'

/** Running totals at one point of the history. */
export interface Totals {
  records: number
  registers: number
  issues: number
  retires: number
  reinstates: number
  /** Units of an asset that its records moved so far; null for a chain or an account. */
  units: bigint | null
  /** Holders of an asset; null for a chain or an account. */
  holders: number | null
}

/** Totals of all blocks of eras below each of these, up to a height. The index on eras leads to one block each. */
export async function chainTotals(
  { sql }: Database,
  eras: readonly number[],
  height: number,
): Promise<Totals[]> {
  return sql<Totals[]>`
    SELECT coalesce(total_records, 0) AS records, coalesce(total_assets, 0) AS registers, coalesce(total_issues, 0) AS issues,
      coalesce(total_retires, 0) AS retires, coalesce(total_reinstates, 0) AS reinstates, NULL AS units, NULL AS holders
    FROM unnest(${numbers(eras)}::bigint[]) WITH ORDINALITY AS bound (era, number)
    LEFT JOIN LATERAL (
      SELECT * FROM block WHERE block.era < bound.era AND block.height <= ${height} ORDER BY block.era DESC LIMIT 1) AS last ON true
    ORDER BY bound.number`
}

/** The position of the first record of the eras from each of these on; `end` if there is none before it. */
export async function positionsOfEras(
  { sql }: Database,
  eras: readonly number[],
  end: number,
): Promise<number[]> {
  const rows = await sql<{ position: number }[]>`
    SELECT least(coalesce(first.position, ${end}), ${end}::bigint) AS position
    FROM unnest(${numbers(eras)}::bigint[]) WITH ORDINALITY AS bound (era, number)
    LEFT JOIN LATERAL (SELECT position FROM block WHERE block.era >= bound.era ORDER BY block.era LIMIT 1) AS first ON true
    ORDER BY bound.number`
  return rows.map(({ position }) => position)
}

/** Totals of an asset before each of these positions: its last record and its last tally, from one index each. */
export async function assetTotals(
  { sql }: Database,
  assetId: bigint,
  positions: readonly number[],
): Promise<Totals[]> {
  const before = sql`bound.position`
  return sql<Totals[]>`
    SELECT coalesce(last.seq, 0) AS records, (asset.position < bound.position)::int AS registers, coalesce(tally.issues, 0) AS issues,
      coalesce(tally.retires, 0) AS retires, coalesce(tally.reinstates, 0) AS reinstates, coalesce(last.units, 0) AS units,
      coalesce(tally.holders, 0) AS holders
    FROM asset CROSS JOIN unnest(${numbers(positions)}::bigint[]) WITH ORDINALITY AS bound (position, number)
    LEFT JOIN LATERAL (
      SELECT asset_seq AS seq, asset_units AS units FROM transfer ${seekLast(sql, 'asset', sql`asset.id`, before)}) AS last ON true
    LEFT JOIN LATERAL (
      SELECT * FROM asset_tally AS t WHERE (t.asset, t.position) < (asset.id, bound.position) AND (t.asset, t.position) >= (asset.id, 0::bigint)
      ORDER BY t.asset DESC, t.position DESC LIMIT 1) AS tally ON true
    WHERE asset.asset_id = ${fieldToBytes(assetId)}
    ORDER BY bound.number`
}

/** Totals of an account, as sender and as receiver, before each of these positions. The mint and RETIRED are not counted by kind. */
export async function accountTotals(
  { sql }: Database,
  account: bigint,
  positions: readonly number[],
): Promise<Totals[]> {
  const before = sql`bound.position`
  return sql<Totals[]>`
    SELECT coalesce(sent.seq, 0) + coalesce(received.seq, 0) AS records, coalesce(tally.registers, 0) AS registers,
      coalesce(tally.issues, 0) AS issues, coalesce(tally.retires, 0) AS retires, coalesce(tally.reinstates, 0) AS reinstates,
      NULL AS units, NULL AS holders
    FROM account CROSS JOIN unnest(${numbers(positions)}::bigint[]) WITH ORDINALITY AS bound (position, number)
    LEFT JOIN LATERAL (
      SELECT from_seq AS seq FROM transfer ${seekLast(sql, 'from_account', sql`account.id`, before)}) AS sent ON true
    LEFT JOIN LATERAL (
      SELECT to_seq AS seq FROM transfer ${seekLast(sql, 'to_account', sql`account.id`, before)}) AS received ON true
    LEFT JOIN LATERAL (
      SELECT * FROM account_tally AS t
      WHERE (t.account, t.position) < (account.id, bound.position) AND (t.account, t.position) >= (account.id, 0::bigint)
      ORDER BY t.account DESC, t.position DESC LIMIT 1) AS tally ON true
    WHERE account.account = ${fieldToBytes(account)}
    ORDER BY bound.number`
}
