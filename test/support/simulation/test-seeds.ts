import { describe, expect, it } from 'vitest'
import { runSeed } from './seed.ts'

/** Number of seeds that the two test files run together, in parallel. */
const SEEDS = Number(process.env.SEEDS ?? 1_000)
const SEEDS_PER_TEST = 25

/** Declares tests of every second seed, from `first` on. `npm run simulate -- --seed N` prints the events of one. */
export function testSeeds(first: number): void {
  describe(`validators stay safe under the faults of ${SEEDS / 2} seeds, and go on once they end`, () => {
    const starts = Array.from(
      { length: Math.ceil(SEEDS / 2 / SEEDS_PER_TEST) },
      (_, i) => first + 2 * i * SEEDS_PER_TEST,
    )
    it.each(starts)('from seed %i', (start) => {
      for (let i = 0; i < SEEDS_PER_TEST; i++) expect(runSeed(start + 2 * i).n).toBeGreaterThan(0)
    })
  })
}
