import { MISBEHAVIORS } from './byzantine.ts'
import type { FaultCounts, Faults } from './faults.ts'
import { CHEAP, LedgerContents, REAL } from './ledger-contents.ts'
import { Random } from './random.ts'
import { type Options, Simulation } from './simulation.ts'

/** Numbers of validators. Some bugs show only at certain sizes: a wrong quorum at 5 and 7. */
const SIZES = [1, 2, 3, 4, 5, 7, 10, 4, 5, 7, 6]
const FAULTS_MS = 60_000
const HEALING_MS = 60_000
const MAX_HEALING_MINUTES = 3
/** Blocks that every node must gain after healing. */
const PROGRESS_BLOCKS = 10

/** Seeds from LEDGER_SEEDS on use the real pool and ledger; those from SIGNED_SEEDS on also real signatures and hashes. */
export const LEDGER_SEEDS = 1_000_000
export const SIGNED_SEEDS = 2_000_000

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
  clockJump: 0.01,
  diskLoss: 0.05,
  slow: 0.1,
}

/** The result of a seed. `struck`: its faults by kind. */
export interface SeedResult {
  n: number
  struck: FaultCounts
  accusations: number
  traceHash: string
}

/**
 * Simulates a minute with faults and then one to three minutes without. The seed decides everything: the number of validators, which are
 * faulty and how, and which faults happen when.
 * @param log gets a line per event
 * @throws Error at the first breach of an invariant, or without progress after healing; it names the seed and the virtual time
 */
export function runSeed(seed: number, log?: (line: string) => void): SeedResult {
  const random = new Random(seed ^ 0x5eed)
  const n = SIZES[seed % SIZES.length]!
  const faults = mixture(random)
  const faulty = random.chance(0.25) ? 0 : Math.floor((n - 1) / 3)
  const how = random.next()
  const [twins, lost] = how < 0.2 ? [faulty, 0] : how < 0.4 ? [0, faulty] : [0, 0]
  const kinds = how < 0.4 ? [] : Array.from({ length: faulty }, () => misbehavior(random))
  const misbehaviors = kinds.map((kind) => MISBEHAVIORS[kind]())
  const options: Options = { twins, misbehaviors, doomed: lost, ...(log === undefined ? {} : { log }) }
  if (seed >= LEDGER_SEEDS) {
    const crypto = seed >= SIGNED_SEEDS ? REAL : CHEAP
    options.contents = (disk, drawn) => new LedgerContents(disk, crypto, drawn)
  }
  const simulation = new Simulation(n, seed, faults, options)
  for (const kind of kinds) simulation.strike(kind)
  if (twins > 0) simulation.strike('twins')
  simulation.run(FAULTS_MS / 2)
  for (const machine of simulation.machines.slice(0, lost)) {
    simulation.strike('lost for good')
    simulation.lose(machine)
  }
  simulation.run(FAULTS_MS)
  const before = Math.max(...simulation.heights())
  simulation.heal({ silently: seed % 2 === 0 })
  const behind = () => simulation.heights().find((height) => height < before + PROGRESS_BLOCKS)
  // Each view without a block waits longer than the one before, so progress may take minutes if one began just before healing.
  for (
    let minutes = 1;
    minutes === 1 || (behind() !== undefined && minutes <= MAX_HEALING_MINUTES);
    minutes++
  )
    simulation.run(FAULTS_MS + minutes * HEALING_MS)
  if (behind() !== undefined) {
    if (!simulation.exceedsTolerance)
      throw new Error(
        `a node is at height ${behind()}, ${MAX_HEALING_MINUTES} minutes after ${before} (n ${n}, SEED=${seed})`,
      )
    simulation.strike('standstill with more than f faulty')
  }
  const { struck, accusations } = simulation
  return { n, struck, accusations, traceHash: simulation.traceHash() }
}

/** A random mixture of faults: each is absent, or up to as likely as in HARSH. */
function mixture(random: Random): Faults {
  const part = () => (random.chance(0.3) ? 0 : random.next())
  const worst = Object.entries(HARSH).map(([name, value]) => [name, part() * value])
  const faults = Object.fromEntries(worst) as Faults
  return { ...faults, maxDelayMs: Math.ceil(faults.maxDelayMs) + 5, maxSkewMs: Math.floor(faults.maxSkewMs) }
}

function misbehavior(random: Random): keyof typeof MISBEHAVIORS {
  const kinds = Object.keys(MISBEHAVIORS) as (keyof typeof MISBEHAVIORS)[]
  return kinds[random.below(kinds.length)]!
}
