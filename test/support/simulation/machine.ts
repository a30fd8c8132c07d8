import { bytesToHex, utf8 } from '../../../src/codec/bytes.ts'
import { createReplica, type Replica } from '../../../src/consensus/replica.ts'
import { restore } from '../../../src/consensus/restore.ts'
import { step } from '../../../src/consensus/step.ts'
import type { Certificate, Effect, Event, Proposal } from '../../../src/consensus/types.ts'
import { eraAt } from '../../../src/ledger/era.ts'
import { type Misbehavior, withOtherBody } from './byzantine.ts'
import { cheapConfig, sha } from './cheap.ts'
import type { Contents } from './contents.ts'
import { Disk } from './disk.ts'
import type { Simulation } from './simulation.ts'

/** What may happen to a node's memory. */
export const DISK_LOSSES = ['database lost', 'old backup', 'all lost'] as const
type DiskLoss = (typeof DISK_LOSSES)[number]

/** One validator: the real core on a disk and a clock of its own. */
export class Machine {
  /** Its place among the machines, and its name as a peer. */
  readonly id: number
  /** The validator it is; two machines with one key are twins, and contradict each other. */
  readonly index: number
  disk = new Disk()
  /** How far its clock is from true time. */
  skewMs: number
  /** How many times the usual everything takes. */
  readonly slowness: number
  alive = true
  /** Never comes back. */
  lost = false
  /** Raised by every crash; what was under way then never ends. */
  life = 0
  bootedMs = 0
  replica: Replica
  contents: Contents
  /** Breaks the rules with what the core wants to send; undefined for the honest. */
  readonly #misbehave: Misbehavior | undefined
  readonly #world: Simulation
  #backup = new Disk()
  /** Height that was announced as durable; lost with the disk. */
  #announced = 0
  #harmedAtHeight = -1
  #timer = 0
  #diskFreeMs = 0

  constructor(
    world: Simulation,
    {
      id,
      index,
      skewMs,
      slowness,
      misbehave,
    }: Pick<Machine, 'id' | 'index' | 'skewMs' | 'slowness'> & { misbehave?: Misbehavior | undefined },
  ) {
    this.#world = world
    this.id = id
    this.index = index
    this.skewMs = skewMs
    this.slowness = slowness
    this.#misbehave = misbehave
    this.contents = world.contentsOf(this)
    this.replica = this.#loaded()
  }

