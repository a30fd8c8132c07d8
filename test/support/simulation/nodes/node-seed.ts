import { byzantineTransport, type FaultyPeer } from '../../network/byzantine-transport.ts'
import { PEER_MISBEHAVIORS } from '../../network/misbehaviors.ts'
import { cheapSignature } from '../cheap.ts'
import type { FaultCounts } from '../faults.ts'
import { Random } from '../random.ts'
import { type NodeFaults, NodeWorld, type WorldPlan } from './node-world.ts'
import type { SimNode, WrapTransport } from './sim-node.ts'

/** Validators and observers. */
const SIZES: readonly [validators: number, observers: number][] = [
  [4, 0],
  [1, 0],
  [4, 1],
  [2, 0],
  [3, 0],
  [4, 0],
  [1, 1],
  [5, 0],
  [4, 1],
  [6, 0],
  [7, 0],
]
const ERAS_MS = [400, 1_000, 2_000]
const FAULTS_MS = 4_000
/** Healing ends as soon as all is well, which may take peers their longest waits: a banned peer, a request that nobody answers. */
const MAX_HEALING_MS = 120_000
const LOOK_MS = 500
/** Time between unprovoked acts of a faulty peer. */
const ACT_MS = 500
/** Blocks that every honest node must gain after healing. */
const PROGRESS_BLOCKS = 2

const HARSH: NodeFaults = {
  maxDelayMs: 300,
  crash: 0.05,
  crashAtWrite: 0.01,
  answerLost: 0.01,
  storeAway: 0.05,
  partition: 0.2,
  diskLoss: 0.1,
  maxSkewMs: 100,
  maxCommitMs: 2_000,
}

/** The result of a seed. `struck`: its faults by kind. */
export interface NodeSeedResult {
  height: number
  /** Honest actions that became final on all honest nodes. */
  actions: number
  events: number
  virtualMs: number
  struck: FaultCounts
  traceHash: string
}

/**
 * Runs whole nodes for some seconds with faults and then until all is well again. The seed decides everything.
 * @param log gets a line per event
 * @throws Error at the first breach, or if honest actions are not final after healing; it names the seed and the virtual time
 */
export async function runNodeSeed(seed: number, log?: (line: string) => void): Promise<NodeSeedResult> {
  const world = new NodeWorld(planOf(seed, log))
  await world.run(FAULTS_MS)
  world.heal()
  const before = Math.max(...world.honest.map(({ disk }) => disk.tip.header.height))
  const isWell = () => world.lowestHeight >= before + PROGRESS_BLOCKS && world.clients.waiting.length === 0
  world.clients.stop()
  for (let ms = FAULTS_MS; !isWell() && ms < FAULTS_MS + MAX_HEALING_MS; ) {
    ms += LOOK_MS
    await world.run(ms)
  }
  const { lowestHeight, clients } = world
  if (!isWell())
    world.breach(
      `height ${lowestHeight} after ${before}, and ${clients.waiting.length} actions are not final`,
    )
  await world.run(world.schedule.nowMs)
  world.witness.compare(world.honest.filter(({ disk }) => disk.tip.header.height === lowestHeight))
  await world.run(world.schedule.nowMs)
  return {
    height: lowestHeight,
    actions: clients.accepted.size,
    events: world.events,
    virtualMs: world.schedule.nowMs,
    struck: world.struck,
    traceHash: world.traceHash(),
  }
}

function planOf(seed: number, log: ((line: string) => void) | undefined): WorldPlan {
  const random = new Random(seed ^ 0x40de5)
  const [validators, observers] = SIZES[seed % SIZES.length]!
  const eraMs = ERAS_MS[random.below(ERAS_MS.length)]!
  const faults = mixture(random)
  // The last validators and the last observer are faulty in some seeds; then the network has fewer faults of its own.
  const faulty = new Map<number, WrapTransport>()
  const names = Object.keys(PEER_MISBEHAVIORS)
  const add = (id: number) => {
    const chosen = Array.from({ length: 1 + random.below(3) }, () => names[random.below(names.length)]!)
    faulty.set(id, (transport, node) => {
      for (const name of chosen) node.world.strike(name)
      return byzantineTransport(transport, faultyPeer(node, chosen))
    })
  }
  const tolerated = Math.floor((validators - 1) / 3)
  if (random.chance(0.7)) for (let i = 0; i < tolerated; i++) add(validators - 1 - i)
  if (observers > 0 && random.chance(0.7)) add(validators)
  return { seed, validators, observers, eraMs, faults, faulty, log }
}

/** A faulty member. @param names of its misbehaviors */
export function faultyPeer(node: SimNode, names: readonly string[]): FaultyPeer {
  const { chain, random } = node.world
  const acts = names.map((name) => PEER_MISBEHAVIORS[name]!)
  return {
    genesis: chain.genesis,
    validator: node.validator,
    keys: chain.members.map(({ peer }) => peer.key),
    // An observer has no key that anybody would count.
    sign: (message) => cheapSignature(node.validator ?? -1, message),
    signLog: (message) => cheapSignature(node.validator ?? -1, message),
    acts: () => acts,
    actMs: ACT_MS,
    clock: node.endpoint!.clock,
    random,
  }
}

/** A random mixture of faults: each is absent, or up to as likely as in HARSH. */
function mixture(random: Random): NodeFaults {
  const part = () => (random.chance(0.4) ? 0 : random.next())
  const faults = Object.fromEntries(
    Object.entries(HARSH).map(([name, value]) => [name, part() * value]),
  ) as unknown as NodeFaults
  return {
    ...faults,
    maxDelayMs: Math.ceil(faults.maxDelayMs) + 8,
    maxSkewMs: Math.floor(faults.maxSkewMs),
    maxCommitMs: Math.floor(faults.maxCommitMs),
  }
}
