import { createHash } from 'node:crypto'
import { checkEvidence } from '../../../src/consensus/evidence.ts'
import { answersNeeded } from '../../../src/consensus/recovery.ts'
import type { Effect, Evidence, Message, Proposal } from '../../../src/consensus/types.ts'
import type { Misbehavior } from './byzantine.ts'
import { cheapConfig } from './cheap.ts'
import { type Contents, cheapContents } from './contents.ts'
import type { Disk } from './disk.ts'
import { type FaultCounts, type Faults, NO_FAULTS } from './faults.ts'
import { DISK_LOSSES, Machine } from './machine.ts'
import { Random } from './random.ts'
import { Schedule } from './schedule.ts'
import { Witness } from './witness.ts'

/** How often a client hands something in. */
const CLIENT_MS = 500
/** Clocks are at most so far off once all is well. */
const MAX_HEALED_SKEW_MS = 500

/** What a simulation may be told besides its faults. */
export interface Options {
  /** The first so many validators run twice, each with its key on two machines. */
  twins?: number
  /** The first so many validators will be lost for good at some time. */
  doomed?: number
  /** What the first validators do against the rules, one each. */
  misbehaviors?: readonly Misbehavior[]
  /** What blocks are made of at a node; by default bodies that mean nothing. */
  contents?: (disk: Disk, random: Random) => Contents
  /** Takes every line of what happens. */
  tell?: (line: string) => void
  /** Milliseconds a message takes; undefined for as usual, Infinity for never. */
  delayMs?: (from: number, to: number, message: Message) => number | undefined
}

/**
 * Validators in virtual time under faults that a seed decides. Invariants are checked at every event; a breach throws with the seed. The same
 * seed gives the same trace.
 */
export class Simulation {
  readonly n: number
  readonly schedule = new Schedule()
  readonly random: Random
  readonly witness = new Witness()
  readonly machines: Machine[]
  faults: Faults
  /**
   * Whether a validator lost what its votes rested on while f others were faulty or lost: then a certificate may be gone that only they held, and
   * the chain may stand still. It still must not fork.
   */
  isBeyond = false
  /** Pieces of evidence found. */
  accusations = 0
  /** Happenings so far. */
  events = 0
  /** Faults that struck, by kind. */
  readonly struck: FaultCounts = {}
  readonly #seed: number
  readonly #options: Options
  /** How many validators break the rules, the first ones. */
  readonly #faulty: number
  readonly #trace = createHash('sha256')
  #finalHeight = 0
  #finalMs = 0
  /** Directions that are cut, as `from/to`. */
  readonly #cut = new Set<string>()
  /** How often two nodes, as `from/to`, have connected: what is still under way from before is lost. */
  readonly #sessions = new Map<string, number>()

