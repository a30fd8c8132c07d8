import { BoundedCache } from '../../storage/bounded-cache.ts'
import type { BlockRow } from '../../storage/reads/blocks.ts'

/** Bytes of all blocks that are kept. */
export const MAX_BLOCK_BYTES = 8 * 1024 * 1024
/** What an entry takes beside its certificate, rounded up. */
const ENTRY_BYTES = 2_048

/** Keeps decoded blocks, which never change. */
export class BlockCache {
  readonly #known = new BoundedCache<number, BlockRow>(MAX_BLOCK_BYTES)

  /** What the kept blocks take, estimated; at most MAX_BLOCK_BYTES. */
  get bytes(): number {
    return this.#known.size
  }

  /** The final blocks at these heights, in no order; `read` finds those that are not kept. */
  async blocks(
    heights: readonly number[],
    read: (missing: readonly number[]) => Promise<BlockRow[]>,
  ): Promise<BlockRow[]> {
    const kept = heights.flatMap((height) => this.#known.get(height) ?? [])
    if (kept.length === heights.length) return kept
    const found = new Set(kept.map(({ header }) => header.height))
    const rows = await read(heights.filter((height) => !found.has(height)))
    for (const row of rows)
      this.#known.set(row.header.height, row, ENTRY_BYTES + (row.certificate?.length ?? 0))
    return [...kept, ...rows]
  }
}
