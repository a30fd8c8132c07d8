import { type Rejection, reject } from '../ledger/rejection.ts'
import type { Rules } from '../ledger/rules.ts'
import type { StateView } from '../ledger/state.ts'
import { Departures } from './departures.ts'
import { Entries } from './entries.ts'
import type { Candidate, Holder, PoolEntry, PoolLimits } from './entry.ts'
import { Leaving, type LeavingEntry } from './leaving.ts'
import { type Departure, Outcomes } from './outcomes.ts'
import { PendingView } from './pending-view.ts'
import type { Share } from './shares.ts'

/** Rules and bounds of the pool, from genesis. */
export interface PoolRules {
  /** `openingsPerSigner` is ignored here: it applies per signer and block, and is checked when a block is filled. */
  ledger: Rules
  limits: PoolLimits
}

/** An action that left the pool, or the parked ones, without being final. */
export interface Left {
  action: Candidate
  status: Departure
  rejection: Rejection
}

/** The entries of a pool, the state after them, and what leaves of them, within the pool's bounds. Everything that leaves does so here. */
export class Waiting {
  readonly outcomes = new Outcomes()
  readonly rules: PoolRules
  readonly pending: PendingView
  readonly entries: Entries
  readonly #leaving = new Leaving()
  readonly #onLeft: (left: Left) => void

  constructor(final: StateView, rules: PoolRules, onLeft: (left: Left) => void) {
    this.rules = rules
    this.pending = new PendingView(final)
    this.entries = new Entries(rules.limits)
    this.#onLeft = onLeft
  }

  /** Whether nothing is to leave. */
  get isSettled(): boolean {
    return this.#leaving.isEmpty
  }

  /** Lets entries leave, in slices; `otherwise` is the status where the rejection does not tell it. @throws Error unless `isSettled` */
  start(leaving: Departures, otherwise: Departure): void {
    this.#leaving.start(leaving, otherwise)
  }

  /**
   * Evicts what holds more than its share until `size` more bytes of a holder fit. FULL: the holder itself has its share, or so much rests on
   * what was evicted that it leaves in slices.
   */
  makeRoom(holder: Holder, size: number): 'FREE' | 'MADE' | 'FULL' {
    const { shares } = this.entries
    if (shares.countOf(holder) >= this.rules.limits.perSigner) return 'FULL'
    if (!this.isOver(size)) return 'FREE'
    let giving: Share | undefined
    while (this.isOver(size)) {
      if (giving === undefined || giving.cost === 0) giving = shares.heavierThan(holder, shares.costOf(size))
      if (giving === undefined) return 'FULL'
      this.evict(giving)
      if (!this.#leaving.isEmpty) return 'FULL'
    }
    return 'MADE'
  }

  /** Whether this many more entries and bytes would exceed the bounds. */
  isOver(bytes: number, entries = 1): boolean {
    const { limits } = this.rules
    return this.entries.size + entries > limits.entries || this.entries.bytes + bytes > limits.bytes
  }

  /** Evicts the latest entry of a share, and what rests on it, or a slice of that. */
  evict(share: Share): void {
    const leaving = new Departures(this.pending)
    leaving.add(this.entries.shares.latestOf(share), this.full())
    this.start(leaving, 'EVICTED')
    this.leaveSlice()
  }

  /** The rejection of what has no room. */
  full(): Rejection {
    const eras = Math.ceil(this.entries.size / this.rules.ledger.maxRecords)
    return reject('POOL_FULL', { retryAfterEras: Math.max(1, eras) })
  }

  /** Lets a slice of what is to leave leave. */
  leaveSlice(): LeavingEntry[] {
    const slice = this.#leaving.slice()
    for (const { entry, status, rejection } of slice) {
      this.remove(entry)
      this.outcomes.set(entry.hash, { status, rejection })
      this.#onLeft({ action: entry, status, rejection })
    }
    return slice
  }

  /** Lets all leave that is to leave. @returns it */
  finishLeaving(): PoolEntry[] {
    const left: PoolEntry[] = []
    while (!this.#leaving.isEmpty) for (const { entry } of this.leaveSlice()) left.push(entry)
    return left
  }

  /** Removes an entry that became final, or that leaves. */
  remove(entry: PoolEntry): void {
    this.pending.remove(entry)
    this.entries.remove(entry)
  }
}
