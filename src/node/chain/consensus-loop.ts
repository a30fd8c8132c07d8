import { Failure } from '../../config/failure.ts'
import { DivergenceError } from '../../consensus/finality.ts'
import { createReplica, type Replica } from '../../consensus/replica.ts'
import { restore } from '../../consensus/restore.ts'
import { step } from '../../consensus/step.ts'
import type {
  Certificate,
  Effect,
  Event,
  Point,
  Proposal,
  ReplicaConfig,
  Signed,
  StoredConsensus,
  Write,
} from '../../consensus/types.ts'
import type { Clock, Timer } from '../../process/clock.ts'
import type { Logger } from '../../telemetry/log.ts'
import type { Peering } from '../peers/peering.ts'
import type { BlockExecutor } from './block-executor.ts'
import { checkClockOfOne } from './clock-of-one.ts'
import type { Committer } from './committer.ts'
import type { EvidenceLog } from './evidence-log.ts'

/** Longest delay of one timer: above 2^31 ms Node would fire it at once. */
const MAX_TIMER_MS = 60_000

/** What the loop runs effects with. A promise that rejects ends the node: whatever can be retried was retried inside. */
export interface LoopParts {
  executor: BlockExecutor
  committer: Pick<Committer, 'persist' | 'commit'>
  /** Undefined with one validator: there is nobody to send to. */
  peering: Pick<Peering, 'send' | 'fetch' | 'blame' | 'clockOffsetMs'> | undefined
  evidence: Pick<EvidenceLog, 'record'>
  clock: Clock
  log: Logger
  /** Called once, with an error that cannot be recovered from. */
  onFatal(error: unknown): void
}

/** What the replica resumes from. */
export interface LoopStart {
  config: ReplicaConfig
  committed: Point
  certificate: Certificate | null
  stored: StoredConsensus
  /** What was signed here, by signer.json. */
  signed: Signed
  /** The nonce to ask the others with, for a validator whose signer.json is lost. */
  nonce?: string | undefined
  /** Indexes of the validators whose answers suffice, if the operator named some. */
  trusted?: readonly number[] | undefined
  /** Whether the operator vouches for a clock that is far after the last block. */
  acceptClock?: boolean | undefined
}

/**
 * Runs the consensus core: feeds it events one at a time and carries out its effects. An effect that takes time ends in an event. Writes
 * become durable in the order in which the core asked for them.
 */
export class ConsensusLoop {
  readonly #parts: LoopParts
  readonly #replica: Replica
  readonly #events: Event[] = []
  #draining = false
  #stopped = false
  #timer: Timer | undefined
  #persists: Promise<void> = Promise.resolve()
  readonly #running = new Set<Promise<void>>()
  #acceptClock: boolean
  #clockOffsetMs = 0

