import { setTimeout as sleep } from 'node:timers/promises'
import { hexToBytes } from '../../../../src/codec/bytes.ts'
import { chainIdOf } from '../../../../src/ledger/genesis.ts'
import { Random } from '../../simulation/random.ts'
import type { ProcessNetwork } from '../process-network.ts'
import { type ByzantineValidator, startByzantineValidator } from './byzantine-validator.ts'
import {
  CACHE_BYTES,
  checkHeights,
  checkLive,
  checkMemory,
  type Live,
  RECENT_BYTES,
  stillErasOf,
  watchLogs,
} from './checks.ts'
import { type Finality, runFlood, runHonestClient } from './clients.ts'
import { runHostilePeer } from './hostile-peer.ts'
import { ProcessCosts, type Sample } from './process-costs.ts'
import { runStrangers } from './strangers.ts'
import { VALIDATOR_ACTS } from './validator-acts.ts'
import { BREACHES, FLOODS, type WireAct } from './wire-acts.ts'

/** Members: honest validators, then the faulty one, then an observer that floods and one that breaks the rules. */
export const HONEST_NODES = 3
const VALIDATOR = 3
const FLOODER = 4
const BREAKER = 5
export const OBSERVERS = 2

/** Eras in which an honest client's action is final. */
const FINAL_ERAS = 10
const LOOK_MS = 100
const SEED = 7

/** How long an attack goes on. */
export interface AttackPlan {
  quietMs: number
  attackMs: number
  /** In this part of it every attack is made once. What follows, if anything does, is long enough that resident memory may grow no more. */
  settleMs: number
  /** Factor on all bounds that are times, for machines that do other things too. */
  slack: number
}

/** What was seen in a part of the run. */
export interface Seen {
  /** Of each honest process. */
  samples: Sample[][]
  finality: Finality[]
  /** Longest time without a new final block on an honest node, in eras. */
  stillEras: number
  seconds: number
}

/** The result of an attack. `breaches` is empty if the honest nodes held. */
export interface AttackResult {
  quiet: Seen
  attacked: Seen
  breaches: string[]
  /** Metrics of each honest node after it. */
  metrics: Record<string, number[]>
  live: Live
  /** What the pools answered to the flood, by code. */
  flood: Map<string, number>
  /** Processor time of the attackers, percent of a core. */
  attackerPercent: number
}

const METRICS = [
  'peer_received_messages',
  'peer_received_bytes',
  'peer_bans',
  'peer_throttled',
  'peer_refused_connections',
  'evidence',
  'final_height',
]

/**
 * Attacks the honest processes of a network with everything at once: the faulty validator (a whole node that misbehaves), two faulty observers, strangers
 * and clients with free keys, all in this process. The attacks change by turns, and each is made within `settleMs`.
 * @param onAttack called when the quiet part is over
 */
