import { describe, expect, it } from 'vitest'
import { runSeed } from './seed.ts'

/** How many seeds both test files run together, which the test runner starts side by side. */
const SEEDS = Number(process.env.SEEDS ?? 2_000)
const SEEDS_A_TEST = 100

/** Every second seed, from `first` on. `npm run simulate -- --seed N` tells the story of one. */
export function testSeeds(first: number): void {
  describe(`validators stay safe under the faults of ${SEEDS / 2} seeds, and go on once they end`, () => {
    const starts = Array.from(
      { length: Math.ceil(SEEDS / 2 / SEEDS_A_TEST) },
      (_, i) => first + 2 * i * SEEDS_A_TEST,
    )
    it.each(starts)('from seed %i', (start) => {
      for (let i = 0; i < SEEDS_A_TEST; i++) expect(runSeed(start + 2 * i).n).toBeGreaterThan(0)
    })
  })
}
