import type { BlockModel, ChainModel } from '../request/models.ts'
import { heightRanges, inParts, type Live, type LiveEvent } from './follow.ts'
import { asOf, type LiveContext } from './shared-live.ts'
import { startAfter } from './start.ts'

/** Blocks per read from storage. */
const PAGE = 100

/** The chain now, then after every final block. */
export async function liveChain(context: LiveContext): Promise<Live<ChainModel>> {
  const start = await context.snapshot.height()
  return async function* (signal) {
    yield [chainAt(start)]
    for await (const { above, upTo } of heightRanges(context.services.heights, start, signal)) {
      for (let height = above + 1; height <= upTo; height++) yield [chainAt(height)]
    }
  }
}

const chainAt = (height: number) => ({ height, value: { height }, name: `${height}` })

/** Blocks above `after`, or above the newest one. */
export async function liveBlocks(
  context: LiveContext,
  after: bigint | null | undefined,
): Promise<Live<BlockModel>> {
  const start = await startAfter(context, after)
  return async function* (signal) {
    for await (const { above, upTo } of heightRanges(context.services.heights, start, signal)) {
      for (let low = above + 1; low <= upTo; low += PAGE) {
        const loaders = await asOf(context, upTo).snapshot.loaders()
        const heights = Array.from({ length: Math.min(PAGE, upTo - low + 1) }, (_, i) => low + i)
        const blocks = await Promise.all(heights.map((height) => loaders.block(height)))
        yield* inParts(blocks, eventOf)
      }
    }
  }
}

function eventOf(block: BlockModel): LiveEvent<BlockModel> {
  const { height } = block.header
  return { height, value: block, name: `${height}` }
}
