import { createHash } from 'node:crypto'
import type { AskedWitness, AskWitness } from '../../../../src/node/log/witness-client.ts'
import type { NodeStore } from '../../../../src/node/store.ts'
import type { FaultCounts } from '../faults.ts'
import { DISK_LOSSES } from '../machine.ts'
import { Random } from '../random.ts'
import { Schedule } from '../schedule.ts'
import { chainOf, type SimulatedChain } from './chain.ts'
import { Clients } from './clients.ts'
import { MemoryNetwork } from './memory-network.ts'
import { NodeWitness } from './node-witness.ts'
import { SimNode, type WrapTransport } from './sim-node.ts'

/** Faults of a world of nodes: probabilities from 0 to 1 per second and node, or per write, and bounds in milliseconds. */
export interface NodeFaults {
  maxDelayMs: number
  /** Per second and node: it crashes, and starts again after up to 4 s. */
  crash: number
  /** Per write of a node: it crashes before or after it. */
  crashAtWrite: number
  /** Per write: it is done, but the answer is lost. */
  answerLost: number
  /** Per second and node: its database is away for up to 3 s. */
  storeAway: number
  /** Per second: a partition begins or ends; one in three cuts one direction only. */
  partition: number
  /** Per second: a node loses its database, or gets an older copy of it, or loses its signer.json too. At most one node of four or more, all honest. */
  diskLoss: number
  /** Clocks differ from true time by a constant of at most this amount. */
  maxSkewMs: number
  /** Commits of a node take a constant of at most this amount longer than its other writes. */
  maxCommitMs: number
}

export const NO_NODE_FAULTS: NodeFaults = {
  maxDelayMs: 20,
  crash: 0,
  crashAtWrite: 0,
  answerLost: 0,
  storeAway: 0,
  partition: 0,
  diskLoss: 0,
  maxSkewMs: 0,
  maxCommitMs: 0,
}

/** What a world is made of. */
export interface WorldPlan {
  seed: number
  validators: number
  observers: number
  eraMs: number
  faults: NodeFaults
  /** Faulty members, by id, with what they do to what they send. */
  faulty?: ReadonlyMap<number, WrapTransport>
  /** Witnesses that all nodes ask; none by default. */
  witnesses?: SimWitnesses
  /** Gets a line per event. */
  log?: ((line: string) => void) | undefined
}

/** The witnesses of a world, and what they answer. */
export interface SimWitnesses {
  asked: readonly AskedWitness[]
  ask: AskWitness
}

const NO_WITNESSES: SimWitnesses = {
  asked: [],
  ask: () => Promise.reject(new Error('there are no witnesses')),
}

type StoreFault = 'away' | 'crash before' | 'crash after' | 'answer lost' | undefined

/**
 * Whole nodes in virtual time: everything above `Edges` is the code of production. The seed decides all, and the same seed gives the same trace.
 * After every event no node may have failed, contradicted itself, or hold more than its bounds; `run` throws an Error at the first breach.
 */
export class NodeWorld {
  readonly schedule = new Schedule()
  readonly random: Random
  readonly chain: SimulatedChain
  readonly network: MemoryNetwork
  readonly nodes: SimNode[]
  readonly witness: NodeWitness
  readonly clients: Clients
  readonly witnesses: SimWitnesses
  readonly struck: FaultCounts = {}
  faults: NodeFaults
  events = 0
  readonly #plan: WorldPlan
  readonly #trace = createHash('sha256')
  readonly #cut = new Set<string>()
  readonly #awayUntilMs = new Map<number, number>()
  #breach: Error | undefined
  #ran: SimNode | undefined

