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

/** Ways to lose durable data. */
export const DISK_LOSSES = ['database lost', 'old backup', 'all lost'] as const
type DiskLoss = (typeof DISK_LOSSES)[number]

/** One node: the real consensus core with a simulated disk and clock. */
export class Machine {
  /** Its index among the machines, and its name as a peer. */
  readonly id: number
  /** Its validator index. Two machines with the same index are twins: one key on two machines, which equivocate. */
  readonly index: number
  disk = new Disk()
  /** Difference of its clock from true time. */
  skewMs: number
  /** Factor on all its delays. */
  readonly slowness: number
  alive = true
  /** True if it crashed and never restarts. */
  lost = false
  /** Increased by every start and crash. Work that began in an earlier life is abandoned. */
  life = 0
  bootedMs = 0
  replica: Replica
  contents: Contents
  /** Undefined for honest nodes and twins. */
  readonly #misbehave: Misbehavior | undefined
  readonly #world: Simulation
  #backup = new Disk()
  /** Highest height that was announced as durable; reset when the disk is lost. */
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
    this.replica = this.#load()
  }

  /** Starts or restarts from the disk. */
  boot(): void {
    this.alive = true
    this.life++
    this.bootedMs = this.#world.schedule.nowMs
    const { height } = this.disk.tip
    this.#world.note(`${this.id} boots at height ${height}`)
    if (height < this.#announced)
      throw new Error(`node ${this.id} announced ${this.#announced} and has ${height}`)
    this.contents = this.#world.contentsOf(this)
    this.replica = this.#load()
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

  /** True from a disk loss until it has a block that was not final anywhere at that time, of a view in which it may sign. */
  get isHarmed(): boolean {
    const closedView = this.alive ? this.replica.closedView : (this.disk.signed?.closedView ?? Infinity)
    return this.disk.tip.height <= this.#harmedAtHeight || closedView > this.disk.tip.view
  }

  /** True while its record of signed votes is lost, and others have not answered yet. */
  get isRecovering(): boolean {
    return this.alive ? this.replica.recovery !== undefined : this.disk.signed === undefined
  }

  /** Takes a backup of the database, in place of the one before. */
  backUp(): void {
    this.#backup = this.disk.backup()
  }

  /** Loses the database, or the database and signer.json, or restores the last backup. The node must be down. Its key is never lost. */
  loseDisk(how: DiskLoss): void {
    const { signed, lostThrough, tip } = this.disk
    const views = (signed?.votes ?? []).map(({ view }) => view)
    this.disk = how === 'old backup' ? this.#backup.backup() : new Disk()
    this.disk.signed = how === 'all lost' ? undefined : signed
    this.disk.lostThrough = Math.max(lostThrough, tip.view, ...views)
    this.#announced = this.disk.tip.height
    this.#harmedAtHeight = Math.max(...this.#world.machines.map(({ disk }) => disk.tip.height), tip.height)
    this.#world.note(`${this.id} loses data: ${how}`)
  }

  /** Runs one step of the core and carries out its effects, unless the node crashes meanwhile. */
  feed(event: Event): void {
    if (!this.alive) return
    if (event.type === 'committed') this.#announced = this.disk.tip.height
    const { life } = this
    this.#world.note(`${this.id} ${describe(event)}`)
    const effects = step(this.replica, event, this.#world.schedule.nowMs + this.skewMs)
    if (this.#world.isHonest(this)) this.#world.witness.stepped(this.index, this.replica)
    for (const effect of effects) if (this.life === life) this.#carryOut(effect)
  }

  /** Lets a client submit an action, and sends accepted ones to the others. */
  serveClient(): void {
    for (const bytes of this.contents.traffic(this.#era, this.disk)) this.#world.gossip(this, bytes)
  }

  receiveGossip(bytes: Uint8Array): void {
    this.contents.gossip(bytes, this.#era, this.disk)
  }

  get #era(): number {
    return eraAt(this.replica.config, this.#world.schedule.nowMs + this.skewMs)
  }

  /** Answers a peer's fetch, with a final block as it is stored; a faulty node may answer with another body. */
  serve(hash: string): Proposal | undefined {
    const final = this.disk.blocks.find((block) => block.hash === hash)
    const stored = final && { ...final, signature: new Uint8Array(64), parent: null, skips: [] }
    const held = this.replica.blocks.get(hash)?.proposal ?? stored
    return held && !this.#world.isHonest(this) && this.#world.random.chance(0.5) ? withOtherBody(held) : held
  }

  #load(): Replica {
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
        break
      case 'blame':
        this.#world.blame(this, effect)
    }
  }

  /** Writes to the disk one after the other, each write in parts. A crash may come before, between and after the parts, before the answer. */
  #write(crash: number, parts: (() => void)[], answer: Event): void {
    const { random, schedule } = this.#world
    const done =
      random.chance(crash) && !this.#world.mustNotCrash ? random.below(parts.length + 1) : undefined
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

  /** Asks random peers until one has the block. */
  #fetch(hash: string): void {
    this.#later(50 + this.#world.random.below(200), () => {
      const answer = this.#world.fetch(this, hash)
      if (answer) this.feed({ type: 'fetched', ...answer })
      else this.#fetch(hash)
    })
  }

  #setTimer(atMs: number): void {
    const id = ++this.#timer
    this.#later(Math.max(1, atMs - this.skewMs - this.#world.schedule.nowMs), () => {
      if (id === this.#timer) this.feed({ type: 'timer' })
    })
  }

  /** Runs something after a delay, unless this node crashes before. */
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
  if (message.type === 'recover') return `is asked by ${peer} for the votes that it forgot`
  if (message.type === 'recovery')
    return `gets the recovery answer of ${peer}, in view ${message.answer.view}`
  if (message.type === 'ask') return `is asked by ${peer} for views ${message.from} to ${message.to}`
  if (message.type === 'proposal')
    return `gets proposal ${message.proposal.hash.slice(0, 8)} in view ${message.proposal.header.view} from ${peer}`
  const { kind, view, hash } = message.type === 'vote' ? message.vote : message.certificate
  return `gets ${message.type} from ${peer}: ${kind} ${hash.slice(0, 8)} in view ${view}`
}