  constructor(parts: LoopParts, start: LoopStart) {
    const { config, committed, certificate, stored, signed, nonce, trusted, acceptClock = false } = start
    this.#parts = parts
    this.#acceptClock = acceptClock
    this.#replica = createReplica(config, committed, certificate)
    restore(this.#replica, stored, { signed, nonce, trusted })
  }

  get view(): number {
    return this.#replica.view
  }

  /** Height of the highest block held, whether final or not. */
  get height(): number {
    let { height } = this.#replica.committed
    for (const { proposal } of this.#replica.blocks.values())
      height = Math.max(height, proposal.header.height)
    return height
  }

  /** Views at or below it have nothing left to decide. */
  get finalView(): number {
    return this.#replica.final.view
  }

  /** True while a validator that lost its signer file waits for enough others to say what it may have signed. */
  get isRecovering(): boolean {
    return this.#replica.recovery !== undefined
  }

  /** A block that is held and not committed. */
  proposal(hash: string): Proposal | undefined {
    return this.#replica.blocks.get(hash)?.proposal
  }

  /** Takes the first step. The executor must know the roots of the committed block. */
  start(): void {
    this.#awaitRoots(this.#replica.committed.hash)
    this.dispatch({ type: 'start' })
  }

  /** Feeds an event; ignored once stopped. */
  dispatch(event: Event): void {
    if (this.#stopped) return
    this.#readPeersClocks()
    this.#events.push(event)
    if (this.#draining) return
    this.#draining = true
    try {
      for (let next = this.#events.shift(); next !== undefined; next = this.#events.shift()) {
        for (const effect of step(this.#replica, next, this.#parts.clock.now())) this.#carryOut(effect)
      }
    } catch (error) {
      this.#fail(error)
    } finally {
      this.#draining = false
    }
  }

  /** Takes no further steps, and waits for writes under way. */
  async stop(): Promise<void> {
    this.#stopped = true
    this.#parts.clock.cancel(this.#timer)
    await Promise.allSettled([this.#persists, ...this.#running])
  }

  #carryOut(effect: Effect): void {
    const { executor, peering } = this.#parts
    switch (effect.type) {
      case 'timer':
        this.#setTimer(effect.atMs)
        break
      case 'persist':
        this.#persist(effect.token, effect.writes)
        break
      case 'send':
        peering?.send(effect)
        break
      case 'fetch':
        peering?.fetch(effect.hash)
        break
      case 'blame':
        peering?.blame(effect.peer, effect.why)
        break
      case 'build': {
        const { view, era, empty, parent } = effect
        if (!this.#acceptClock) checkClockOfOne(this.#replica.config, parent, era)
        this.#acceptClock = false
        const parentHash = parent.hash
        const content = executor.build({ parentHash, era, empty })
        this.dispatch({ type: 'built', view, parentHash, ...content })
        break
      }
      case 'execute':
        this.#run(this.#execute(effect.proposal))
        break
      case 'commit':
        this.#run(this.#commit(effect.proposal, effect.certificate))
        break
      case 'evidence':
        this.#parts.evidence.record(effect.evidence)
    }
  }

  /** Tells the core when the peers' clocks have moved. */
  #readPeersClocks(): void {
    const offsetMs = Math.round(this.#parts.peering?.clockOffsetMs ?? 0)
    if (offsetMs === this.#clockOffsetMs) return
    this.#clockOffsetMs = offsetMs
    this.#events.push({ type: 'clock', offsetMs })
  }

  #setTimer(atMs: number): void {
    this.#parts.clock.cancel(this.#timer)
    const delay = Math.min(Math.max(0, atMs - this.#parts.clock.now()), MAX_TIMER_MS)
    this.#timer = this.#parts.clock.after(delay, () => this.dispatch({ type: 'timer' }))
  }

  #persist(token: number, writes: Write[]): void {
    this.#persists = this.#persists
      .then(() => this.#parts.committer.persist(writes))
      .then(() => this.dispatch({ type: 'persisted', token }))
    this.#run(this.#persists)
  }

  async #execute(proposal: Proposal): Promise<void> {
    const { hash, header } = proposal
    const reason = await this.#parts.executor.execute(proposal)
    if (reason !== null) this.#parts.log.error({ hash, height: header.height, reason }, 'invalid block')
    this.dispatch({ type: 'executed', hash, valid: reason === null })
    if (reason === null) this.#awaitRoots(hash)
  }

  #awaitRoots(hash: string): void {
    const rooted = this.#parts.executor.rootsAfter(hash)
    if (rooted === undefined) throw new Error(`roots after ${hash} were never asked for`)
    this.#run(rooted.then((roots) => this.dispatch({ type: 'rooted', hash, roots })))
  }

  async #commit(proposal: Proposal, certificate: Certificate): Promise<void> {
    await this.#parts.committer.commit(proposal, certificate)
    this.dispatch({ type: 'committed', hash: proposal.hash })
  }

  /** Keeps track of work under way. If it fails, the node ends. */
  #run(work: Promise<void>): void {
    const tracked = work.catch((error) => this.#fail(error))
    this.#running.add(tracked)
    tracked.finally(() => this.#running.delete(tracked))
  }

  #fail(error: unknown): void {
    if (this.#stopped) return
    this.#stopped = true
    this.#parts.clock.cancel(this.#timer)
    this.#parts.onFatal(error instanceof DivergenceError ? diverged(error) : error)
  }
}

/** A node that differs must not start again by itself: it would serve, or vote for, what the others do not have. */
function diverged(cause: DivergenceError): Failure {
  return new Failure('DIVERGED', cause.message, {
    hint: 'ask the other operators for their block of this height; if only this node differs, restore its database before starting it again',
    cause,
  })
}
