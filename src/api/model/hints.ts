import { type GraphQLResolveInfo, responsePathAsArray } from 'graphql'
import { type RejectionCode, RejectionError } from '../../ledger/rejection.ts'
import type { Loaders } from '../request/loaders.ts'

/** Codes that say that what a query names does not exist. */
const UNKNOWN: ReadonlySet<RejectionCode> = new Set(['UNKNOWN_ASSET', 'NOT_FOUND'])
/** Hints per answer. */
const MAX_HINTS = 16

/**
 * Reads, or answers `otherwise` if what the query names does not exist; a hint in the answer's extensions then says what.
 * Only for root fields. An error would also take away the other fields of the answer.
 */
export async function orHint<T, U>(
  loaders: Loaders,
  { path }: Pick<GraphQLResolveInfo, 'path'>,
  read: () => Promise<T>,
  otherwise: U,
): Promise<T | U> {
  try {
    return await read()
  } catch (error) {
    if (!(error instanceof RejectionError) || !UNKNOWN.has(error.rejection.code)) throw error
    if (loaders.hints.length < MAX_HINTS)
      loaders.hints.push({ path: [...responsePathAsArray(path)], ...error.rejection })
    return otherwise
  }
}
