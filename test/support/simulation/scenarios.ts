import type { Message } from '../../../src/consensus/types.ts'
import { NO_FAULTS } from './faults.ts'
import { Simulation } from './simulation.ts'

const isVote = (message: Message, kind: string, view: number): boolean =>
  message.type === 'vote' && message.vote.kind === kind && message.vote.view === view
const isProposal = (message: Message, view: number): boolean =>
  message.type === 'proposal' && message.proposal.header.view === view

/** Bound on how long, in virtual time, a scenario waits for a vote. */
const PATIENCE_MS = 20_000

/** Runs until a validator has cast a vote in view 1. */
function runUntilCast(simulation: Simulation, index: number, kind: string): void {
  const { disk } = simulation.machines[index]!
  const hasCast = () => disk.stored.votes.some((vote) => vote.view === 1 && vote.kind === kind)
  while (!hasCast()) {
    if (simulation.schedule.nowMs > PATIENCE_MS) throw new Error(`validator ${index} casts no ${kind} vote`)
    simulation.run(simulation.schedule.nowMs + 10)
  }
}

/** Heals the network, and runs it for a minute, in which every validator must add blocks. */
function expectBlocks(simulation: Simulation): void {
  const before = Math.max(...simulation.heights())
  simulation.heal()
  simulation.run(simulation.schedule.nowMs + 60_000)
  if (Math.min(...simulation.heights()) < before + 10) throw new Error('no progress after healing')
}

/**
 * A validator that voted finalize loses its database, and with it the certificate by which it left the view, and hears of nobody. Its time in the view runs
 * out, and only signer.json knows that it must not skip.
 */
function skipAfterFinalize(): void {
  let isAlone = false
  const simulation = new Simulation(4, 1, NO_FAULTS, {
    delayMs: (_, to, message) =>
      (isAlone && to === 1) || isVote(message, 'finalize', 1) ? Infinity : undefined,
  })
  runUntilCast(simulation, 1, 'finalize')
  const machine = simulation.machines[1]!
  machine.crash()
  machine.loseDisk('database lost')
  isAlone = true
  machine.boot()
  simulation.run(simulation.schedule.nowMs + 20_000)
  isAlone = false
  expectBlocks(simulation)
}

/**
 * Where every vote is needed, a validator that heard no proposal votes skip, and loses database and signer.json. The others have seen the vote, but cannot
 * leave the view; the validator must take the vote back before it hears the proposal.
 */
function voteTakenBack(): void {
  let isHidden = true
  const simulation = new Simulation(3, 1, NO_FAULTS, {
    delayMs: (from, to, message) => {
      const isLate = to === 2 ? isProposal(message, 1) : from !== 2 && isVote(message, 'skip', 1)
      return isHidden && isLate ? Infinity : undefined
    },
  })
  runUntilCast(simulation, 2, 'skip')
  simulation.run(simulation.schedule.nowMs + 100)
  const machine = simulation.machines[2]!
  machine.crash()
  machine.loseDisk('all lost')
  isHidden = false
  machine.boot()
  expectBlocks(simulation)
}

/** A proposal that takes most of the time that a view has is voted for: nobody skips before. */
function slowProposal(): void {
  const simulation = new Simulation(4, 1, NO_FAULTS, {
    delayMs: (_, __, message) => (isProposal(message, 1) ? 600 : undefined),
  })
  runUntilCast(simulation, 0, 'notarize')
  simulation.run(simulation.schedule.nowMs + 1_000)
  for (const { disk, index } of simulation.machines)
    if (disk.blocks[0]?.header.view !== 1) throw new Error(`validator ${index} left view 1 without its block`)
}

/** Exact scenarios of the consensus core that seeds meet too seldom, by what must hold. Each throws an Error if it does not. */
export const CORE_SCENARIOS = {
  'a finalize vote that only signer.json knows of excludes a skip vote': skipAfterFinalize,
  'a vote that only the others know of excludes others': voteTakenBack,
  'a slow proposal is waited for': slowProposal,
} as const