  /** Starts, or starts again from what is on the disk. */
  boot(): void {
    this.alive = true
    this.life++
    this.bootedMs = this.#world.schedule.nowMs
    const { height } = this.disk.tip
    this.#world.note(`${this.id} boots at height ${height}`)
    if (height < this.#announced)
      throw new Error(`node ${this.id} announced ${this.#announced} and has ${height}`)
    this.contents = this.#world.contentsOf(this)
    this.replica = this.#loaded()
    this.#later(0, () => {
      const { hash } = this.disk.tip
      this.feed({ type: 'rooted', hash, roots: this.contents.rootsAfter(hash) })
      this.feed({ type: 'start' })
      this.#world.connect(this)
    })
  }

  crash(): void {
    this.alive = false
    this.life++
    this.#world.note(`${this.id} crashes`)
  }

  /** True from the loss of its disk until a block is final that was not then, in a view in which it may vote. */
  get isHarmed(): boolean {
    const closedView = this.alive ? this.replica.closedView : (this.disk.signed?.closedView ?? Infinity)
    return this.disk.tip.height <= this.#harmedAtHeight || closedView > this.disk.tip.view
  }

  /** True while it has to ask others what it signed. */
  get isForgetful(): boolean {
    return this.alive ? this.replica.recovery !== undefined : this.disk.signed === undefined
  }

  /** Keeps a copy of the database. */
  backUp(): void {
    this.#backup = this.disk.backup()
  }

  /** The node, which is down, loses its database or gets the last copy back, or signer.json is gone, too: its key lies elsewhere. */
  loseDisk(how: DiskLoss): void {
    const { signed, lostThrough, tip } = this.disk
    const views = (signed?.votes ?? []).map(({ view }) => view)
    this.disk = how === 'old backup' ? this.#backup.backup() : new Disk()
    this.disk.signed = how === 'all lost' ? undefined : signed
    this.disk.lostThrough = Math.max(lostThrough, tip.view, ...views)
    this.#announced = this.disk.tip.height
    this.#harmedAtHeight = Math.max(...this.#world.machines.map(({ disk }) => disk.tip.height), tip.height)
    this.#world.note(`${this.id} comes to harm: ${how}`)
  }

  feed(event: Event): void {
    if (!this.alive) return
    if (event.type === 'committed') this.#announced = this.disk.tip.height
    const { life } = this
    this.#world.note(`${this.id} ${describe(event)}`)
    const effects = step(this.replica, event, this.#world.schedule.nowMs + this.skewMs)
    if (this.#world.isHonest(this)) this.#world.witness.stepped(this.index, this.replica)
    for (const effect of effects) if (this.life === life) this.#carryOut(effect)
  }

  /** Clients hand something in here; what is accepted is told to the others. */
  hearClients(): void {
    for (const bytes of this.contents.traffic(this.#era, this.disk)) this.#world.gossip(this, bytes)
  }

  hearGossip(bytes: Uint8Array): void {
    this.contents.gossip(bytes, this.#era, this.disk)
  }

  get #era(): number {
    return eraAt(this.replica.config, this.#world.schedule.nowMs + this.skewMs)
  }

  /** A proposal that peers may ask for. */
  serve(hash: string): Proposal | undefined {
    const held =
      this.replica.blocks.get(hash)?.proposal ?? this.disk.blocks.find((block) => block.hash === hash)
    return held && !this.#world.isHonest(this) && this.#world.random.chance(0.5) ? withOtherBody(held) : held
  }

  #loaded(): Replica {
    const { tip, certificate, stored, signed } = this.disk
    const replica = createReplica(cheapConfig(this.#world.n, this.index), tip, certificate)
    restore(replica, structuredClone(stored), signed ? { signed } : { nonce: this.#nonce() })
    this.disk.note(stored.votes.map((vote) => ({ type: 'vote', vote })))
    return replica
  }

  #nonce(): string {
    return bytesToHex(sha(utf8(`${this.id}/${this.life}/${this.#world.random.next()}`)))
  }

  #carryOut(effect: Effect): void {
    const { random, faults } = this.#world
    switch (effect.type) {
      case 'persist': {
        const { token, writes } = effect
        if (this.#world.isHonest(this)) this.#world.witness.casts(this.index, writes, this.disk, this.replica)
        this.#write(faults.crashAtPersist, [() => this.disk.write(writes), () => this.disk.note(writes)], {
          type: 'persisted',
          token,
        })
        break
      }
      case 'commit': {
        const { proposal, certificate } = effect
        this.#write(faults.crashAtCommit, [() => this.#commit(proposal, certificate)], {
          type: 'committed',
          hash: proposal.hash,
        })
        break
      }
      case 'send':
        if (this.#misbehave) this.#misbehave(this.#world, this, effect)
        else this.#world.send(this, effect)
        break
      case 'timer':
        this.#setTimer(effect.atMs)
        break
      case 'build': {
        const { view, parent, era, empty } = effect
        const content = this.contents.build({ parentHash: parent.hash, era, empty })
        const built: Event = { type: 'built', view, parentHash: parent.hash, ...content }
        this.#later(random.below(50) * this.slowness, () => this.feed(built))
        break
      }
      case 'execute':
        this.#later(random.below(30) * this.slowness, () => this.#execute(effect.proposal))
        break
      case 'fetch':
        this.#fetch(effect.hash)
        break
      case 'evidence':
        this.#world.accuse(effect.evidence)
    }
  }

  /** Writes go to the disk one after the other, each in its parts. A crash comes before the first, between two, or between the last and its answer. */
  #write(crash: number, parts: (() => void)[], answer: Event): void {
    const { random, schedule } = this.#world
    const done = random.chance(crash) && !this.#world.isFragile ? random.below(parts.length + 1) : undefined
    this.#diskFreeMs = Math.max(this.#diskFreeMs, schedule.nowMs) + (1 + random.below(10)) * this.slowness
    this.#later(this.#diskFreeMs - schedule.nowMs, () => {
      for (const part of parts.slice(0, done)) part()
      if (done === undefined) return this.feed(answer)
      this.#world.strike(`crash with ${done} of ${parts.length} writes done`)
      this.#world.crash(this)
    })
  }

  #commit(proposal: Proposal, certificate: Certificate): void {
    if (this.#world.isHonest(this)) this.#world.witness.committed(this.index, proposal, this.disk)
    this.disk.commit(proposal, certificate)
    this.contents.committed(proposal)
    this.#world.noteFinal(proposal.header.height)
    this.#later(this.#world.random.below(20), () => this.disk.prune())
  }

  #execute(proposal: Proposal): void {
    const { hash } = proposal
    const valid = this.contents.execute(proposal)
    this.feed({ type: 'executed', hash, valid })
    if (!valid) return
    const roots = this.contents.rootsAfter(hash)
    this.#later(this.#world.random.below(100) * this.slowness, () =>
      this.feed({ type: 'rooted', hash, roots }),
    )
  }

  /** Asks one peer after the other until one has it. */
  #fetch(hash: string): void {
    this.#later(50 + this.#world.random.below(200), () => {
      const proposal = this.#world.find(this, hash)
      if (proposal) this.feed({ type: 'fetched', proposal })
      else this.#fetch(hash)
    })
  }

  #setTimer(atMs: number): void {
    const id = ++this.#timer
    this.#later(Math.max(1, atMs - this.skewMs - this.#world.schedule.nowMs), () => {
      if (id === this.#timer) this.feed({ type: 'timer' })
    })
  }

  /** Runs later unless this node crashes before. */
  #later(delayMs: number, run: () => void): void {
    const { life } = this
    this.#world.schedule.after(delayMs, () => {
      if (this.alive && this.life === life) run()
    })
  }
}

function describe(event: Event): string {
  if (event.type !== 'message')
    return 'hash' in event ? `${event.type} ${event.hash.slice(0, 8)}` : event.type
  const { message, peer } = event
  if (message.type === 'recover') return `is asked by ${peer} what it signed`
  if (message.type === 'recovery') return `hears ${peer} answer that it is in view ${message.answer.view}`
  if (message.type === 'ask') return `is asked by ${peer} for views ${message.from} to ${message.to}`
  if (message.type === 'proposal')
    return `hears ${peer} propose ${message.proposal.hash.slice(0, 8)} in view ${message.proposal.header.view}`
  const { kind, view, hash } = message.type === 'vote' ? message.vote : message.certificate
  return `hears ${message.type} of ${peer}: ${kind} ${hash.slice(0, 8)} in view ${view}`
}
