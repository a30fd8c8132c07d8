import type { BlockModel, ChainModel } from '../request/models.ts'
import { heightRanges, type LiveEvent } from './follow.ts'
import { asOf, type LiveContext } from './shared-live.ts'
import { startAfter } from './start.ts'

/** Blocks per read from storage. */
const PAGE = 100

/** The chain now, then after every final block. */
export async function liveChain(context: LiveContext) {
  const start = await context.snapshot.height()
  return async function* (signal: AbortSignal): AsyncGenerator<LiveEvent<ChainModel>> {
    yield chainAt(start)
    for await (const { above, upTo } of heightRanges(context.services.heights, start, signal)) {
      for (let height = above + 1; height <= upTo; height++) yield chainAt(height)
    }
  }
}

const chainAt = (height: number) => ({ height, value: { height }, name: `${height}` })

/** Blocks above `after`, or above the newest one. */
export async function liveBlocks(context: LiveContext, after: bigint | null | undefined) {
  const start = await startAfter(context, after)
  return async function* (signal: AbortSignal): AsyncGenerator<LiveEvent<BlockModel>> {
    for await (const { above, upTo } of heightRanges(context.services.heights, start, signal)) {
      for (let low = above + 1; low <= upTo; low += PAGE) {
        const loaders = await asOf(context, upTo).snapshot.loaders()
        const heights = Array.from({ length: Math.min(PAGE, upTo - low + 1) }, (_, i) => low + i)
        for (const block of await Promise.all(heights.map((height) => loaders.block(height)))) {
          const { height } = block.header
          yield { height, value: block, name: `${height}` }
        }
      }
    }
  }
}
