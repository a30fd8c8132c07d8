import { bytesToHex, equalBytes } from '../../../src/codec/bytes.ts'
import { createReplica, type Replica } from '../../../src/consensus/replica.ts'
import { restore } from '../../../src/consensus/restore.ts'
import { step } from '../../../src/consensus/step.ts'
import type { Certificate, Effect, Event, Proposal } from '../../../src/consensus/types.ts'
import { cheapConfig, contentOn, isContentOn, rootsAfter, sha } from './cheap.ts'
import { Disk } from './disk.ts'
import type { Simulation } from './simulation.ts'

/** One validator: the real core on a disk and a clock of its own. */
export class Machine {
  /** Its place among the machines, and its name as a peer. */
  readonly id: number
  /** The validator it is; two machines with one key are twins, and contradict each other. */
  readonly index: number
  readonly disk = new Disk()
  readonly skewMs: number
  alive = true
  /** Never comes back. */
  lost = false
  /** Raised by every crash; what was under way then never ends. */
  life = 0
  replica: Replica
  readonly #world: Simulation
  #timer = 0
  #diskFreeMs = 0

  constructor(world: Simulation, { id, index, skewMs }: { id: number; index: number; skewMs: number }) {
    this.#world = world
    this.id = id
    this.index = index
    this.skewMs = skewMs
    this.replica = this.#loaded()
  }

  /** Starts, or starts again from what is on the disk. */
  boot(): void {
    this.alive = true
    this.life++
    this.replica = this.#loaded()
    this.#world.note(`${this.id} boots at height ${this.disk.tip.height}`)
    this.#later(0, () => {
      const { hash } = this.disk.tip
      this.feed({ type: 'rooted', hash, roots: rootsAfter(hash) })
      this.feed({ type: 'start' })
      this.#world.connect(this)
    })
  }

  crash(): void {
    this.alive = false
    this.life++
    this.#world.note(`${this.id} crashes`)
  }

  feed(event: Event): void {
    if (!this.alive) return
    const { life } = this
    this.#world.note(`${this.id} ${describe(event)}`)
    const effects = step(this.replica, event, this.#world.schedule.nowMs + this.skewMs)
    if (this.#world.isHonest(this)) this.#world.witness.stepped(this.index, this.replica)
    for (const effect of effects) if (this.life === life) this.#carryOut(effect)
  }

  /** A proposal that peers may ask for. */
  serve(hash: string): Proposal | undefined {
    return this.replica.blocks.get(hash)?.proposal ?? this.disk.blocks.find((block) => block.hash === hash)
  }

  #loaded(): Replica {
    const { tip, certificate, stored, highestSigned } = this.disk
    const replica = createReplica(cheapConfig(this.#world.n, this.index), tip, certificate)
    restore(replica, structuredClone(stored), highestSigned)
    return replica
  }

  #carryOut(effect: Effect): void {
    const { random, faults } = this.#world
    switch (effect.type) {
      case 'persist':
        this.#write(faults.crashAtPersist, () => {
          this.disk.write(effect.writes)
          return { type: 'persisted', token: effect.token }
        })
        break
      case 'commit':
        this.#write(faults.crashAtCommit, () => this.#commit(effect.proposal, effect.certificate))
        break
      case 'send':
        this.#world.send(this, effect)
        break
      case 'timer':
        this.#setTimer(effect.atMs)
        break
      case 'build': {
        const { view, parent } = effect
        const content = contentOn(parent.hash, random.below(1_000))
        const built: Event = { type: 'built', view, parentHash: parent.hash, ...content }
        this.#later(random.below(50), () => this.feed(built))
        break
      }
      case 'execute':
        this.#later(random.below(30), () => this.#execute(effect.proposal))
        break
      case 'fetch':
        this.#fetch(effect.hash)
        break
      case 'evidence':
        this.#world.accuse(effect.evidence)
    }
  }

  /** Writes go to the disk one after the other. A crash comes before the write, or between it and its answer. */
  #write(crash: number, write: () => Event): void {
    const { random, schedule } = this.#world
    const fate = random.chance(crash) ? (random.chance(0.5) ? 'lost' : 'unanswered') : 'done'
    this.#diskFreeMs = Math.max(this.#diskFreeMs, schedule.nowMs) + 1 + random.below(10)
    this.#later(this.#diskFreeMs - schedule.nowMs, () => {
      if (fate === 'lost') return this.#world.crash(this)
      const answer = write()
      if (fate === 'unanswered') return this.#world.crash(this)
      this.feed(answer)
    })
  }

  #commit(proposal: Proposal, certificate: Certificate): Event {
    if (this.#world.isHonest(this)) this.#world.witness.committed(this.index, proposal, this.disk)
    this.disk.commit(proposal, certificate)
    this.#later(this.#world.random.below(20), () => this.disk.prune())
    return { type: 'committed', hash: proposal.hash }
  }

  #execute({ header, hash, body }: Proposal): void {
    const isFitting = isContentOn(bytesToHex(header.parentHash), body)
    const valid = isFitting && equalBytes(sha(body), header.bodyHash)
    this.feed({ type: 'executed', hash, valid })
    if (!valid) return
    this.#later(this.#world.random.below(100), () =>
      this.feed({ type: 'rooted', hash, roots: rootsAfter(hash) }),
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
  if (message.type === 'ask') return `is asked by ${peer} for views ${message.from} to ${message.to}`
  if (message.type === 'proposal')
    return `hears ${peer} propose ${message.proposal.hash.slice(0, 8)} in view ${message.proposal.header.view}`
  const { kind, view, hash } = message.type === 'vote' ? message.vote : message.certificate
  return `hears ${message.type} of ${peer}: ${kind} ${hash.slice(0, 8)} in view ${view}`
}
