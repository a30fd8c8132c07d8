import { describe, expect, it } from 'vitest'
import type { Message } from '../../src/consensus/types.ts'
import { MISBEHAVIORS } from '../support/simulation/byzantine.ts'
import { NO_FAULTS } from '../support/simulation/faults.ts'
import { CORE_SCENARIOS } from '../support/simulation/scenarios.ts'
import { Simulation } from '../support/simulation/simulation.ts'

const isVote = (message: Message, kind: string, view: number) =>
  message.type === 'vote' && message.vote.kind === kind && message.vote.view === view
const isProposal = (message: Message, view: number) =>
  message.type === 'proposal' && message.proposal.header.view === view
/** Heals the network, runs it for a minute, and expects every node to have at least `blocks` more. */
function expectProgress(simulation: Simulation, blocks = 10): void {
  const before = Math.max(...simulation.heights())
  simulation.heal()
  simulation.run(simulation.schedule.nowMs + 60_000)
  for (const height of simulation.heights()) expect(height).toBeGreaterThanOrEqual(before + blocks)
}

/** Exact scenarios, some of which broke other implementations. */
describe('consensus survives', () => {
  it('a late proposal that reaches half of the validators before their skip vote, half after it', () => {
    const simulation = new Simulation(4, 1, NO_FAULTS, {
      delayMs: (_, to, message) => (isProposal(message, 1) && to >= 2 ? 3_000 : undefined),
    })
    simulation.run(30_000)
    for (const height of simulation.heights()) expect(height).toBeGreaterThanOrEqual(12)
  })

  it('a crash of all after a notarization and finalize votes, one of the notarizers never coming back', () => {
    let silent = true
    // View 1: validators 0, 1 and 2 notarize; 3 hears nothing of it and votes to skip. No finalize vote arrives.
    const simulation = new Simulation(4, 1, NO_FAULTS, {
      delayMs: (_, to, message) => {
        const isHidden = to === 3 && (isProposal(message, 1) || isVote(message, 'notarize', 1))
        return silent && (isHidden || isVote(message, 'finalize', 1)) ? Infinity : undefined
      },
    })
    const kinds = (index: number) =>
      simulation.machines[index]!.disk.stored.votes.filter(({ view }) => view === 1).map(({ kind }) => kind)
    while (!kinds(3).includes('skip') && simulation.schedule.nowMs < 10_000)
      simulation.run(simulation.schedule.nowMs + 10)
    for (const index of [0, 1, 2]) expect(kinds(index)).toEqual(['notarize', 'finalize'])
    expect(kinds(3)).toEqual(['skip'])
    for (const machine of simulation.machines) simulation.crash(machine)
    simulation.lose(simulation.machines[0]!)
    silent = false
    expectProgress(simulation)
  })

  it('a crash of all validators at any instant of a view', () => {
    for (let atMs = 2_000; atMs < 2_200; atMs += 3) {
      const simulation = new Simulation(3, 1)
      simulation.run(atMs)
      for (const machine of simulation.machines) simulation.crash(machine)
      expectProgress(simulation)
    }
  })

  it('an hour with all validators off: the missed eras get no blocks', () => {
    const simulation = new Simulation(4, 1)
    simulation.run(10_000)
    for (const machine of simulation.machines) machine.crash()
    simulation.run(3_600_000)
    expectProgress(simulation)
    const { height, era } = simulation.machines[0]!.disk.tip
    expect(era).toBeGreaterThan(1_800)
    expect(height).toBeLessThan(50)
  })

  it('a validator that was off for hundreds of views', () => {
    const simulation = new Simulation(4, 1)
    simulation.run(4_000)
    simulation.machines[3]!.crash()
    simulation.run(600_000)
    expectProgress(simulation)
  })
})

it.each(Object.entries(CORE_SCENARIOS))('%s', (_, run) => run())

describe('consensus survives validators that', () => {
  it('are off: only the eras they lead are lost', () => {
    const simulation = new Simulation(4, 1)
    simulation.lose(simulation.machines[1]!)
    simulation.run(60_000)
    for (const height of simulation.heights()) expect(height).toBeGreaterThanOrEqual(20)
  })

  it('run twice with one key: the equivocation is reported', () => {
    const simulation = new Simulation(4, 1, NO_FAULTS, { twins: 1 })
    simulation.run(60_000)
    for (const height of simulation.heights()) expect(height).toBeGreaterThanOrEqual(20)
    expect(simulation.accusations).toBeGreaterThan(0)
  })

  it('have clocks that differ by half a second', () => {
    const simulation = new Simulation(4, 7, { ...NO_FAULTS, maxSkewMs: 500 })
    simulation.run(60_000)
    for (const height of simulation.heights()) expect(height).toBeGreaterThanOrEqual(25)
  })

  it.each(Object.entries(MISBEHAVIORS))('are Byzantine, one of four: %s', (_, misbehave) => {
    const simulation = new Simulation(
      4,
      1,
      { ...NO_FAULTS, drop: 0.02, maxDelayMs: 200 },
      { misbehaviors: [misbehave()] },
    )
    simulation.run(120_000)
    for (const height of simulation.heights()) expect(height).toBeGreaterThanOrEqual(20)
  })
})

describe('consensus survives the loss of', () => {
  it('two databases in the middle of a view: the signer files still hold what was signed', () => {
    for (let atMs = 4_000; atMs < 4_120; atMs += 10) {
      const simulation = new Simulation(4, 1)
      simulation.run(atMs)
      for (const index of [1, 2]) {
        const machine = simulation.machines[index]!
        machine.crash()
        machine.loseDisk('database lost')
        machine.boot()
        simulation.run(simulation.schedule.nowMs + 500)
      }
      expectProgress(simulation)
    }
  })

  it('a database and its signer file: the validator follows without signing until recovery allows it', () => {
    const simulation = new Simulation(4, 1)
    simulation.run(10_050)
    const machine = simulation.machines[1]!
    machine.crash()
    machine.loseDisk('all lost')
    machine.boot()
    expect(machine.isRecovering).toBe(true)
    expectProgress(simulation)
    expect(machine.isRecovering).toBe(false)
    expect(machine.isHarmed).toBe(false)
  })
})
