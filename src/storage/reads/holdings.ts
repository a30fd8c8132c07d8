import { fieldToBytes } from '../../crypto/field.ts'
import type { Range } from '../../ledger/batch.ts'
import type { Holding } from '../../ledger/state.ts'
import { bytes, numbers, toField } from '../columns.ts'
import type { Database, Sql } from '../database.ts'
import { type Key, movesUnits, seekLast } from '../seek.ts'
import type { Fragment } from './rows.ts'

/**
 * Holdings as of a position. The table `holding` has only the present counters; what they were before a position follows from the records,
 * because each record states both counters as they were before it.
 */

/** Identifies a holding by its account and asset. */
export interface HoldingKey {
  account: bigint
  assetId: bigint
}

/** The holdings of these accounts and assets before position `end`, in the order of the keys; undefined for those not opened by then. */
export async function readHoldings(
  { sql }: Database,
  keys: readonly HoldingKey[],
  end: number,
): Promise<(Holding | undefined)[]> {
  const accounts = bytes(keys.map(({ account }) => fieldToBytes(account)))
  const assets = bytes(keys.map(({ assetId }) => fieldToBytes(assetId)))
  const rows = await sql<{ number: number; index: number; inTotal: bigint; outTotal: bigint }[]>`
    SELECT key.number::int AS number, holding.id AS index, ${counterColumns(sql)}
    FROM unnest(${accounts}::bytea[], ${assets}::bytea[]) WITH ORDINALITY AS key(account, asset, number)
    JOIN account ON account.account = key.account
    JOIN asset ON asset.asset_id = key.asset
    JOIN holding ON holding.account = account.id AND holding.asset = asset.id AND holding.opened < ${end}
    ${joinCounters(sql, end)}`
  const found: (Holding | undefined)[] = keys.map(() => undefined)
  for (const { number, index, inTotal, outTotal } of rows) {
    found[number - 1] = { ...keys[number - 1]!, index, inTotal, outTotal }
  }
  return found
}

/**
 * The holdings of these accounts and assets as of the newest block, in the order of the keys; undefined for those not opened by then. Their present
 * counters are read as they stand, which takes half of the look-ups of `readHoldings`.
 * @returns with the height of that block
 */
export async function readNewestHoldings(
  { sql }: Database,
  keys: readonly HoldingKey[],
): Promise<{ height: number; holdings: (Holding | undefined)[] }> {
  const accounts = bytes(keys.map(({ account }) => fieldToBytes(account)))
  const assets = bytes(keys.map(({ assetId }) => fieldToBytes(assetId)))
  const rows = await sql<
    { height: number; number: number; index: number | null; inTotal: bigint; outTotal: bigint }[]
  >`
    SELECT (SELECT max(height) FROM block) AS height, key.number::int AS number, holding.id AS index,
      holding.in_total AS "inTotal", holding.out_total AS "outTotal"
    FROM unnest(${accounts}::bytea[], ${assets}::bytea[]) WITH ORDINALITY AS key(account, asset, number)
    LEFT JOIN account ON account.account = key.account
    LEFT JOIN asset ON asset.asset_id = key.asset
    LEFT JOIN holding ON holding.account = account.id AND holding.asset = asset.id`
  const holdings: (Holding | undefined)[] = keys.map(() => undefined)
  for (const { number, index, inTotal, outTotal } of rows) {
    if (index !== null) holdings[number - 1] = { ...keys[number - 1]!, index, inTotal, outTotal }
  }
  return { height: rows[0]?.height ?? -1, holdings }
}

/** The holdings with these indexes as they were before position `end`, by index. Those opened later are left out. */
export async function holdingsBefore(
  { sql }: Database,
  indexes: readonly number[],
  end: number,
): Promise<Map<number, Holding>> {
  return selectHoldings(
    sql,
    indexes,
    counterColumns(sql),
    sql`${joinCounters(sql, end)} WHERE holding.opened < ${end}`,
  )
}

/** Like holdingsBefore, but a registration does not count as an arrival at its mint holding, because a trace never leads there. */
export async function tracedHoldingsBefore(
  { sql }: Database,
  indexes: readonly number[],
  end: number,
): Promise<Map<number, Holding>> {
  return selectHoldings(sql, indexes, counterColumns(sql), joinCounters(sql, end, movesUnits(sql)))
}

