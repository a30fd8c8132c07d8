import { fullBatchCount } from '../../ledger/batch.ts'
import { encodeCursor } from '../connections/cursor.ts'
import { BATCHES } from '../model/batch-lists.ts'
import { nextPosition } from '../model/batches.ts'
import type { BatchModel } from '../request/models.ts'
import { heightRanges, type Live } from './follow.ts'
import { asOf, type LiveContext } from './shared-live.ts'
import { checkReplay, startAfterCursor } from './start.ts'

interface BatchEdge {
  cursor: string
  node: BatchModel
}

/** Full batches after a cursor, or after the newest one, in order of index. */
export async function liveBatches(
  context: LiveContext,
  after: string | null | undefined,
): Promise<Live<BatchEdge>> {
  const newest = await context.snapshot.height()
  const cursor = after ? await startAfterCursor(context, BATCHES, after) : undefined
  if (cursor) {
    const behind = (await fullBatches(context, newest)) - 1 - cursor.key
    checkReplay('batches', behind, context.services.limits.replayRecords)
  }
  const known = cursor ? cursor.key : (await fullBatches(context, newest)) - 1
  return async function* (signal) {
    let last = known
    // After a cursor, the batches that are already full come first.
    for await (const { upTo } of heightRanges(context.services.heights, cursor ? -1 : newest, signal)) {
      const full = await fullBatches(context, upTo)
      while (last + 1 < full) {
        last += 1
        const cursor = encodeCursor(BATCHES, { height: upTo, key: [last] })
        yield [{ height: upTo, value: { cursor, node: { index: last } }, after: cursor, name: cursor }]
      }
    }
  }
}

/** How many batches are full as of a height. */
async function fullBatches(context: LiveContext, height: number): Promise<number> {
  const loaders = await asOf(context, height).snapshot.loaders()
  return fullBatchCount(nextPosition(loaders, await loaders.tip()), context.services.genesis.batchSize)
}