export async function attack(
  network: ProcessNetwork,
  plan: AttackPlan,
  onAttack: () => Promise<void>,
): Promise<AttackResult> {
  const breaches: string[] = []
  const random = new Random(SEED)
  watchLogs(network, breaches)
  const validator = await startByzantineValidator(network, VALIDATOR, random, (error) =>
    breaches.push(`the attacker's own node failed: ${error}`),
  )
  const costs = new ProcessCosts(network.nodes.map(({ pid }) => pid))
  const finality: Finality[] = []
  const [clients, attackers] = [new AbortController(), new AbortController()]
  const maxWaitMs = plan.slack * FINAL_ERAS * network.genesis.eraMs
  const honest = network.nodes.map((_, i) =>
    runHonestClient(network, i, clients.signal, {
      maxWaitMs,
      onFinal: (one) => finality.push(one),
      onBreach: (what) => breaches.push(what),
    }).catch((error) => breaches.push(`a client of node ${i}: ${error.message}`)),
  )
  const startMs = performance.now()
  await sleep(plan.quietMs)
  await onAttack()
  const live: Live = { before: await network.liveBytes(), attacked: [], after: [] }
  const attackMs = performance.now()
  const attackerCpu = process.cpuUsage()
  const attacking = startAttackers(network, validator, plan, { signal: attackers.signal, breaches })
  while (performance.now() < attackMs + plan.attackMs && breaches.length === 0) {
    await sleep(LOOK_MS)
    checkHeights(network, plan.slack, breaches)
  }
  const endMs = performance.now()
  const { user, system } = process.cpuUsage(attackerCpu)
  const attackerPercent = (user + system) / 10 / (endMs - attackMs)
  const metrics = await metricsOf(network)
  live.attacked = await network.liveBytes()
  attackers.abort()
  const flood = await attacking
  clients.abort()
  await Promise.all(honest)
  costs.stop()
  await validator.stop()
  live.after = await network.liveBytes()
  // A run that ends with its first round of attacks has the time to fill one cache.
  checkLive(live, plan.attackMs > plan.settleMs ? CACHE_BYTES : RECENT_BYTES, breaches)
  const seen = (fromMs: number, toMs: number): Seen => ({
    samples: costs.between(fromMs, toMs),
    finality: finality.filter(({ atMs }) => atMs >= fromMs && atMs < toMs),
    stillEras: stillErasOf(network, fromMs, toMs),
    seconds: (toMs - fromMs) / 1_000,
  })
  const attacked = seen(attackMs, endMs)
  checkMemory(attacked.samples, attackMs + plan.settleMs, breaches)
  return { quiet: seen(startMs, attackMs), attacked, live, breaches, metrics, flood, attackerPercent }
}

/** The metrics in `METRICS`, of each honest node that answers. */
async function metricsOf(network: ProcessNetwork): Promise<Record<string, number[]>> {
  const each = METRICS.map(
    async (name) => [name, await network.metric(name).catch((): number[] => [])] as const,
  )
  return Object.fromEntries(await Promise.all(each))
}

/** Starts all attackers. @returns what the pools answered, once they have ended */
async function startAttackers(
  network: ProcessNetwork,
  validator: ByzantineValidator,
  { settleMs }: AttackPlan,
  { signal, breaches }: { signal: AbortSignal; breaches: string[] },
): Promise<Map<string, number>> {
  const startMs = performance.now()
  const { genesis } = network
  const { peers } = (await network.prepare(VALIDATOR)).network
  const limits = { ...genesis.limits, validators: genesis.validators.length }
  /** Takes turns: all of them within `settleMs`. */
  const turnOf = (count: number) => Math.floor(((performance.now() - startMs) / settleMs) * count)
  const setActs = () => {
    const turn = turnOf(VALIDATOR_ACTS.length)
    const cycle = Math.floor(turn / VALIDATOR_ACTS.length)
    const at = (place: number) => VALIDATOR_ACTS[place % VALIDATOR_ACTS.length]!
    // After the first cycle, pairs.
    validator.acts = cycle === 0 ? [at(turn)] : [at(turn), at(turn + cycle)]
  }
  const timer = setInterval(setActs, LOOK_MS)
  const hostile = async (member: number, from: string, acts: readonly WireAct[]) => {
    const key = hexToBytes((await network.prepare(member)).network.transportKey)
    const act = () => acts[turnOf(acts.length) % acts.length]!
    const chainId = chainIdOf(genesis)
    await Promise.all(ports.map((port) => runHostilePeer({ port, key, from, limits, chainId, act }, signal)))
  }
  const ports = network.nodes.map((_, i) => peers[i]!.address.port)
  const floods = network.nodes.map((_, i) =>
    runFlood(network, i, signal).catch((error) => {
      breaches.push(`the flood of node ${i}: ${error.message}`)
      return new Map<string, number>()
    }),
  )
  await Promise.all([
    hostile(FLOODER, '127.0.1.1', FLOODS),
    hostile(BREAKER, '127.0.1.2', BREACHES),
    runStrangers(ports, signal),
  ])
  clearInterval(timer)
  validator.acts = []
  const sum = new Map<string, number>()
  for (const codes of await Promise.all(floods))
    for (const [code, count] of codes) sum.set(code, (sum.get(code) ?? 0) + count)
  return sum
}
