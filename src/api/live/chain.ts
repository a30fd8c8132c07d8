import type { ApiContext } from '../request/context.ts'
import { atHeight } from '../request/context.ts'
import type { BlockModel, ChainModel } from '../request/models.ts'
import { heightRanges, type LiveEvent } from './follow.ts'
import { startAfter } from './start.ts'

/** Blocks per read from storage. */
const PAGE = 100

/** The chain now, then after every final block. */
export async function liveChain(context: ApiContext) {
  const start = await context.snapshot.height()
  return async function* (signal: AbortSignal): AsyncGenerator<LiveEvent<ChainModel>> {
    yield { height: start, value: { height: start } }
    for await (const { above, upTo } of heightRanges(context.services.heights, start, signal)) {
      for (let height = above + 1; height <= upTo; height++) yield { height, value: { height } }
    }
  }
}

/** Blocks above `after`, or above the newest one. */
export async function liveBlocks(context: ApiContext, after: bigint | null | undefined) {
  const start = await startAfter(context, after)
  return async function* (signal: AbortSignal): AsyncGenerator<LiveEvent<BlockModel>> {
    for await (const { above, upTo } of heightRanges(context.services.heights, start, signal)) {
      for (let low = above + 1; low <= upTo; low += PAGE) {
        const loaders = await atHeight(context, upTo).snapshot.loaders()
        const heights = Array.from({ length: Math.min(PAGE, upTo - low + 1) }, (_, i) => low + i)
        for (const block of await Promise.all(heights.map((height) => loaders.block(height)))) {
          yield { height: block.header.height, value: block }
        }
      }
    }
  }
}
