import { describe, expect, test } from 'vitest'
import { LEDGER_SEEDS, runSeed, SIGNED_SEEDS } from '../support/simulation/seed.ts'

const SEEDS = 100
const SIGNED = 4

describe('validators with the real pool and ledger keep every unit under faults', () => {
  test(`in ${SEEDS} seeds with cheap signatures`, () => {
    for (let i = 0; i < SEEDS; i++) expect(runSeed(LEDGER_SEEDS + i).n).toBeGreaterThan(0)
  }, 120_000)

  test(`in ${SIGNED} seeds with real signatures and hashes, the same each time`, () => {
    const hashes = Array.from({ length: SIGNED }, (_, i) => runSeed(SIGNED_SEEDS + i).traceHash)
    expect(runSeed(SIGNED_SEEDS).traceHash).toBe(hashes[0])
  }, 120_000)
})