  constructor(n: number, seed: number, faults: Faults = NO_FAULTS, options: Options = {}) {
    this.n = n
    this.#seed = seed
    this.#options = options
    this.faults = faults
    this.random = new Random(seed)
    const skew = () => this.random.below(2 * faults.maxSkewMs + 1) - faults.maxSkewMs
    const { twins = 0, misbehaviors = [] } = options
    this.#faulty = twins + misbehaviors.length
    this.machines = Array.from({ length: n + twins }, (_, id) => {
      const slowness = this.random.chance(faults.slow) ? this.#strike('slow node', 10) : 1
      const misbehave = misbehaviors[id - n] ?? misbehaviors[id]
      return new Machine(this, { id, index: id % n, skewMs: skew(), slowness, misbehave })
    })
    for (const machine of this.machines) machine.boot()
    this.schedule.after(1_000, () => this.#mischief())
    if (options.contents) this.schedule.after(CLIENT_MS, () => this.#clients())
  }

  /** What blocks are made of at a machine, from what is on its disk. */
  contentsOf({ disk }: Machine): Contents {
    return this.#options.contents?.(disk, this.random) ?? cheapContents(() => this.random.below(1_000))
  }

  /** An action that a machine accepted goes to the others, as any message does. */
  gossip(from: Machine, bytes: Uint8Array): void {
    for (const to of this.machines) {
      if (to === from || this.#isCut(from, to) || this.random.chance(this.faults.drop)) continue
      const { life } = to
      this.schedule.after(1 + this.random.below(this.faults.maxDelayMs), () => {
        if (to.alive && to.life === life) to.hearGossip(bytes)
      })
    }
  }

  #clients(): void {
    const machine = this.machines[this.random.below(this.machines.length)]!
    if (machine.alive) machine.hearClients()
    this.schedule.after(CLIENT_MS, () => this.#clients())
  }

  get living(): Machine[] {
    return this.machines.filter(({ lost }) => !lost)
  }

  /**
   * True while nobody must crash: a validator has forgotten its votes and every vote is needed, so that the others' memories are all there is of them.
   */
  get isFragile(): boolean {
    return this.machines.some(({ isForgetful, replica }) => isForgetful && replica.quorum === this.n)
  }

  /** Of the honest that live. */
  heights(): number[] {
    return this.living.filter((machine) => this.isHonest(machine)).map(({ disk }) => disk.tip.height)
  }

  /** False for validators that break the rules, or run twice: each machine of those keeps them, the two together do not. */
  isHonest({ index }: { index: number }): boolean {
    return index >= this.#faulty
  }

  /** Counts a fault that strikes. */
  strike(kind: string): void {
    this.struck[kind] = (this.struck[kind] ?? 0) + 1
  }

  #strike<T>(kind: string, value: T): T {
    this.strike(kind)
    return value
  }

  /** Evidence must hold, and never be against an honest validator. */
  accuse(evidence: Evidence): void {
    const index = checkEvidence(cheapConfig(this.n, undefined), evidence)
    if (index === undefined || this.isHonest({ index })) throw new Error(`validator ${index} is accused`)
    this.accusations++
  }

  traceHash(): string {
    return this.#trace.copy().digest('hex')
  }

  run(untilMs: number): void {
    try {
      this.schedule.runUntil(untilMs)
    } catch (error) {
      const place = `n ${this.n}, SEED=${this.#seed}, at ${this.schedule.nowMs} ms`
      throw new Error(`${(error as Error).message} (${place})`, { cause: error })
    }
  }

  /** Ends all faults; whoever is not lost comes back. Those that were up may have to notice by themselves that nothing moves. */
  heal({ silently = false } = {}): void {
    this.faults = NO_FAULTS
    this.#cut.clear()
    for (const machine of this.living) {
      if (Math.abs(machine.skewMs) > MAX_HEALED_SKEW_MS) machine.skewMs = 0
      if (!machine.alive) machine.boot()
      else if (!silently) this.connect(machine)
    }
  }

  /** The node goes down, and comes back unless it is lost. */
  crash(machine: Machine): void {
    machine.crash()
    const { life } = machine
    this.schedule.after(this.random.below(5_000), () => {
      if (!machine.alive && !machine.lost && machine.life === life) machine.boot()
    })
  }

  /** The node goes down for good, its disk with it. */
  lose(machine: Machine): void {
    machine.lost = true
    machine.crash()
  }

  /** Tells both ends of every connection of this node that they can talk. */
  connect(machine: Machine): void {
    for (const peer of this.machines) {
      if (peer === machine || !peer.alive) continue
      this.#open(machine, peer)
      machine.feed({ type: 'connected', peer: String(peer.id) })
      peer.feed({ type: 'connected', peer: String(machine.id) })
    }
  }

  send(from: Machine, { to, message }: Extract<Effect, { type: 'send' }>): void {
    if (this.isHonest(from)) this.witness.sent(from.index, message, from.disk)
    for (const peer of this.machines) {
      if (peer === from || (to !== 'all' && to.peer !== String(peer.id))) continue
      this.#carry(from, peer, message)
      if (!this.random.chance(this.faults.duplicate)) continue
      this.strike('message twice')
      this.#carry(from, peer, message)
    }
  }

  /** A proposal by hash, from a peer that happens to be asked. */
  find(asking: Machine, hash: string): Proposal | undefined {
    const peer = this.machines[this.random.below(this.machines.length)]!
    const canTalk = !this.#isCut(peer, asking) && !this.#isCut(asking, peer)
    return peer.alive && canTalk ? peer.serve(hash) : undefined
  }

  /** A block that nobody had before is durable somewhere. */
  noteFinal(height: number): void {
    if (height <= this.#finalHeight) return
    this.#finalHeight = height
    this.#finalMs = this.schedule.nowMs
  }

  note(line: string): void {
    this.events++
    const timed = `${this.schedule.nowMs} ${line}`
    this.#trace.update(`${timed}\n`)
    this.#options.tell?.(timed)
  }

  #carry(from: Machine, to: Machine, message: Message): void {
    if (this.#isCut(from, to)) return
    if (this.random.chance(this.faults.drop)) {
      this.strike('message dropped')
      return
    }
    const usual = (1 + this.random.below(this.faults.maxDelayMs)) * Math.max(from.slowness, to.slowness)
    const delay = this.#options.delayMs?.(from.id, to.id, message) ?? usual
    if (delay === Infinity) return
    const pair = pairOf(from, to)
    const session = this.#sessions.get(pair)
    const { life } = to
    this.schedule.after(delay, () => {
      if (to.life !== life || this.#sessions.get(pair) !== session) return
      this.witness.heard(message)
      to.feed({ type: 'message', peer: String(from.id), message })
    })
  }

  #open(a: Machine, b: Machine): void {
    const pair = pairOf(a, b)
    this.#sessions.set(pair, (this.#sessions.get(pair) ?? 0) + 1)
  }

  /** Once a second, chance strikes. */
  #mischief(): void {
    const { crash, crashAll, partition, clockJump, diskLoss } = this.faults
    const everyone = this.random.chance(crashAll)
    if (everyone) this.strike('crash of all')
    for (const machine of this.machines) {
      if (this.random.chance(0.1)) machine.backUp()
      if (this.random.chance(clockJump)) this.#jump(machine)
      if (!machine.alive) continue
      if ((everyone || this.random.chance(crash)) && !this.isFragile) {
        if (!everyone) this.strike('crash')
        this.crash(machine)
      }
    }
    if (this.random.chance(diskLoss)) this.#loseDisk()
    if (this.random.chance(partition)) this.#partition()
    this.schedule.after(1_000, () => this.#mischief())
  }

  #jump(machine: Machine): void {
    machine.skewMs = this.random.below(10_001) - 5_000
    this.strike('clock jump')
    this.note(`${machine.id} has its clock set to ${machine.skewMs} ms from true time`)
  }

  /**
   * One node at a time is without its memory. One that lost signer.json as well counts as faulty until a block above is final, and others must be
   * there to ask: more is beyond what consensus promises.
   */
  #loseDisk(): void {
    const { doomed = 0 } = this.#options
    const honest = this.machines.filter((machine) => this.isHonest(machine) && machine.index >= doomed)
    const machine = honest[this.random.below(honest.length)]
    const how = DISK_LOSSES[this.random.below(DISK_LOSSES.length)]!
    if (
      machine === undefined ||
      this.n === 1 ||
      honest.some(({ isHarmed, isForgetful }) => isHarmed || isForgetful)
    )
      return
    const { quorum } = machine.replica
    const spare = this.n - quorum - (this.n - honest.length)
    const others = honest.filter((other) => other !== machine)
    const isKnown = others.every(({ alive, bootedMs }) => alive && bootedMs < this.#finalMs)
    const canAsk =
      others.length >= answersNeeded(machine.replica) && (quorum === this.n ? isKnown : spare > 0)
    if (how === 'all lost' && !canAsk) return
    this.strike(how)
    this.isBeyond ||= quorum < this.n && spare <= 0
    if (machine.alive) this.crash(machine)
    machine.loseDisk(how)
    if (how === 'all lost') this.witness.forgotten(machine.index)
  }

  #partition(): void {
    if (this.#cut.size > 0) {
      this.#cut.clear()
      this.note('the partition ends')
      for (const machine of this.machines) if (machine.alive) this.connect(machine)
      return
    }
    const side = new Set(this.machines.filter(() => this.random.chance(0.5)))
    const oneWay = this.random.chance(1 / 3)
    this.strike(oneWay ? 'one-way partition' : 'partition')
    for (const a of side) {
      for (const b of this.machines) {
        if (side.has(b)) continue
        this.#cut.add(`${a.id}/${b.id}`)
        if (!oneWay) this.#cut.add(`${b.id}/${a.id}`)
      }
    }
    this.note(`cut: ${[...this.#cut].join(' ')}`)
  }

  #isCut(from: Machine, to: Machine): boolean {
    return this.#cut.has(`${from.id}/${to.id}`)
  }
}

function pairOf(a: Machine, b: Machine): string {
  return a.id < b.id ? `${a.id}/${b.id}` : `${b.id}/${a.id}`
}
