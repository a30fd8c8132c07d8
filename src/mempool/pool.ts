import type { Budgets } from '../ledger/admission.ts'
import { checkSubmissionEra } from '../ledger/era.ts'
import { MINT } from '../ledger/params.ts'
import type { LedgerRecord } from '../ledger/record.ts'
import { isAhead, isRejection, type Rejection, reject } from '../ledger/rejection.ts'
import type { StateChanges, StateView } from '../ledger/state.ts'
import { addConflicts, addUsed } from './conflicts.ts'
import { Departures } from './departures.ts'
import { Entrance, type Source } from './entrance.ts'
import { type Candidate, eraOf, type PoolEntry, type PoolLimits } from './entry.ts'
import { type LeavingEntry, statusOf } from './leaving.ts'
import type { Outcomes } from './outcomes.ts'
import { Parked } from './parked.ts'
import type { Share } from './shares.ts'
import { type Left, type PoolRules, Waiting } from './waiting.ts'

/** Parked actions that are admitted in one slice of work: some 10 ms. */
const SLICE_READY = 250

/**
 * KNOWN: the same action is in the pool already. ADMITTED lists the action and the parked ones that could follow it. PARKED: it waits for others that it
 * follows, and `rejection` says what is missing; `action` is what is parked, with another signature if it was before. CROWDED: it would be parked if the
 * one that delivered it had room.
 */
export type Admission =
  | { status: 'ADMITTED'; entries: PoolEntry[] }
  | { status: 'KNOWN'; entry: PoolEntry }
  | { status: 'PARKED'; action: Candidate; rejection: Rejection }
  | { status: 'REJECTED' | 'CROWDED'; rejection: Rejection }

/** A final block, as far as the pool needs it; `retirements` are those that it added (not looked at) or used (null). */
export interface FinalChanges extends Pick<StateChanges, 'retirements'> {
  height: number
  era: number
  records: readonly LedgerRecord[]
}

/** The changes that a final block made to the pool. If `hasWork`, more are evicted by `work`. */
export interface Rebased {
  included: PoolEntry[]
  evicted: LeavingEntry[]
}

/** Rejections of gossiped actions that may go away when an earlier action, still on its way, arrives: the peer that passed it on has that one too. */
const CURABLE = new Set<string>(['STALE_START', 'INSUFFICIENT_BALANCE', 'NO_HOLDING', 'UNKNOWN_ASSET'])
/** What clients submit is parked in this share of the budget, all of them together. No peer has this key. */
const CLIENTS = ''

/**
 * Actions waiting for a block. Each was applied to the pending state (the final state plus all entries), so an action may depend on others
 * that still wait, and one without cover is rejected at once. PROTOCOL.md, "Pool".
 *
 * No call takes longer than its own action deserves: what a block or an eviction makes to do beyond SLICE_LEAVING and SLICE_READY is left for
 * `work`, which is to be called while `hasWork`. Admission and the next block finish what is left of the leaving at once.
 */
export class Pool {
  readonly #waiting: Waiting
  readonly #entrance: Entrance
  readonly #parked: Parked
  readonly #onLeft: (left: Left) => void
  readonly #onOvertaken: (action: Candidate) => void

  /**
   * `final` is the live final state: after changing it, the caller must call `finalize` before any other use of the pool.
   * `onLeft` is called for each action that leaves for another reason than being final, `onOvertaken` for each parked one that a block brought. Neither
   * may use the pool.
   */
  constructor(
    final: StateView,
    rules: PoolRules,
    onLeft: (left: Left) => void = () => undefined,
    onOvertaken: (action: Candidate) => void = () => undefined,
  ) {
    this.#parked = new Parked(rules.ledger.poseidon, (...dropped) => this.#unpark(...dropped))
    this.#onOvertaken = onOvertaken
    const ledger = { ...rules.ledger, openingsPerSigner: Number.POSITIVE_INFINITY }
    this.#waiting = new Waiting(final, { ...rules, ledger }, onLeft)
    this.#entrance = new Entrance(this.#waiting)
    this.#onLeft = onLeft
  }

  /** What became of actions that left. */
  get outcomes(): Outcomes {
    return this.#waiting.outcomes
  }