  constructor(plan: WorldPlan) {
    const { seed, validators, observers, eraMs, faults, faulty } = plan
    this.#plan = plan
    this.witnesses = plan.witnesses ?? NO_WITNESSES
    this.faults = faults
    this.random = new Random(seed)
    this.chain = chainOf(validators, observers, eraMs)
    this.network = new MemoryNetwork(this.schedule, this.random, {
      delayMs: () => 1 + this.random.below(this.faults.maxDelayMs),
      isCut: (from, to) => this.#cut.has(`${from}/${to}`),
    })
    this.nodes = this.chain.members.map((_, id) => {
      const skewMs = this.random.below(2 * faults.maxSkewMs + 1) - faults.maxSkewMs
      return new SimNode(this, id, skewMs, faulty?.get(id))
    })
    for (const node of this.nodes) node.commitMs = this.random.below(faults.maxCommitMs + 1)
    this.witness = new NodeWitness(this)
    this.clients = new Clients(this)
    for (const node of this.nodes) node.boot()
    this.schedule.after(1_000, () => this.#injectFaults())
  }

  get honest(): SimNode[] {
    return this.nodes.filter(({ isHonest }) => isHonest)
  }

  /** The lowest final height that an honest node has stored. */
  get lowestHeight(): number {
    return Math.min(...this.honest.map(({ disk }) => disk.tip.header.height))
  }

  /** Runs up to a virtual time. @throws Error at the first breach */
  async run(untilMs: number): Promise<void> {
    do await this.#settle()
    while (this.schedule.next(untilMs))
  }

  /** What a call started with promises goes on until all of it waits for time again. */
  async #settle(): Promise<void> {
    if (this.#ran === undefined && this.#breach === undefined) return
    await new Promise(setImmediate)
    this.events++
    this.#ran?.checkBounds()
    this.#ran = undefined
    if (this.#breach !== undefined) throw this.#breach
  }

  /** Code of a node has run. */
  ran(node: SimNode): void {
    this.#ran = node
  }

  /** Ends all faults but those of faulty members, and starts what is down. */
  heal(): void {
    this.faults = { ...NO_NODE_FAULTS, maxSkewMs: this.faults.maxSkewMs }
    this.#cut.clear()
    this.#awayUntilMs.clear()
    for (const node of this.nodes) node.commitMs = 0
    this.note('all is healed')
    for (const node of this.nodes) if (!node.isUp) node.boot()
  }

  /** Crashes a node; it starts again after up to 4 s. */
  crash(node: SimNode): void {
    node.crash(this.random.chance(0.3))
    this.schedule.after(this.random.below(4_000), () => {
      if (!node.isUp) node.boot()
    })
  }

  fatal(node: SimNode, error: unknown): void {
    this.breach(`${node.name} ended: ${(error as Error).stack ?? error}`)
  }

  /** Notes the first breach of an invariant; the run ends after the event. */
  breach(message: string): void {
    const { seed, validators, observers } = this.#plan
    const place = `n ${validators}+${observers}, SEED=${seed}, at ${Math.round(this.schedule.nowMs)} ms`
    this.#breach ??= new Error(`${message} (${place})`)
  }

  /** What a node logs. An honest node bans only faulty ones. */
  logged(node: SimNode, level: string, fields: object, message: string): void {
    const { peer, why, reason, height, view, what, hash } = fields as Record<string, unknown>
    const details = [peer, height, view, why, what, hash, reason && JSON.stringify(reason)]
    this.note(`${node.id} ${level} ${message} ${details.filter((part) => part !== undefined).join(' ')}`)
    if (!node.isHonest) return
    if (message.startsWith('two processes'))
      this.breach(`${node.name} takes a new process of ${peer} for a second one`)
    if (message !== 'peer banned') return
    const banned = this.nodes.find(({ name }) => name === peer)
    if (banned?.isHonest) this.breach(`${node.name} bans ${banned.name}: ${why}`)
  }

  storeDelayMs(): number {
    return 1 + this.random.below(this.faults.maxDelayMs / 4)
  }

  storeFault(node: SimNode, name: keyof NodeStore, isWrite: boolean): StoreFault {
    const { crashAtWrite, answerLost } = this.faults
    // A node that cannot read its database does not start; its operator starts it again.
    if (node.node !== undefined && this.schedule.nowMs < (this.#awayUntilMs.get(node.id) ?? 0)) return 'away'
    if (!isWrite) return undefined
    if (this.random.chance(crashAtWrite)) return this.random.chance(0.5) ? 'crash before' : 'crash after'
    if (!this.random.chance(answerLost)) return undefined
    this.strike(`answer lost: ${name}`)
    return 'answer lost'
  }

  signerFault(_node: SimNode): 'crash before' | 'crash after' | undefined {
    if (!this.random.chance(this.faults.crashAtWrite)) return undefined
    return this.random.chance(0.5) ? 'crash before' : 'crash after'
  }

  strike(kind: string): void {
    this.struck[kind] = (this.struck[kind] ?? 0) + 1
  }

  /** Adds an event to the trace. */
  note(line: string): void {
    const timed = `${this.schedule.nowMs.toFixed(0)} ${line}`
    this.#trace.update(`${timed}\n`)
    this.#plan.log?.(timed)
  }

  traceHash(): string {
    return this.#trace.copy().digest('hex')
  }

  /** Once per second: draws the faults that do not depend on a write. */
  #injectFaults(): void {
    const { crash, storeAway, partition, diskLoss } = this.faults
    for (const node of this.nodes) {
      if (this.random.chance(0.2)) node.backUp()
      if (node.isUp && this.random.chance(crash)) {
        this.strike('crash')
        this.crash(node)
      }
      if (this.random.chance(storeAway)) {
        this.strike('database away')
        this.note(`the database of ${node.id} goes away`)
        this.#awayUntilMs.set(node.id, this.schedule.nowMs + this.random.below(3_000))
      }
    }
    if (this.random.chance(partition)) this.#partition()
    if (this.random.chance(diskLoss)) this.#loseDisk()
    this.schedule.after(1_000, () => this.#injectFaults())
  }

  /** With a faulty validator beside the one that forgot, what a quorum knew might be lost for ever. */
  #loseDisk(): void {
    const { nodes, random } = this
    const mayLose =
      this.#plan.validators >= 4 && nodes.every((node) => node.isHonest && node.isUp && !node.hasLostData)
    if (!mayLose) return
    const node = nodes[random.below(nodes.length)]!
    const how = DISK_LOSSES[random.below(DISK_LOSSES.length)]!
    this.strike(how)
    this.crash(node)
    node.loseDisk(how)
    this.clients.forget(node)
  }

  #partition(): void {
    if (this.#cut.size > 0) {
      this.#cut.clear()
      this.note('the partition ends')
      return
    }
    const side = this.nodes.filter(() => this.random.chance(0.5))
    const isOneWay = this.random.chance(1 / 3)
    this.strike(isOneWay ? 'one-way partition' : 'partition')
    for (const a of side) {
      for (const b of this.nodes) {
        if (side.includes(b)) continue
        this.#cut.add(`${a.id}/${b.id}`)
        if (!isOneWay) this.#cut.add(`${b.id}/${a.id}`)
      }
    }
    this.note(`cut: ${[...this.#cut].join(' ')}`)
  }
}
