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

/** Interval at which a client submits an action. */
const CLIENT_MS = 500
/** Healing resets clocks that are further off than this. */
const MAX_HEALED_SKEW_MS = 500

/** Options of a simulation besides its faults. */
export interface Options {
  /** So many of the first validators run twice: one key on two machines. */
  twins?: number
  /** So many of the first validators will be lost for good (`lose`), so they do not lose their disks before. */
  doomed?: number
  /** Misbehaviors of the first validators, one each. */
  misbehaviors?: readonly Misbehavior[]
  /** Makes a node's pool and state; default `cheapContents`. */
  contents?: (disk: Disk, random: Random) => Contents
  /** Gets a line per event. */
  log?: (line: string) => void
  /** Milliseconds that a message takes; undefined for a random delay, Infinity if it never arrives. */
  delayMs?: (from: number, to: number, message: Message) => number | undefined
}

/**
 * Runs validators in virtual time, with faults that a seed decides. Invariants are checked at every event; `run` throws an Error with the seed
 * at the first breach. The same seed gives the same trace.
 */
export class Simulation {
  readonly n: number
  readonly schedule = new Schedule()
  readonly random: Random
  readonly witness = new Witness()
  readonly machines: Machine[]
  faults: Faults
  /**
   * True if a validator lost its disk while f others were faulty or lost. Then a certificate that only these held may be gone, and the chain may
   * stop. It still must not fork.
   */
  exceedsTolerance = false
  /** Number of pieces of evidence found. */
  accusations = 0
  /** Number of times that a node took another for a faulty one. */
  blames = 0
  /** Number of events so far. */
  events = 0
  /** Number of faults that occurred, by kind. */
  readonly struck: FaultCounts = {}
  readonly #seed: number
  readonly #options: Options
  /** Number of faulty validators; they are the first ones. */
  readonly #faulty: number
  readonly #trace = createHash('sha256')
  #finalHeight = 0
  #finalMs = 0
  /** Directions that are cut, as `from/to`. */
  readonly #cut = new Set<string>()
  /** How often two nodes (`a/b`, lower id first) have connected. A new connection loses the messages in transit on the one before. */
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
    this.schedule.after(1_000, () => this.#injectFaults())
    if (options.contents) this.schedule.after(CLIENT_MS, () => this.#clientTraffic())
  }

  /** A machine's pool and state, made from its disk. */
  contentsOf({ disk }: Machine): Contents {
    return this.#options.contents?.(disk, this.random) ?? cheapContents(() => this.random.below(1_000))
  }

  /** Sends an action that a machine accepted to all others. */
  gossip(from: Machine, bytes: Uint8Array): void {
    for (const to of this.machines) {
      if (to === from || this.#isCut(from, to) || this.random.chance(this.faults.drop)) continue
      const { life } = to
      this.schedule.after(1 + this.random.below(this.faults.maxDelayMs), () => {
        if (to.alive && to.life === life) to.receiveGossip(bytes)
      })
    }
  }

  #clientTraffic(): void {
    const machine = this.machines[this.random.below(this.machines.length)]!
    if (machine.alive) machine.serveClient()
    this.schedule.after(CLIENT_MS, () => this.#clientTraffic())
  }

  /** Machines that are not lost for good; they may be down. */
  get living(): Machine[] {
    return this.machines.filter(({ lost }) => !lost)
  }

  /**
   * True while no node may crash: a validator has lost its record of votes, every vote is needed for a quorum, and only the memories of the
   * others hold these votes.
   */
  get mustNotCrash(): boolean {
    return this.machines.some(({ isRecovering, replica }) => isRecovering && replica.quorum === this.n)
  }

  /** Heights of the honest machines that are not lost. */
  heights(): number[] {
    return this.living.filter((machine) => this.isHonest(machine)).map(({ disk }) => disk.tip.height)
  }

  /** False for misbehaving validators, and for twins: each twin keeps the rules, but the two together do not. */
  isHonest({ index }: { index: number }): boolean {
    return index >= this.#faulty
  }

  /** Counts a fault. */
  strike(kind: string): void {
    this.struck[kind] = (this.struck[kind] ?? 0) + 1
  }

  #strike<T>(kind: string, value: T): T {
    this.strike(kind)
    return value
  }

  /** Checks evidence that a node reported: it must be valid, and never accuse an honest validator. */
  accuse(evidence: Evidence): void {
    const index = checkEvidence(cheapConfig(this.n, undefined), evidence)
    if (index === undefined || this.isHonest({ index })) throw new Error(`validator ${index} is accused`)
    this.accusations++
  }

  /** Checks that a node takes another for a faulty one only if one of the two is: what an honest node sends, no honest node blames it for. */
  blame(by: Machine, { peer, why }: { peer: string; why: string }): void {
    const blamed = this.machines[Number(peer)]!
    if (this.isHonest(by) && this.isHonest(blamed)) throw new Error(`${by.id} blames ${peer} for ${why}`)
    this.blames++
  }

  /** Hash of all events so far. */
  traceHash(): string {
    return this.#trace.copy().digest('hex')
  }

  /** Runs up to a virtual time. @throws Error at the first breach of an invariant */
  run(untilMs: number): void {
    try {
      this.schedule.runUntil(untilMs)
    } catch (error) {
      const place = `n ${this.n}, SEED=${this.#seed}, at ${this.schedule.nowMs} ms`
      throw new Error(`${(error as Error).message} (${place})`, { cause: error })
    }
  }

  /**
   * Ends all faults, and restarts machines that are down and not lost. With `silently`, machines that are up get no `connected` events and must
   * resume by their own timers.
   */
  heal({ silently = false } = {}): void {
    this.faults = NO_FAULTS
    this.#cut.clear()
    for (const machine of this.living) {
      if (Math.abs(machine.skewMs) > MAX_HEALED_SKEW_MS) machine.skewMs = 0
      if (!machine.alive) machine.boot()
      else if (!silently) this.connect(machine)
    }
  }

  /** Crashes a node. It restarts after up to 5 s unless it is lost. */
  crash(machine: Machine): void {
    machine.crash()
    const { life } = machine
    this.schedule.after(this.random.below(5_000), () => {
      if (!machine.alive && !machine.lost && machine.life === life) machine.boot()
    })
  }

  /** Crashes a node for good. */
  lose(machine: Machine): void {
    machine.lost = true
    machine.crash()
  }

  /** Connects a node to all that are up, and reports this to both sides. */
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
      this.strike('message duplicated')
      this.#carry(from, peer, message)
    }
  }

  /** Asks a random peer for a proposal. */
  fetch(asking: Machine, hash: string): { peer: string; proposal: Proposal } | undefined {
    const peer = this.machines[this.random.below(this.machines.length)]!
    const canTalk = !this.#isCut(peer, asking) && !this.#isCut(asking, peer)
    const proposal = peer.alive && canTalk ? peer.serve(hash) : undefined
    return proposal && { peer: String(peer.id), proposal }
  }

  /** Records when the highest final block was first committed. */
  noteFinal(height: number): void {
    if (height <= this.#finalHeight) return
    this.#finalHeight = height
    this.#finalMs = this.schedule.nowMs
  }

  /** Adds an event to the trace. */
  note(line: string): void {
    this.events++
    const timed = `${this.schedule.nowMs} ${line}`
    this.#trace.update(`${timed}\n`)
    this.#options.log?.(timed)
  }

  #carry(from: Machine, to: Machine, message: Message): void {
    if (this.#isCut(from, to)) return
    if (this.random.chance(this.faults.drop)) {
      this.strike('message dropped')
      return
    }
    const randomMs = (1 + this.random.below(this.faults.maxDelayMs)) * Math.max(from.slowness, to.slowness)
    const delayMs = this.#options.delayMs?.(from.id, to.id, message) ?? randomMs
    if (delayMs === Infinity) return
    const pair = pairOf(from, to)
    const session = this.#sessions.get(pair)
    const { life } = to
    this.schedule.after(delayMs, () => {
      if (to.life !== life || this.#sessions.get(pair) !== session) return
      this.witness.heard(message)
      to.feed({ type: 'message', peer: String(from.id), message })
    })
  }

  #open(a: Machine, b: Machine): void {
    const pair = pairOf(a, b)
    this.#sessions.set(pair, (this.#sessions.get(pair) ?? 0) + 1)
  }

  /** Once per second: draws all faults that do not depend on a message or a write. */
  #injectFaults(): void {
    const { crash, crashAll, partition, clockJump, diskLoss } = this.faults
    const allCrash = this.random.chance(crashAll)
    if (allCrash) this.strike('crash of all')
    for (const machine of this.machines) {
      if (this.random.chance(0.1)) machine.backUp()
      if (this.random.chance(clockJump)) this.#jump(machine)
      if (!machine.alive) continue
      if ((allCrash || this.random.chance(crash)) && !this.mustNotCrash) {
        if (!allCrash) this.strike('crash')
        this.crash(machine)
      }
    }
    if (this.random.chance(diskLoss)) this.#loseDisk()
    if (this.random.chance(partition)) this.#partition()
    this.schedule.after(1_000, () => this.#injectFaults())
  }

  #jump(machine: Machine): void {
    machine.skewMs = this.random.below(10_001) - 5_000
    this.strike('clock jump')
    this.note(`${machine.id} has its clock set to ${machine.skewMs} ms from true time`)
  }

  /**
   * Lets a random honest node lose data, one node at a time. A node that lost signer.json too counts as faulty until a block above is final and
   * needs others to answer it, so it loses that only if the protocol can still recover.
   */
  #loseDisk(): void {
    const { doomed = 0 } = this.#options
    const honest = this.machines.filter((machine) => this.isHonest(machine) && machine.index >= doomed)
    const machine = honest[this.random.below(honest.length)]
    const how = DISK_LOSSES[this.random.below(DISK_LOSSES.length)]!
    if (
      machine === undefined ||
      this.n === 1 ||
      honest.some(({ isHarmed, isRecovering }) => isHarmed || isRecovering)
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
    this.exceedsTolerance ||= quorum < this.n && spare <= 0
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
