import { RejectionError, reject } from '../../ledger/rejection.ts'
import { DEFAULT_PAGE_SIZE } from '../limits.ts'
import { decodeNumberCursor, encodeCursor } from './cursor.ts'

/** Arguments of a Relay connection. Those that a field does not declare are absent. */
export interface PageArguments {
  first?: number | null | undefined
  after?: string | null | undefined
  last?: number | null | undefined
  before?: string | null | undefined
}

/** The part of a list to read, as of a block. `after` and `before` are exclusive keys in the list's order. */
export interface PageRequest {
  /** The list's name, for the cursors of this page. */
  list: string
  height: number
  limit: number
  /** True for the last `limit` items before `before`. */
  backward: boolean
  after: number | undefined
  before: number | undefined
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
 * Parses a connection's arguments. A page that continues from a cursor is as of the cursor's block, so that all pages are one snapshot.
 * @throws RejectionError BAD_CURSOR, PAGE_TOO_LARGE, BAD_INPUT (negative, or both `first` and `last`)
 */
export function parsePage(list: string, args: PageArguments, height: number, max: number): PageRequest {
  if (typeof args.first === 'number' && typeof args.last === 'number') {
    throw new RejectionError(
      reject('BAD_INPUT', { argument: 'last', reason: 'give first or last, not both' }),
    )
  }
  const limit = args.first ?? args.last ?? Math.min(DEFAULT_PAGE_SIZE, max)
  if (limit < 0) throw new RejectionError(reject('BAD_INPUT', { argument: 'first', reason: 'negative' }))
  if (limit > max) throw new RejectionError(reject('PAGE_TOO_LARGE', { max, got: limit }))
  const after = args.after ? decodeNumberCursor(list, args.after, height) : undefined
  const before = args.before ? decodeNumberCursor(list, args.before, height) : undefined
  return {
    list,
    height: Math.min(after?.height ?? height, before?.height ?? height),
    limit,
    backward: typeof args.last === 'number',
    after: after?.key,
    before: before?.key,
  }
}

/**
 * Makes a page of the rows that were read for a request: up to `limit + 1` of them in the direction of reading (the last one first when
 * backward). The extra row shows that there are more.
 */
export function makePage<T>(
  request: PageRequest,
  rows: readonly T[],
  keyOf: (row: T) => number,
  count: () => Promise<number | null> | number | null,
): Page<T> {
  const more = rows.length > request.limit
  const shown = rows.slice(0, request.limit)
  if (request.backward) shown.reverse()
  const edges = shown.map((node) => ({
    cursor: encodeCursor(request.list, { height: request.height, key: [keyOf(node)] }),
    node,
  }))
  return {
    height: request.height,
    edges,
    pageInfo: {
      hasNextPage: request.backward ? request.before !== undefined : more,
      hasPreviousPage: request.backward ? more : request.after !== undefined,
      startCursor: edges[0]?.cursor ?? null,
      endCursor: edges.at(-1)?.cursor ?? null,
    },
    count,
  }
}
