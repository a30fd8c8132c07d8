import { expect, it } from 'vitest'
import { BlockCache, MAX_BLOCK_BYTES } from '../../../src/api/request/block-cache.ts'
import type { BlockRow } from '../../../src/storage/reads/blocks.ts'

const row = (height: number) => ({ header: { height }, certificate: new Uint8Array(1_000) }) as BlockRow

it('reads a block once, and one that is not there each time', async () => {
  const cache = new BlockCache()
  const reads: (readonly number[])[] = []
  const read = async (heights: readonly number[]) => {
    reads.push(heights)
    return heights.filter((height) => height < 10).map(row)
  }
  expect(await cache.blocks([1, 2, 99], read)).toEqual([row(1), row(2)])
  expect(await cache.blocks([2, 3, 99], read)).toEqual([row(2), row(3)])
  expect(await cache.blocks([1, 3], read)).toEqual([row(1), row(3)])
  expect(reads).toEqual([
    [1, 2, 99],
    [3, 99],
  ])
})

it(`keeps at most ${MAX_BLOCK_BYTES / 2 ** 20} MiB of blocks`, async () => {
  const cache = new BlockCache()
  const heights = Array.from({ length: 5_000 }, (_, i) => i)
  await cache.blocks(heights, async (missing) => missing.map(row))
  expect(cache.bytes).toBeLessThanOrEqual(MAX_BLOCK_BYTES)
  expect(cache.bytes).toBeGreaterThan(MAX_BLOCK_BYTES / 2)
})
