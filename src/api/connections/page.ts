import { RejectionError, reject } from '../../ledger/rejection.ts'
import { DEFAULT_PAGE_SIZE } from '../limits.ts'
import { decodeNumberCursor, encodeCursor } from './cursor.ts'

/** Arguments of a Relay connection. Those that a field does not declare are absent. */
export interface PageArguments {
  first?: number | null | undefined
  after?: string | null | undefined
  last?: number | null | undefined
  before?: string | null | undefined
  order?: 'OLDEST_FIRST' | 'NEWEST_FIRST' | null | undefined
}

/** The part of a list to read, as of a block. The list is stored in ascending order of its keys, whatever order the client reads it in. */
export interface PageRequest {
  /** The list's name, for the cursors of this page. */
  list: string
  height: number
  limit: number
  /** Reads down from `before`, so that the item with the highest key comes first; otherwise up from `after`. */
  backward: boolean
  /** Exclusive bounds on the keys. */
  after: number | undefined
  before: number | undefined
  /** Whether the client pages with `last`: the items that are read are turned round, and more of them are before the page. */
  fromEnd: boolean
}

/** A page of a connection. */
export interface Page<T> {
  height: number
  edges: { cursor: string; node: T }[]
  pageInfo: {
    hasNextPage: boolean
    hasPreviousPage: boolean
    startCursor: string | null
    endCursor: string | null
  }
  /** Number of items in all pages, read only if it is requested. */
  count(): Promise<number | null> | number | null
}

/**
 * Parses a connection's arguments. Most lists only grow, at the end with the highest keys: reading on from a cursor towards that end is as of
 * the newest block, so that the client sees what came; reading the other way is as of the block of the cursor, so that all pages are one
 * snapshot. A list that changes elsewhere is as of the block of the cursor in both directions.
 * @param changes whether items leave the list or change their places
 * @throws RejectionError BAD_CURSOR, PAGE_TOO_LARGE, BAD_INPUT (negative, or both `first` and `last`)
 */
export function parsePage(
  list: string,
  args: PageArguments,
  height: number,
  max: number,
  { changes = false }: ListNature = {},
): PageRequest {
  if (typeof args.first === 'number' && typeof args.last === 'number') {
    throw new RejectionError(
      reject('BAD_INPUT', { argument: 'last', reason: 'give first or last, not both' }),
    )
  }
  const limit = args.first ?? args.last ?? Math.min(DEFAULT_PAGE_SIZE, max)
  if (limit < 0) throw new RejectionError(reject('BAD_INPUT', { argument: 'first', reason: 'negative' }))
  if (limit > max) throw new RejectionError(reject('PAGE_TOO_LARGE', { max, got: limit }))
  const cursor = (text: string | null | undefined) =>
    text ? decodeNumberCursor(list, text, height) : undefined
  const given = [cursor(args.after), cursor(args.before)] as const
  const newestFirst = args.order === 'NEWEST_FIRST'
  const [after, before] = newestFirst ? [given[1], given[0]] : given
  const fromEnd = typeof args.last === 'number'
  return {
    list,
    height: Math.min(before?.height ?? height, (changes ? after?.height : undefined) ?? height),
    limit,
    backward: fromEnd !== newestFirst,
    after: after?.key,
    before: before?.key,
    fromEnd,
  }
}

/** What a list does when blocks come: by default, it only grows at its end. */
export interface ListNature {
  changes?: boolean
}

/**
 * Makes a page of the rows that were read for a request: up to `limit + 1` of them in the direction of reading (the last one first when
 * backward). The extra row shows that there are more.
 * @param lookedTo the key at which a search stopped that is bounded: beyond it there may be more items, although it found no extra row
 */
export function makePage<T>(
  request: PageRequest,
  rows: readonly T[],
  keyOf: (row: T) => number,
  count: () => Promise<number | null> | number | null,
  lookedTo?: number,
): Page<T> {
  const more = rows.length > request.limit || lookedTo !== undefined
  const shown = rows.slice(0, request.limit)
  if (request.fromEnd) shown.reverse()
  // Of the two bounds, the one that reading began at: there are items beyond it.
  const begun = (request.backward ? request.before : request.after) !== undefined
  const cursorOf = (key: number) => encodeCursor(request.list, { height: request.height, key: [key] })
  const stop = lookedTo === undefined ? undefined : cursorOf(lookedTo)
  const edges = shown.map((node) => new Edge(node, keyOf, cursorOf))
  return {
    height: request.height,
    edges,
    pageInfo: {
      hasNextPage: request.fromEnd ? begun : more,
      hasPreviousPage: request.fromEnd ? more : begun,
      get startCursor() {
        return (request.fromEnd ? stop : undefined) ?? edges[0]?.cursor ?? null
      },
      get endCursor() {
        return (request.fromEnd ? undefined : stop) ?? edges.at(-1)?.cursor ?? null
      },
    },
    count,
  }
}

/** An item of a page. Its cursor is made when it is asked for, which it is not for most. */
class Edge<T> {
  readonly node: T
  readonly #keyOf: (node: T) => number
  readonly #cursorOf: (key: number) => string

  constructor(node: T, keyOf: (node: T) => number, cursorOf: (key: number) => string) {
    this.node = node
    this.#keyOf = keyOf
    this.#cursorOf = cursorOf
  }

  get cursor(): string {
    return this.#cursorOf(this.#keyOf(this.node))
  }
}

/** A page without items, of a list that does not exist. */
export function emptyPage<T>(height: number): Page<T> {
  const request = {
    list: '',
    height,
    limit: 0,
    backward: false,
    after: undefined,
    before: undefined,
    fromEnd: false,
  }
  return makePage<T>(
    request,
    [],
    () => 0,
    () => 0,
  )
}
