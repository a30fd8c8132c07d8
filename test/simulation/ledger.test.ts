import { describe, expect, test } from 'vitest'
import { LEDGER_SEEDS, runSeed, SIGNED_SEEDS } from '../support/simulation/seed.ts'

const SEEDS = 100
const SEEDS_PER_TEST = 10
const SIGNED = 4

describe('validators with the real pool and ledger keep every unit under faults', () => {
  const starts = Array.from({ length: SEEDS / SEEDS_PER_TEST }, (_, i) => LEDGER_SEEDS + i * SEEDS_PER_TEST)
  test.each(starts)('with cheap signatures, from seed %i', (start) => {
    for (let i = 0; i < SEEDS_PER_TEST; i++) expect(runSeed(start + i).n).toBeGreaterThan(0)
  })

  test(`in ${SIGNED} seeds with real signatures and hashes, the same each time`, () => {
    const hashes = Array.from({ length: SIGNED }, (_, i) => runSeed(SIGNED_SEEDS + i).traceHash)
    expect(runSeed(SIGNED_SEEDS).traceHash).toBe(hashes[0])
  })
})
