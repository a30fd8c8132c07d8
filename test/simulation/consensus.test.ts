import { describe, expect, it } from 'vitest'
import type { Faults } from '../support/simulation/faults.ts'
import { Random } from '../support/simulation/random.ts'
import { Simulation } from '../support/simulation/simulation.ts'

/** `SEED=7` replays one seed and tells its story; `SEEDS=1000` runs more. */
const FIRST = Number(process.env.SEED ?? 1)
const SEEDS = process.env.SEED === undefined ? Number(process.env.SEEDS ?? 16) : 1
const SIZES = [1, 2, 3, 4, 5, 7]
const FAULTS_MS = 60_000
const HEALING_MS = 120_000

const HARSH: Faults = {
  drop: 0.1,
  duplicate: 0.1,
  maxDelayMs: 800,
  crash: 0.02,
  crashAll: 0.01,
  crashAtPersist: 0.02,
  crashAtCommit: 0.05,
  partition: 0.1,
  maxSkewMs: 100,
}

/** Every seed its own mixture: some faults absent, others up to their worst. */
function mixture(seed: number): Faults {
  const random = new Random(seed ^ 0x5eed)
  const part = () => (random.chance(0.3) ? 0 : random.next())
  const worst = Object.entries(HARSH).map(([name, value]) => [name, part() * value])
  const faults = Object.fromEntries(worst) as Faults
  return {
    ...faults,
    maxDelayMs: Math.ceil(faults.maxDelayMs) + 5,
    maxSkewMs: Math.floor(faults.maxSkewMs),
  }
}

describe('consensus in virtual time', () => {
  it.each(SIZES)('%i validators without faults finalise a block every era', (n) => {
    const simulation = new Simulation(n, 1)
    simulation.run(61_000)
    for (const height of simulation.heights()) expect(height).toBeGreaterThanOrEqual(29)
  })

  it.each(SIZES)('%i validators stay safe under faults, and go on once they end', (n) => {
    for (let seed = FIRST; seed < FIRST + SEEDS; seed++) {
      const tell = process.env.SEED === undefined ? {} : { tell: (line: string) => console.log(line) }
      // In one seed of three the faulty run twice with one key, in another they never come back.
      const faulty = Math.floor((n - 1) / 3)
      const twins = seed % 3 === 1 ? faulty : 0
      const lost = seed % 3 === 0 ? faulty : 0
      const simulation = new Simulation(n, seed * 1_000 + n, mixture(seed), { ...tell, twins })
      simulation.run(FAULTS_MS / 2)
      for (const machine of simulation.machines.slice(0, lost)) simulation.lose(machine)
      simulation.run(FAULTS_MS)
      const before = Math.max(...simulation.heights())
      simulation.heal({ silently: seed % 2 === 0 })
      simulation.run(FAULTS_MS + HEALING_MS)
      for (const height of simulation.heights())
        expect(height, `n ${n} SEED=${seed}`).toBeGreaterThanOrEqual(before + 10)
    }
  })

  it('gives the same trace for the same seed, and another for another', () => {
    const trace = (seed: number) => {
      const simulation = new Simulation(4, seed, HARSH)
      simulation.run(30_000)
      return simulation.traceHash()
    }
    expect(trace(5)).toBe(trace(5))
    expect(trace(5)).not.toBe(trace(6))
  })
})
