import { createHash } from 'node:crypto'
import { bytesToHex, equalBytes, hexToBytes, utf8 } from '../../../src/codec/bytes.ts'
import { createReplica, pointOf, type Replica, restore } from '../../../src/consensus/replica.ts'
import { step } from '../../../src/consensus/step.ts'
import type {
  Effect,
  Event,
  Message,
  Point,
  Proposal,
  Roots,
  StoredConsensus,
  Write,
} from '../../../src/consensus/types.ts'
import { Random } from './random.ts'

const ERA_MS = 2_000
const BASE_MS = 2_000
const SKEW_MS = 200
const GENESIS: Point = { hash: '00'.repeat(32), height: 0, view: 0, era: 0 }

/** What goes wrong, each a probability or a bound in milliseconds. */
export interface Faults {
  drop: number
  duplicate: number
  maxDelayMs: number
  /** Chance a second that a node crashes; it comes back after up to 5 s. */
  crash: number
  /** Chance a second that a partition begins or ends. */
  partition: number
  maxSkewMs: number
}

export const NO_FAULTS: Faults = {
  drop: 0,
  duplicate: 0,
  maxDelayMs: 50,
  crash: 0,
  partition: 0,
  maxSkewMs: 0,
}

interface Node {
  index: number
  replica: Replica
  alive: boolean
  incarnation: number
  skewMs: number
  timer: number
  /** What survives a crash. */
  disk: {
    stored: StoredConsensus
    committed: Proposal[]
    certificate: Uint8Array | null
    tip: Point
    final: Replica['final']['certificate']
  }
}

interface Scheduled {
  atMs: number
  order: number
  run(): void
}

/**
 * Validators under virtual time: the real core, a cheap signature (a hash under the signer's name), bodies that are just their height. After every
 * event the invariants are checked; a breach throws with the seed.
 */
export class Simulation {
  readonly nodes: Node[]
  nowMs = 0
  faults: Faults
  readonly #n: number
  readonly #random: Random
  readonly #seed: number
  readonly #queue: Scheduled[] = []
  #order = 0
  #partition = new Set<number>()
  /** The one block of each height, once anybody committed it. */
  readonly #final = new Map<number, string>()
  /** All votes ever sent, by validator, view and kind. */
  readonly #voted = new Map<string, string>()
  readonly #trace = createHash('sha256')
  events = 0

  constructor(n: number, seed: number, faults: Faults) {
    this.#n = n
    this.#seed = seed
    this.#random = new Random(seed)
    this.faults = faults
    this.nodes = Array.from({ length: n }, (_, index) => ({
      index,
      replica: this.#fresh(index),
      alive: true,
      incarnation: 0,
      skewMs: this.#random.below(2 * faults.maxSkewMs + 1) - faults.maxSkewMs,
      timer: 0,
      disk: {
        stored: { votes: [], proposals: [], certificates: [] },
        committed: [],
        certificate: null,
        tip: GENESIS,
        final: null,
      },
    }))
    for (const node of this.nodes) this.#boot(node)
    this.#at(1_000, () => this.#mischief())
  }

  /** Same seed, same hash: every event and effect went in. */
  traceHash(): string {
    return this.#trace.copy().digest('hex')
  }

  heights(): number[] {
    return this.nodes.map((node) => node.disk.tip.height)
  }

  run(untilMs: number): void {
    while (this.#queue.length > 0 && this.#queue[0]!.atMs <= untilMs) {
      const next = this.#pop()
      this.nowMs = next.atMs
      next.run()
    }
    this.nowMs = untilMs
  }

  /** Ends all faults, wakes everyone, connects everyone. */
  heal(): void {
    this.faults = NO_FAULTS
    this.#partition.clear()
    for (const node of this.nodes) if (!node.alive) this.#restart(node)
    for (const node of this.nodes)
      for (const peer of this.nodes)
        if (peer !== node) this.#feed(node, { type: 'connected', peer: String(peer.index) })
  }

