import { describe, expect, it } from 'vitest'
import { runNodeSeed } from './nodes/node-seed.ts'
import { runSeed } from './seed.ts'

/** Number of seeds that the two test files run together, in parallel. */
const SEEDS = Number(process.env.SEEDS ?? 1_000)
/** The same, of whole nodes. */
const NODE_SEEDS = Number(process.env.NODE_SEEDS ?? 100)
const SEEDS_PER_TEST = 25

/** Declares tests of every second seed, from `first` on. `npm run simulate -- --seed N` prints the events of one. */
export function testSeeds(first: number): void {
  describe(`validators stay safe under the faults of ${SEEDS / 2} seeds, and go on once they end`, () => {
    it.each(startsOf(SEEDS, first))('from seed %i', (start) => {
      for (let i = 0; i < SEEDS_PER_TEST; i++) expect(runSeed(start + 2 * i).n).toBeGreaterThan(0)
    })
  })
}

/** The same for whole nodes. `npm run simulate:nodes -- --seed N` prints the events of one. */
export function testNodeSeeds(first: number): void {
  describe(`whole nodes stay safe under the faults of ${NODE_SEEDS / 2} seeds, and finalize what clients submitted`, () => {
    it.each(startsOf(NODE_SEEDS, first))('from seed %i', async (start) => {
      for (let i = 0; i < SEEDS_PER_TEST; i++)
        expect((await runNodeSeed(start + 2 * i)).height).toBeGreaterThan(0)
    })
  })
}

function startsOf(seeds: number, first: number): number[] {
  return Array.from(
    { length: Math.ceil(seeds / 2 / SEEDS_PER_TEST) },
    (_, i) => first + 2 * i * SEEDS_PER_TEST,
  )
}
