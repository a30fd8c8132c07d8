import { RejectionError, reject } from '../../ledger/rejection.ts'
import { coordinate } from '../input/parse.ts'
import type { ApiContext } from '../request/context.ts'

/**
 * The height that a subscription continues from: `after`, or the newest final one.
 * @throws RejectionError HEIGHT_TOO_HIGH if `after` is above it
 */
export async function startAfter(context: ApiContext, after: bigint | null | undefined): Promise<number> {
  const newest = await context.snapshot.height()
  if (after == null) return newest
  const height = coordinate(after)
  if (height > newest) throw new RejectionError(reject('HEIGHT_TOO_HIGH', { height: after, newest }))
  return height
}
