import type { Sql } from './database.ts'
import type { Fragment } from './reads/rows.ts'
import type { Transaction } from './transaction.ts'

/** Columns of `transfer` that have an index on (column, position). */
export type Key = 'from_account' | 'to_account' | 'asset' | 'from_holding' | 'to_holding' | 'memo'

/** The range and order of the records of a key. */
export interface Seek {
  /** Exclusive. A fragment is an expression of a position. */
  after?: number | Fragment | undefined
  /** Exclusive. */
  before: number | Fragment
  /** Takes the last records instead of the first, last one first. */
  backward: boolean
  limit: number
  /** Further conditions, each beginning with AND. */
  rest?: Fragment
}

/**
 * WHERE, ORDER BY and LIMIT for the first or last records of one key. Because rows are compared, only the index on (key, position) fits. With
 * `key = id ORDER BY position` the planner may walk all positions instead: a million of them for a key that was not used recently.
 * Made of few pieces: each is a promise to the driver, and takes microseconds.
 * @param id a value, or a column of another table
 */
export function seek(
  sql: Sql | Transaction,
  key: Key,
  id: number | Uint8Array | Fragment,
  { after = -1, before, backward, limit, rest }: Seek,
): Fragment {
  const column = sql(key)
  // The index on memos omits records without one.
  const more = key === 'memo' ? sql`AND memo IS NOT NULL ${rest ?? sql``}` : rest
  const between = sql`WHERE (${column}, position) > (${id}, ${after}::bigint) AND (${column}, position) < (${id}, ${before}::bigint)`
  const found = more === undefined ? between : sql`${between} ${more}`
  return backward
    ? sql`${found} ORDER BY ${column} DESC, position DESC LIMIT ${limit}`
    : sql`${found} ORDER BY ${column}, position LIMIT ${limit}`
}

/** As seek, for the last record of a key before a position. */
export function seekLast(
  sql: Sql | Transaction,
  key: Key,
  id: number | Uint8Array | Fragment,
  before: number | Fragment,
  rest?: Fragment,
): Fragment {
  return seek(sql, key, id, { before, backward: true, limit: 1, ...(rest === undefined ? {} : { rest }) })
}

/**
 * A condition of a seek by holding: no registration, which moves no units. Written so that the planner does not take the index on departures or
 * arrivals, which has this condition but another order: it would read and sort all records of the holding to find the last one.
 */
export const movesUnits = (sql: Sql | Transaction): Fragment => sql`AND kind + 0 <> 0`
