import { describe, expect, it } from 'vitest'
import { runSeed } from '../support/simulation/seed.ts'
import { Simulation } from '../support/simulation/simulation.ts'

describe('consensus in virtual time', () => {
  it.each([1, 2, 3, 4, 5, 7, 10])('%i validators without faults finalize a block every era', (n) => {
    const simulation = new Simulation(n, 1)
    simulation.run(61_000)
    for (const height of simulation.heights()) expect(height).toBeGreaterThanOrEqual(29)
  })

  it('gives the same trace for the same seed, and different traces for different seeds', () => {
    expect(runSeed(5)).toEqual(runSeed(5))
    expect(runSeed(5).traceHash).not.toBe(runSeed(15).traceHash)
  })

  it('injects every kind of fault', () => {
    const kinds = new Set<string>()
    for (let seed = 1; seed <= 150; seed++)
      for (const kind of Object.keys(runSeed(seed).struck)) kinds.add(kind)
    expect([...kinds].sort()).toMatchInlineSnapshot(`
      [
        "all lost",
        "altered bodies",
        "backdated era",
        "clock jump",
        "crash",
        "crash of all",
        "crash with 0 of 1 writes done",
        "crash with 0 of 2 writes done",
        "crash with 1 of 1 writes done",
        "crash with 1 of 2 writes done",
        "crash with 2 of 2 writes done",
        "database lost",
        "forged certificates",
        "forged escorts",
        "late proposals",
        "lost for good",
        "message dropped",
        "message duplicated",
        "old backup",
        "one-way partition",
        "partition",
        "replayed messages",
        "selective sending",
        "slow node",
        "stale parent",
        "twins",
        "two proposals",
        "votes for everything",
      ]
    `)
  }, 300_000)
})