  #fresh(index: number, tip = GENESIS, final: Replica['final']['certificate'] = null): Replica {
    return createReplica(
      {
        chainId: 1n,
        paramsHash: new Uint8Array(32),
        validators: this.#n,
        self: index,
        startTimeMs: 0,
        eraMs: ERA_MS,
        baseMs: BASE_MS,
        skewMs: SKEW_MS,
        sign: (message) => fakeSignature(index, message),
        verify: (validator, message, signature) => equalBytes(fakeSignature(validator, message), signature),
      },
      tip,
      final,
    )
  }

  #boot(node: Node): void {
    const { incarnation } = node
    this.#at(0, () => {
      if (node.incarnation !== incarnation) return
      this.#feed(node, { type: 'rooted', hash: node.disk.tip.hash, roots: rootsAfter(node.disk.tip.hash) })
      this.#feed(node, { type: 'start' })
      for (const peer of this.nodes) {
        if (peer === node) continue
        this.#feed(node, { type: 'connected', peer: String(peer.index) })
        if (peer.alive) this.#feed(peer, { type: 'connected', peer: String(node.index) })
      }
    })
  }

  #crash(node: Node): void {
    node.alive = false
    node.incarnation++
    this.#note(`crash ${node.index}`)
    this.#at(this.#random.below(5_000), () => {
      if (!node.alive) this.#restart(node)
    })
  }

  #restart(node: Node): void {
    node.alive = true
    node.incarnation++
    node.replica = this.#fresh(node.index, node.disk.tip, node.disk.final)
    restore(node.replica, structuredClone(node.disk.stored))
    this.#note(`restart ${node.index}`)
    this.#boot(node)
  }

  #mischief(): void {
    const { crash, partition } = this.faults
    for (const node of this.nodes) if (node.alive && this.#random.chance(crash)) this.#crash(node)
    if (this.#random.chance(partition)) {
      this.#partition =
        this.#partition.size > 0
          ? new Set()
          : new Set(this.nodes.map((n) => n.index).filter(() => this.#random.chance(0.5)))
    }
    this.#at(1_000, () => this.#mischief())
  }

  #feed(node: Node, event: Event): void {
    if (!node.alive) return
    this.events++
    this.#note(`${node.index} ${event.type}`)
    const effects = step(node.replica, event, this.nowMs + node.skewMs)
    for (const effect of effects) this.#carry(node, effect)
    this.#check(node)
  }

  /** Runs later unless the node crashes before. */
  #later(node: Node, delayMs: number, run: () => void): void {
    const { incarnation } = node
    this.#at(delayMs, () => {
      if (node.alive && node.incarnation === incarnation) run()
    })
  }

  #carry(node: Node, effect: Effect): void {
    switch (effect.type) {
      case 'persist':
        // Half of all crashes during a write find it done, half lost: writes are atomic.
        this.#later(node, 1 + this.#random.below(10), () => {
          for (const write of effect.writes) store(node, write)
          this.#later(node, this.#random.below(5), () =>
            this.#feed(node, { type: 'persisted', token: effect.token }),
          )
        })
        return
      case 'send':
        for (const peer of this.nodes) {
          if (peer !== node && (effect.to === 'all' || effect.to.peer === String(peer.index)))
            this.#send(node, peer, effect.message)
        }
        return
      case 'timer': {
        const id = ++node.timer
        this.#later(node, Math.max(1, effect.atMs - node.skewMs - this.nowMs), () => {
          if (id === node.timer) this.#feed(node, { type: 'timer' })
        })
        return
      }
      case 'build':
        this.#later(node, this.#random.below(50), () => {
          const body = utf8(`${effect.parent.height + 1}`)
          this.#feed(node, { type: 'built', view: effect.view, body, bodyHash: sha(body), position: 0 })
        })
        return
      case 'execute': {
        const { hash } = effect.proposal
        this.#later(node, this.#random.below(30), () => {
          this.#feed(node, {
            type: 'executed',
            hash,
            valid: equalBytes(sha(effect.proposal.body), effect.proposal.header.bodyHash),
          })
          this.#later(node, this.#random.below(100), () =>
            this.#feed(node, { type: 'rooted', hash, roots: rootsAfter(hash) }),
          )
        })
        return
      }
      case 'fetch':
        this.#fetch(node, effect.hash)
        return
      case 'commit':
        this.#later(node, 1 + this.#random.below(20), () =>
          this.#commit(node, effect.proposal, effect.certificate),
        )
    }
  }

  #fetch(node: Node, hash: string): void {
    this.#later(node, 50 + this.#random.below(200), () => {
      const peer = this.nodes[this.#random.below(this.#n)]!
      const held = peer.replica.blocks.get(hash)?.proposal ?? peer.disk.committed.find((p) => p.hash === hash)
      if (peer.alive && held && !this.#cut(node, peer)) this.#feed(node, { type: 'fetched', proposal: held })
      else this.#fetch(node, hash)
    })
  }

  #commit(node: Node, proposal: Proposal, certificate: NonNullable<Replica['final']['certificate']>): void {
    const { header, hash } = proposal
    const known = this.#final.get(header.height)
    if (known !== undefined && known !== hash) this.#fail(`two final blocks of height ${header.height}`)
    if (header.height !== node.disk.tip.height + 1)
      this.#fail(`node ${node.index} commits ${header.height} after ${node.disk.tip.height}`)
    this.#final.set(header.height, hash)
    node.disk.tip = { hash, height: header.height, view: header.view, era: header.era }
    node.disk.final = certificate
    node.disk.committed.push(proposal)
    this.#later(node, this.#random.below(5), () => {
      this.#feed(node, { type: 'committed', hash })
      const keep = <T>(list: T[], view: (item: T) => number) =>
        list.filter((item) => view(item) > header.view)
      const { stored } = node.disk
      stored.votes = keep(stored.votes, (v) => v.view)
      stored.proposals = keep(stored.proposals, (p) => p.header.view)
      stored.certificates = keep(stored.certificates, (c) => c.view)
    })
  }

  #send(from: Node, to: Node, message: Message): void {
    if (message.type === 'vote' && message.vote.validator === from.index) this.#witness(message.vote)
    const copies = this.#random.chance(this.faults.duplicate) ? 2 : 1
    for (let i = 0; i < copies; i++) {
      if (this.#cut(from, to) || this.#random.chance(this.faults.drop)) continue
      const { incarnation } = to
      this.#at(1 + this.#random.below(this.faults.maxDelayMs), () => {
        if (to.alive && to.incarnation === incarnation) this.#feed(to, { type: 'message', message })
      })
    }
  }

  /** No honest validator says two things: not two notarisations, nor skip and finalise, in one view. */
  #witness({
    validator,
    view,
    kind,
    hash,
  }: {
    validator: number
    view: number
    kind: string
    hash: string
  }): void {
    const side = kind === 'notarise' ? 'notarise' : 'end'
    const said = kind === 'notarise' ? hash : kind === 'skip' ? 'skip' : `finalise ${hash}`
    const key = `${validator}/${view}/${side}`
    const before = this.#voted.get(key)
    if (before !== undefined && before !== said)
      this.#fail(`validator ${validator} said ${before} and ${said} in view ${view}`)
    this.#voted.set(key, said)
  }

  #cut(a: Node, b: Node): boolean {
    return this.#partition.has(a.index) !== this.#partition.has(b.index)
  }

  #check({ index, replica }: Node): void {
    for (const [view, kinds] of replica.certificates) {
      if (kinds.skip && kinds.finalise)
        this.#fail(`node ${index} holds skip and final certificates of view ${view}`)
    }
    if (!pointOf(replica, replica.committed.hash)) this.#fail('the committed block has no place')
    const spread = replica.blocks.size + replica.votes.size + replica.certificates.size
    if (spread > 20_000) this.#fail(`node ${index} holds ${spread} things`)
  }

  #fail(what: string): never {
    throw new Error(`${what} (n ${this.#n}, SEED=${this.#seed}, at ${this.nowMs} ms)`)
  }

  #note(line: string): void {
    this.#trace.update(`${this.nowMs} ${line}\n`)
  }

  #at(delayMs: number, run: () => void): void {
    const item = { atMs: this.nowMs + delayMs, order: this.#order++, run }
    let low = 0
    let high = this.#queue.length
    while (low < high) {
      const middle = (low + high) >> 1
      if (this.#queue[middle]!.atMs <= item.atMs) low = middle + 1
      else high = middle
    }
    this.#queue.splice(low, 0, item)
  }

  #pop(): Scheduled {
    return this.#queue.shift()!
  }
}

function store({ disk: { stored } }: Node, write: Write): void {
  if (write.type === 'vote') stored.votes.push(write.vote)
  else if (write.type === 'proposal') stored.proposals.push(write.proposal)
  else stored.certificates.push(write.certificate)
}

const sha = (bytes: Uint8Array) => new Uint8Array(createHash('sha256').update(bytes).digest())

function fakeSignature(validator: number, message: Uint8Array): Uint8Array {
  return new Uint8Array(createHash('sha512').update(`${validator}/`).update(message).digest())
}

function rootsAfter(hash: string): Roots {
  const root = BigInt(`0x${bytesToHex(sha(hexToBytes(hash))).slice(0, 60)}`)
  return { stateRoot: root, historyRoot: root, batchStateRoot: root }
}