  /** At most the genesis's poolEntries. */
  get size(): number {
    return this.#waiting.entries.size
  }

  /** At most the genesis's poolBytes. */
  get bytes(): number {
    return this.#waiting.entries.bytes
  }

  get parked(): number {
    return this.#parked.size
  }

  /** At most MAX_PARKED_BYTES. */
  get parkedBytes(): number {
    return this.#parked.bytes
  }

  /** Whether an action waits for others that it follows. */
  isParked(hash: bigint): boolean {
    return this.#parked.has(hash)
  }

  get limits(): PoolLimits {
    return this.#waiting.rules.limits
  }

  /** The lowest era of an entry, undefined when empty. */
  get oldestEra(): number | undefined {
    return this.#waiting.entries.oldestEra
  }

  /** Who holds how much, from which leaders fill blocks. */
  get shares(): Share {
    return this.#waiting.entries.shares.root
  }

  get(hash: bigint): PoolEntry | undefined {
    return this.#waiting.entries.get(hash)
  }

  /** The fromStart that the next transfer from a holding must have: the holding's outTotal in the pending state. */
  nextStart(account: bigint, assetId: bigint): bigint {
    return this.#waiting.pending.holding(account, assetId)?.outTotal ?? 0n
  }

  /** What is charged under a key (`Quotas`) in the pending state. */
  usage(key: bigint): Budgets {
    return this.#waiting.pending.usage(key)
  }

  /** All entries in order of arrival. Applying them to the final state in this order is valid, unless some are to leave (`hasWork`). */
  entries(): IterableIterator<PoolEntry> {
    return this.#waiting.entries.all()
  }

  /** The entries in which an account is sender or receiver, in order of arrival. */
  entriesOf(account: bigint): Iterable<PoolEntry> {
    return this.#waiting.entries.ofAccount(account)
  }

