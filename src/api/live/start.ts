import { RejectionError, reject } from '../../ledger/rejection.ts'
import { decodeNumberCursor } from '../connections/cursor.ts'
import { coordinate } from '../input/parse.ts'
import type { ApiContext } from '../request/context.ts'

/** Milliseconds that a subscription waits for a block that another server knows already, because this one reads from a replica. */
const CATCH_UP_MS = 5_000
/** Blocks that it waits for at most. */
const MAX_CATCH_UP = 64

/**
 * The height that a subscription continues from: `after`, or the newest final one.
 * @throws RejectionError HEIGHT_TOO_HIGH if `after` is above it, REPLAY_TOO_LONG if more blocks follow it than are replayed
 */
export async function startAfter(context: ApiContext, after: bigint | null | undefined): Promise<number> {
  if (after == null) return context.snapshot.height()
  const height = coordinate(after)
  const newest = await newestOnce(context, height)
  if (height > newest) throw new RejectionError(reject('HEIGHT_TOO_HIGH', { height: after, newest }))
  checkReplay('blocks', newest - height, context.services.limits.replayBlocks)
  return height
}

/** The cursor that a subscription continues from. @throws RejectionError BAD_CURSOR */
export async function startAfterCursor(
  context: ApiContext,
  list: string,
  after: string,
): Promise<{ height: number; key: number }> {
  const { height } = decodeNumberCursor(list, after, Number.MAX_SAFE_INTEGER)
  return decodeNumberCursor(list, after, await newestOnce(context, height))
}

/** The newest final height, once it is at least `height`; sooner if that is too far or takes too long. */
async function newestOnce(context: ApiContext, height: number): Promise<number> {
  const newest = await context.snapshot.height()
  if (height <= newest || height > newest + MAX_CATCH_UP) return newest
  const waiting = AbortSignal.timeout(CATCH_UP_MS)
  return (await context.services.heights.above(height - 1, waiting)) ?? newest
}

/** @throws RejectionError REPLAY_TOO_LONG if a subscription would replay more of something than the server allows */
export function checkReplay(what: 'blocks' | 'records' | 'batches', behind: number, max: number): void {
  if (behind > max) throw new RejectionError(reject('REPLAY_TOO_LONG', { what, behind, max }))
}
