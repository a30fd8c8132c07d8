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
})
