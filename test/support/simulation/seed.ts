import { MISBEHAVIORS } from './byzantine.ts'
import type { FaultCounts, Faults } from './faults.ts'
import { CHEAP, LedgerContents, REAL } from './ledger-contents.ts'
import { Random } from './random.ts'
import { type Options, Simulation } from './simulation.ts'

/** Numbers of validators; a wrong quorum, for one, shows at 5 and 7 only. */
const SIZES = [1, 2, 3, 4, 5, 7, 10, 4, 5, 7]
const FAULTS_MS = 60_000
const HEALING_MS = 60_000
const MAX_HEALING_MINUTES = 3
/** After healing every node must get so much further. */
const PROGRESS_BLOCKS = 10

/** Seeds from here on move real things through the real pool and ledger; those further on sign and name them really, too. */
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

/** What a seed did. */
export interface SeedResult {
  n: number
  struck: FaultCounts
  accusations: number
  traceHash: string
}

/**
 * A minute of faults and a minute without, all of it decided by the seed: how many validators, who of them is faulty and how, what goes wrong and when.
 * @throws Error at the first breach of what consensus promises, with the place
 */
export function runSeed(seed: number, tell?: (line: string) => void): SeedResult {
  const random = new Random(seed ^ 0x5eed)
  const n = SIZES[seed % SIZES.length]!
  const faults = mixture(random)
  const faulty = random.chance(0.25) ? 0 : Math.floor((n - 1) / 3)
  const how = random.next()
  const [twins, lost] = how < 0.2 ? [faulty, 0] : how < 0.4 ? [0, faulty] : [0, 0]
  const kinds = how < 0.4 ? [] : Array.from({ length: faulty }, () => misbehavior(random))
  const misbehaviors = kinds.map((kind) => MISBEHAVIORS[kind]())
  const options: Options = { twins, misbehaviors, doomed: lost, ...(tell === undefined ? {} : { tell }) }
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
  // Views that were waited for in vain wait longer each time; the last one may have begun just before all was well.
  for (
    let minutes = 1;
    minutes === 1 || (behind() !== undefined && minutes <= MAX_HEALING_MINUTES);
    minutes++
  )
    simulation.run(FAULTS_MS + minutes * HEALING_MS)
  if (behind() !== undefined) {
    if (!simulation.isBeyond)
      throw new Error(
        `a node is at height ${behind()}, ${MAX_HEALING_MINUTES} minutes after ${before} (n ${n}, SEED=${seed})`,
      )
    simulation.strike('standstill with more than f faulty')
  }
  const { struck, accusations } = simulation
  return { n, struck, accusations, traceHash: simulation.traceHash() }
}

/** Some faults absent, others up to their worst. */
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
