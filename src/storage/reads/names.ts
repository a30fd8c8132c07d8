import { BoundedCache } from '../bounded-cache.ts'
import { numbers, toField } from '../columns.ts'
import type { Sql } from '../database.ts'

/** Bytes of the names that are kept per pool of connections, for each of the three kinds. */
const MAX_NAME_BYTES = 8 * 1024 * 1024
/** What an entry takes: a field element and its place in the cache. */
const NAME_BYTES = 192

/** What the numbers in records stand for. */
export interface Names {
  account(number: number): bigint
  asset(number: number): bigint
  /** The era of the block of a height. */
  era(height: number): number
}

/** The numbers in a record that stand for something. */
interface Numbered {
  fromAccount: number
  toAccount: number
  asset: number
  height: number
}

/** Names that were read, which never change. */
class KnownNames {
  readonly accounts = new BoundedCache<number, bigint>(MAX_NAME_BYTES)
  readonly assets = new BoundedCache<number, bigint>(MAX_NAME_BYTES)
  readonly eras = new BoundedCache<number, number>(MAX_NAME_BYTES)
}

/** By the options of the pool, which all of its template tags share. */
const known = new WeakMap<object, KnownNames>()

/**
 * What the numbers in some records stand for. It is cheaper to know this than to join three tables for every record: the same accounts and assets
 * come again and again. What is not known is read in one statement per kind, at the same time.
 */
export async function namesOf(sql: Sql, rows: readonly Numbered[]): Promise<Names> {
  const names = knownNames(sql)
  const accounts = new Map<number, bigint>()
  const assets = new Map<number, bigint>()
  const eras = new Map<number, number>()
  const missing = { accounts: new Set<number>(), assets: new Set<number>(), eras: new Set<number>() }
  for (const { fromAccount, toAccount, asset, height } of rows) {
    find(names.accounts, fromAccount, accounts, missing.accounts)
    find(names.accounts, toAccount, accounts, missing.accounts)
    find(names.assets, asset, assets, missing.assets)
    find(names.eras, height, eras, missing.eras)
  }
  await Promise.all([
    learn(names.accounts, accounts, missing.accounts, (ids) => readAccounts(sql, ids)),
    learn(names.assets, assets, missing.assets, (ids) => readAssetIds(sql, ids)),
    learn(names.eras, eras, missing.eras, (heights) => readEras(sql, heights)),
  ])
  return {
    account: (number) => existing(accounts.get(number), 'account', number),
    asset: (number) => existing(assets.get(number), 'asset', number),
    era: (height) => existing(eras.get(height), 'block', height),
  }
}

/** The accounts with these numbers. @throws Error for a number that no account has */
export async function accountsOf(sql: Sql, numbers: readonly number[]): Promise<(number: number) => bigint> {
  const { accounts: kept } = knownNames(sql)
  const found = new Map<number, bigint>()
  const missing = new Set<number>()
  for (const number of numbers) find(kept, number, found, missing)
  await learn(kept, found, missing, (ids) => readAccounts(sql, ids))
  return (number) => existing(found.get(number), 'account', number)
}

function knownNames(sql: Sql): KnownNames {
  const names = known.get(sql.options) ?? new KnownNames()
  known.set(sql.options, names)
  return names
}

function find<V>(
  cache: BoundedCache<number, V>,
  number: number,
  found: Map<number, V>,
  missing: Set<number>,
): void {
  if (found.has(number) || missing.has(number)) return
  const value = cache.get(number)
  if (value === undefined) missing.add(number)
  else found.set(number, value)
}

async function learn<V>(
  cache: BoundedCache<number, V>,
  found: Map<number, V>,
  missing: ReadonlySet<number>,
  read: (numbers: string) => Promise<{ number: number; value: V }[]>,
): Promise<void> {
  if (missing.size === 0) return
  for (const { number, value } of await read(numbers([...missing]))) {
    found.set(number, value)
    cache.set(number, value, NAME_BYTES)
  }
}

interface NumberedField {
  number: number
  value: Uint8Array
}

async function readAccounts(sql: Sql, ids: string) {
  const rows = await sql<NumberedField[]>`
    SELECT id AS number, account AS value FROM account WHERE id = ANY (${ids}::integer[])`
  return rows.map(({ number, value }) => ({ number, value: toField(value) }))
}

async function readAssetIds(sql: Sql, ids: string) {
  const rows = await sql<NumberedField[]>`
    SELECT id AS number, asset_id AS value FROM asset WHERE id = ANY (${ids}::integer[])`
  return rows.map(({ number, value }) => ({ number, value: toField(value) }))
}

async function readEras(sql: Sql, heights: string) {
  return sql<{ number: number; value: number }[]>`
    SELECT height AS number, era AS value FROM block WHERE height = ANY (${heights}::bigint[])`
}

function existing<V>(value: V | undefined, kind: string, number: number): V {
  if (value === undefined) throw new Error(`${kind} ${number} is not in the database`)
  return value
}