/** The holdings with these indexes as of the newest block, by index. */
export async function currentHoldings(
  { sql }: Database,
  indexes: readonly number[],
): Promise<Map<number, Holding>> {
  return selectHoldings(sql, indexes, sql`in_total AS "inTotal", out_total AS "outTotal"`, sql``)
}

/** The balances of a record's two holdings after it; the sender's is null for a registration, which moves no units of its sender. */
export interface BalancesAfter {
  position: number
  from: bigint | null
  to: bigint
}

/**
 * The balances after the records at these positions. A record states two of the four counters; the other two are those of the last records that
 * brought units to its sender, and took units from its receiver.
 */
export async function readBalancesAfter(
  { sql }: Database,
  positions: readonly number[],
): Promise<BalancesAfter[]> {
  const at = sql`t.position`
  return sql<BalancesAfter[]>`
    SELECT t.position,
      CASE WHEN t.kind <> 0 THEN
        (SELECT to_start + amount FROM transfer ${seekLast(sql, 'to_holding', sql`t.from_holding`, at)}) - t.from_start - t.amount
      END AS "from",
      t.to_start + t.amount - coalesce(
        (SELECT from_start + amount FROM transfer ${seekLast(sql, 'from_holding', sql`t.to_holding`, at, movesUnits(sql))}), 0) AS "to"
    FROM unnest(${numbers(positions)}::bigint[]) AS wanted (position) JOIN transfer AS t USING (position)`
}

/** Indexes of the holdings into or out of which the records at these positions move units. */
export async function movedHoldings({ sql }: Database, { first, end }: Range): Promise<number[]> {
  const rows = await sql<{ id: number }[]>`
    SELECT from_holding AS id FROM transfer WHERE position >= ${first} AND position < ${end}
    UNION SELECT to_holding FROM transfer WHERE position >= ${first} AND position < ${end}`
  return rows.map(({ id }) => id)
}

/** Those of these accounts that had a holding before position `end`. */
export async function readAccountsExist(
  { sql }: Database,
  accounts: readonly bigint[],
  end: number,
): Promise<boolean[]> {
  const keys = bytes(accounts.map(fieldToBytes))
  const rows = await sql<{ number: number }[]>`
    SELECT key.number::int AS number
    FROM unnest(${keys}::bytea[]) WITH ORDINALITY AS key(account, number)
    JOIN account ON account.account = key.account
    WHERE EXISTS (SELECT FROM holding WHERE holding.account = account.id AND holding.opened < ${end})`
  const found = new Set(rows.map(({ number }) => number))
  return accounts.map((_, i) => found.has(i + 1))
}

async function selectHoldings(
  sql: Sql,
  indexes: readonly number[],
  counters: Fragment,
  rest: Fragment,
): Promise<Map<number, Holding>> {
  const rows = await sql<
    { index: number; account: Uint8Array; asset: Uint8Array; inTotal: bigint; outTotal: bigint }[]
  >`
    SELECT holding.id AS index, account.account, asset.asset_id AS asset, ${counters}
    FROM unnest(${numbers(indexes)}::integer[]) AS wanted (id)
    JOIN holding ON holding.id = wanted.id
    JOIN account ON account.id = holding.account
    JOIN asset ON asset.id = holding.asset
    ${rest}`
  return new Map(
    rows.map(({ index, account, asset, inTotal, outTotal }) => [
      index,
      { index, account: toField(account), assetId: toField(asset), inTotal, outTotal },
    ]),
  )
}

/** The counters that joinCounters finds; 0 where a holding has no such record. */
export const counterColumns = (sql: Sql) =>
  sql`coalesce(arrived.total, 0) AS "inTotal", coalesce(departed.total, 0) AS "outTotal"`

/**
 * JOINs the counters of `holding` after its last records before position `end`. A registration is an arrival at its mint holding, and not a
 * departure from it.
 * @param arrival further conditions on the last record that brought units, each beginning with AND
 */
export function joinCounters(sql: Sql, end: number, arrival?: Fragment): Fragment {
  const id = sql`holding.id`
  const last = (key: Key, rest?: Fragment) => seekLast(sql, key, id, end, rest)
  return sql`
    LEFT JOIN LATERAL (SELECT to_start + amount AS total FROM transfer ${last('to_holding', arrival)}) arrived ON true
    LEFT JOIN LATERAL (SELECT from_start + amount AS total FROM transfer ${last('from_holding', movesUnits(sql))}) departed ON true`
}
