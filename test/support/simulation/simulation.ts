import { createHash } from 'node:crypto'
import { checkEvidence } from '../../../src/consensus/evidence.ts'
import type { Effect, Evidence, Message, Proposal } from '../../../src/consensus/types.ts'
import { cheapConfig } from './cheap.ts'
import { type Faults, NO_FAULTS } from './faults.ts'
import { Machine } from './machine.ts'
import { Random } from './random.ts'
import { Schedule } from './schedule.ts'
import { Witness } from './witness.ts'

/** What a simulation may be told besides its faults. */
export interface Options {
  /** The first so many validators run twice, each with its key on two machines. */
  twins?: number
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
  /** Pieces of evidence found. */
  accusations = 0
  /** Happenings so far. */
  events = 0
  readonly #seed: number
  readonly #options: Options
  readonly #twins: number
  readonly #trace = createHash('sha256')
  /** Directions that are cut, as `from/to`. */
  readonly #cut = new Set<string>()

  constructor(n: number, seed: number, faults: Faults = NO_FAULTS, options: Options = {}) {
    this.n = n
    this.#seed = seed
    this.#options = options
    this.faults = faults
    this.random = new Random(seed)
    const skew = () => this.random.below(2 * faults.maxSkewMs + 1) - faults.maxSkewMs
    this.#twins = options.twins ?? 0
    this.machines = Array.from({ length: n + this.#twins }, (_, id) => {
      return new Machine(this, { id, index: id % n, skewMs: skew() })
    })
    for (const machine of this.machines) machine.boot()
    this.schedule.after(1_000, () => this.#mischief())
  }

  get living(): Machine[] {
    return this.machines.filter(({ lost }) => !lost)
  }

  /** Of the living that have no twin. */
  heights(): number[] {
    return this.living.filter((machine) => this.isHonest(machine)).map(({ disk }) => disk.tip.height)
  }

  /** False for validators that run twice: each machine keeps the rules, the two together do not. */
  isHonest({ index }: { index: number }): boolean {
    return index >= this.#twins
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
      machine.feed({ type: 'connected', peer: String(peer.id) })
      peer.feed({ type: 'connected', peer: String(machine.id) })
    }
  }

  send(from: Machine, { to, message }: Extract<Effect, { type: 'send' }>): void {
    if (this.isHonest(from)) this.witness.sent(from.index, message, from.disk)
    for (const peer of this.machines) {
      if (peer === from || (to !== 'all' && to.peer !== String(peer.id))) continue
      this.#carry(from, peer, message)
      if (this.random.chance(this.faults.duplicate)) this.#carry(from, peer, message)
    }
  }

  /** A proposal by hash, from a peer that happens to be asked. */
  find(asking: Machine, hash: string): Proposal | undefined {
    const peer = this.machines[this.random.below(this.machines.length)]!
    const canTalk = !this.#isCut(peer, asking) && !this.#isCut(asking, peer)
    return peer.alive && canTalk ? peer.serve(hash) : undefined
  }

  note(line: string): void {
    this.events++
    const timed = `${this.schedule.nowMs} ${line}`
    this.#trace.update(`${timed}\n`)
    this.#options.tell?.(timed)
  }

  #carry(from: Machine, to: Machine, message: Message): void {
    if (this.#isCut(from, to) || this.random.chance(this.faults.drop)) return
    const usual = 1 + this.random.below(this.faults.maxDelayMs)
    const delay = this.#options.delayMs?.(from.id, to.id, message) ?? usual
    if (delay === Infinity) return
    const { life } = to
    this.schedule.after(delay, () => {
      if (to.life === life) to.feed({ type: 'message', peer: String(from.id), message })
    })
  }

  /** Once a second, chance strikes. */
  #mischief(): void {
    const { crash, crashAll, partition } = this.faults
    const everyone = this.random.chance(crashAll)
    for (const machine of this.machines) {
      if (machine.alive && (everyone || this.random.chance(crash))) this.crash(machine)
    }
    if (this.random.chance(partition)) this.#partition()
    this.schedule.after(1_000, () => this.#mischief())
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