  /** Offers an action to the pool. `era` is the current one, `peer` the key of the peer that delivered it, if one did. */
  admit(candidate: Candidate, source: Source, era: number, peer = CLIENTS): Admission {
    this.#waiting.finishLeaving()
    const known = this.#waiting.entries.get(candidate.hash)
    if (known !== undefined) return { status: 'KNOWN', entry: known }
    // What is parked may enter without being submitted again, so its client must not be told to sign it anew.
    const rejected = this.#checkEra(
      eraOf(candidate.action),
      this.isParked(candidate.hash) ? 'gossip' : source,
      era,
    )
    if (rejected !== null) return { status: 'REJECTED', rejection: rejected }
    const entry = this.#enter(candidate, source)
    if (isRejection(entry)) {
      const action = mayPark(entry, source) ? this.#parked.add(candidate, peer) : undefined
      if (action === 'FULL') return { status: 'CROWDED', rejection: entry }
      if (action !== undefined) return { status: 'PARKED', action, rejection: entry }
      return { status: 'REJECTED', rejection: entry }
    }
    this.#parked.delete(candidate.hash)
    return { status: 'ADMITTED', entries: [entry, ...this.#admitReady(era)] }
  }

  /**
   * Updates the pool after a block was applied to the final state: the block's entries leave, and those that expired, that it rules out, or that
   * rest on such are evicted.
   */
  finalize(block: FinalChanges): Rebased {
    this.#waiting.finishLeaving()
    const included: PoolEntry[] = []
    const foreign: LedgerRecord[] = []
    for (const record of block.records) {
      const entry = this.#waiting.entries.get(record.hash)
      if (entry === undefined) {
        foreign.push(record)
        this.#waiting.pending.opened(record)
      } else {
        included.push(entry)
        this.#waiting.remove(entry)
        this.#waiting.entries.shares.served(entry.holder)
      }
      const overtaken = this.#parked.delete(record.hash)
      if (overtaken !== undefined) this.#onOvertaken(overtaken)
      this.outcomes.set(record.hash, { status: 'FINAL', height: block.height })
    }
    const { ttl } = this.#waiting.rules.ledger
    const now = block.era + 1
    this.#parked.expire(now, ttl)
    const leaving = new Departures(this.#waiting.pending)
    leaving.addAll(this.#waiting.entries.until(now - ttl), reject('ERA_EXPIRED', { current: now, ttl }))
    for (const record of foreign) addConflicts(this.#waiting.pending, record, leaving)
    addUsed(this.#waiting.pending, block.retirements, leaving)
    this.#waiting.start(leaving, 'REJECTED')
    const evicted = this.#waiting.leaveSlice()
    for (const record of foreign) this.#changed(record)
    return { included, evicted }
  }

  /** Whether something is left to do, in slices. */
  get hasWork(): boolean {
    return !this.#waiting.isSettled || this.#parked.hasReady
  }

  /** Does a slice of what is left to do. @returns the parked actions that it admitted */
  work(era: number): PoolEntry[] {
    if (this.#waiting.isSettled) return this.#admitReady(era)
    this.#waiting.leaveSlice()
    return []
  }

  /** Evicts as many entries as needed to keep the bounds, after entries were reloaded. */
  trim(): void {
    for (; this.#waiting.isOver(0, 0); this.#waiting.finishLeaving()) this.#waiting.evict(this.shares)
  }

  /** Removes entries that could not be made durable, and all that no longer apply without them. @returns everything removed */
  withdraw(hashes: Iterable<bigint>): PoolEntry[] {
    this.#waiting.finishLeaving()
    const leaving = new Departures(this.#waiting.pending)
    for (const hash of hashes) {
      const entry = this.#waiting.entries.get(hash)
      if (entry !== undefined) leaving.add(entry, reject('NOT_READY'))
    }
    this.#waiting.start(leaving, 'REJECTED')
    return this.#waiting.finishLeaving()
  }

  #enter(candidate: Candidate, source: Source): PoolEntry | Rejection {
    const entry = this.#entrance.enter(candidate, source)
    if (!isRejection(entry)) this.#changed(entry.record)
    return entry
  }

  #checkEra(actionEra: number, source: Source, now: number): Rejection | null {
    if (source === 'submit') return checkSubmissionEra(actionEra, now, this.#waiting.rules.ledger)
    const { delay, ttl } = this.#waiting.rules.ledger
    if (now >= actionEra + ttl) return reject('ERA_EXPIRED', { era: actionEra, now, ttl })
    const latest = now + delay + ttl
    return actionEra > latest ? reject('ERA_TOO_FAR', { era: actionEra, latest }) : null
  }

  /** Marks the parked actions as ready that may follow now that a record changed its holdings. */
  #changed({ from, to, assetId }: LedgerRecord): void {
    if (this.#parked.size === 0) return
    for (const account of [from, to]) {
      const signer = account === MINT ? this.#waiting.pending.asset(assetId)?.issuer : account
      const fromStart = this.nextStart(account, assetId)
      if (signer !== undefined) this.#parked.markReady(signer, { from: account, assetId, fromStart })
    }
  }

  /** Admits a slice of the parked actions that are ready, and of those that may follow them. */
  #admitReady(era: number): PoolEntry[] {
    const admitted: PoolEntry[] = []
    for (let left = SLICE_READY; left > 0 && this.#waiting.isSettled; left -= 1) {
      const parked = this.#parked.takeReady()
      if (parked === undefined) break
      const { candidate, peer } = parked
      const entry = this.#checkEra(eraOf(candidate.action), 'gossip', era) ?? this.#enter(candidate, 'gossip')
      if (!isRejection(entry)) admitted.push(entry)
      else if (!CURABLE.has(entry.code) || typeof this.#parked.add(candidate, peer) !== 'object')
        this.#unpark(candidate, entry, peer)
    }
    return admitted
  }

  /** A parked action leaves without having been admitted. */
  #unpark(action: Candidate, rejection: Rejection, peer: string): void {
    const status = statusOf(rejection, 'REJECTED')
    // Clients ask what became of theirs; peers could fill the list with what they invent.
    if (peer === CLIENTS) this.outcomes.set(action.hash, { status, rejection })
    this.#onLeft({ action, status, rejection })
  }
}

/** Whether an action waits for those before it. A client's is refused, unless its start says that there are some: mostly, it is a mistake. */
function mayPark(rejection: Rejection, source: Source): boolean {
  if (source === 'gossip') return CURABLE.has(rejection.code)
  return source === 'submit' && isAhead(rejection)
}
