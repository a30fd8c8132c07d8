import { describe, expect, it } from 'vitest'
import { type Faults, NO_FAULTS, Simulation } from '../support/simulation/simulator.ts'

const SEEDS = Number(process.env.SEEDS ?? 12)
const FIRST = Number(process.env.SEED ?? 1)
const FAULTY: Faults = {
  drop: 0.1,
  duplicate: 0.1,
  maxDelayMs: 800,
  crash: 0.02,
  partition: 0.05,
  maxSkewMs: 150,
}

describe('consensus under virtual time', () => {
  it.each([1, 2, 3, 4, 5, 7])('%i validators without faults finalise a block every era', (n) => {
    const simulation = new Simulation(n, 1, NO_FAULTS)
    simulation.run(61_000)
    for (const height of simulation.heights()) expect(height).toBeGreaterThanOrEqual(29)
  })

  it.each([1, 2, 3, 4, 5, 7])('%i validators stay safe under faults, and go on once they end', (n) => {
    for (let seed = FIRST; seed < FIRST + SEEDS; seed++) {
      const simulation = new Simulation(n, seed * 1_000 + n, FAULTY)
      simulation.run(60_000)
      simulation.heal()
      // Views may have grown long timers; they shrink with the first final block.
      simulation.run(240_000)
      const before = Math.max(...simulation.heights())
      simulation.run(300_000)
      for (const height of simulation.heights())
        expect(height, `n ${n} seed ${seed}`).toBeGreaterThanOrEqual(before + 20)
    }
  })

  it('gives the same trace for the same seed, and another for another', () => {
    const trace = (seed: number) => {
      const simulation = new Simulation(4, seed, FAULTY)
      simulation.run(30_000)
      return simulation.traceHash()
    }
    expect(trace(5)).toBe(trace(5))
    expect(trace(5)).not.toBe(trace(6))
  })
})
