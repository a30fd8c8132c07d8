import { describe, expect, it } from 'vitest'
import { runNodeSeed } from './nodes/node-seed.ts'
import { runSeed } from './seed.ts'

/** Number of seeds that the two test files run together, in parallel. */
const SEEDS = Number(process.env.SEEDS ?? 1_000)
/** The same, of whole nodes. */
const NODE_SEEDS = Number(process.env.NODE_SEEDS ?? 100)
const SEEDS_PER_TEST = 25
/** Half of the seeds strikes with every kind of fault that is drawn, if there are as many as by default. */
const SEEDS_OF_EVERY_KIND = 1_000
const KINDS = [
  'all lost',
  'altered bodies',
  'backdated era',
  'clock jump',
  'crash',
  'crash of all',
  'crash with 0 of 1 writes done',
  'crash with 0 of 2 writes done',
  'crash with 1 of 1 writes done',
  'crash with 1 of 2 writes done',
  'crash with 2 of 2 writes done',
  'database lost',
  'forged certificates',
  'forged escorts',
  'late proposals',
  'lost for good',
  'message dropped',
  'message duplicated',
  'old backup',
  'one-way partition',
  'partition',
  'replayed messages',
  'selective sending',
  'slow node',
  'stale parent',
  'twins',
  'two proposals',
  'votes for everything',
]
/** No fault: what more faults than a network tolerates may bring about. */
const STANDSTILL = 'standstill with more than f faulty'

/** Declares tests of every second seed, from `first` on. `npm run simulate -- --seed N` prints the events of one. */
export function testSeeds(first: number): void {
  describe(`validators stay safe under the faults of ${SEEDS / 2} seeds, and go on once they end`, () => {
    const kinds = new Set<string>()
    it.each(startsOf(SEEDS, first))('from seed %i', (start) => {
      for (let i = 0; i < SEEDS_PER_TEST; i++) {
        const { n, struck } = runSeed(start + 2 * i)
        expect(n).toBeGreaterThan(0)
        for (const kind of Object.keys(struck)) kinds.add(kind)
      }
    })
    if (SEEDS >= SEEDS_OF_EVERY_KIND)
      it('with every kind of fault', () => {
        kinds.delete(STANDSTILL)
        expect([...kinds].sort()).toEqual(KINDS)
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
