import { fieldToHex } from '../crypto/field.ts'
import type { SignedRegister, SignedTransfer } from '../ledger/action.ts'
import type { Budgets } from '../ledger/admission.ts'
import { applyAction } from '../ledger/apply-action.ts'
import { checkSubmissionEra } from '../ledger/era.ts'
import { Overlay } from '../ledger/overlay.ts'
import { MINT, RETIRED } from '../ledger/params.ts'
import type { LedgerRecord } from '../ledger/record.ts'
import { isAhead, isRejection, type Rejection, reject } from '../ledger/rejection.ts'
import type { Rules } from '../ledger/rules.ts'
import { sponsorOf } from '../ledger/sponsor.ts'
import type { StateChanges, StateView } from '../ledger/state.ts'
import { addConflicts, addUsed } from './conflicts.ts'
import { Departures } from './departures.ts'
import { Entries } from './entries.ts'
import { type Candidate, eraOf, type Holder, type PoolEntry, type PoolLimits, sizeOf } from './entry.ts'
import { holderOf } from './holder.ts'
import { Leaving, type LeavingEntry, SLICE_CLOSING, SLICE_LEAVING, statusOf } from './leaving.ts'
import { type Departure, Outcomes } from './outcomes.ts'
import { Parked } from './parked.ts'
import { type Changes, PendingView } from './pending-view.ts'
import { codesWithout, holdingsWithout, replaceableFrom, waitingAt, youngerRival } from './replacement.ts'
import type { Share } from './shares.ts'

/** Parked actions that are admitted in one slice of work: some 10 ms. */
const SLICE_READY = 250

/** Rules and bounds of the pool, from genesis. */
export interface PoolRules {
  /** `openingsPerSigner` is ignored here: it applies per signer and block, and is checked when a block is filled. */
  ledger: Rules
  limits: PoolLimits
}

/**
 * Where an action comes from. `submit`: a client; the era must be in the submission window. `gossip`: a peer; out-of-order actions are
 * parked. `reload`: this node's own storage after a restart; these were acknowledged before, so the pool's bounds apply to all of them together
 * afterwards (`trim`).
 */
export type Source = 'submit' | 'gossip' | 'reload'

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

/** An action that left the pool, or the parked ones, without being final. */
export interface Left {
  action: Candidate
  status: Departure
  rejection: Rejection
}

/** What an action does to the pending state. */
interface Applied {
  record: LedgerRecord
  changes: Changes
}

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
  readonly outcomes = new Outcomes()
  readonly #rules: PoolRules
  readonly #pending: PendingView
  readonly #parked: Parked
  readonly #entries: Entries
  readonly #leaving = new Leaving()
  readonly #onLeft: (left: Left) => void
  readonly #onOvertaken: (action: Candidate) => void
  #nextArrival = 1

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
    this.#rules = { ...rules, ledger: { ...rules.ledger, openingsPerSigner: Number.POSITIVE_INFINITY } }
    this.#pending = new PendingView(final)
    this.#entries = new Entries(rules.limits)
    this.#onLeft = onLeft
  }

  /** At most the genesis's poolEntries. */
  get size(): number {
    return this.#entries.size
  }

  /** At most the genesis's poolBytes. */
  get bytes(): number {
    return this.#entries.bytes
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
    return this.#rules.limits
  }

  /** The lowest era of an entry, undefined when empty. */
  get oldestEra(): number | undefined {
    return this.#entries.oldestEra
  }

  /** Who holds how much, from which leaders fill blocks. */
  get shares(): Share {
    return this.#entries.shares.root
  }

  get(hash: bigint): PoolEntry | undefined {
    return this.#entries.get(hash)
  }

  /** The fromStart that the next transfer from a holding must have: the holding's outTotal in the pending state. */
  nextStart(account: bigint, assetId: bigint): bigint {
    return this.#pending.holding(account, assetId)?.outTotal ?? 0n
  }

  /** What is charged under a key (`Quotas`) in the pending state. */
  usage(key: bigint): Budgets {
    return this.#pending.usage(key)
  }

  /** All entries in order of arrival. Applying them to the final state in this order is valid, unless some are to leave (`hasWork`). */
  entries(): IterableIterator<PoolEntry> {
    return this.#entries.all()
  }

  /** The entries in which an account is sender or receiver, in order of arrival. */
  entriesOf(account: bigint): Iterable<PoolEntry> {
    return this.#entries.ofAccount(account)
  }

  /** Offers an action to the pool. `era` is the current one, `peer` the key of the peer that delivered it, if one did. */
  admit(candidate: Candidate, source: Source, era: number, peer = CLIENTS): Admission {
    this.#finishLeaving()
    const known = this.#entries.get(candidate.hash)
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
    this.#finishLeaving()
    const included: PoolEntry[] = []
    const foreign: LedgerRecord[] = []
    for (const record of block.records) {
      const entry = this.#entries.get(record.hash)
      if (entry === undefined) {
        foreign.push(record)
        this.#pending.opened(record)
      } else {
        included.push(entry)
        this.#remove(entry)
        this.#entries.shares.served(entry.holder)
      }
      const overtaken = this.#parked.delete(record.hash)
      if (overtaken !== undefined) this.#onOvertaken(overtaken)
      this.outcomes.set(record.hash, { status: 'FINAL', height: block.height })
    }
    const { ttl } = this.#rules.ledger
    const now = block.era + 1
    this.#parked.expire(now, ttl)
    const leaving = new Departures(this.#pending)
    leaving.addAll(this.#entries.until(now - ttl), reject('ERA_EXPIRED', { current: now, ttl }))
    for (const record of foreign) addConflicts(this.#pending, record, leaving)
    addUsed(this.#pending, block.retirements, leaving)
    this.#leaving.start(leaving, 'REJECTED')
    const evicted = this.#leaveSlice()
    for (const record of foreign) this.#changed(record)
    return { included, evicted }
  }

  /** Whether something is left to do, in slices. */
  get hasWork(): boolean {
    return !this.#leaving.isEmpty || this.#parked.hasReady
  }

  /** Does a slice of what is left to do. @returns the parked actions that it admitted */
  work(era: number): PoolEntry[] {
    if (this.#leaving.isEmpty) return this.#admitReady(era)
    this.#leaveSlice()
    return []
  }

  /** Evicts as many entries as needed to keep the bounds, after entries were reloaded. */
  trim(): void {
    for (; this.#isOver(0, 0); this.#finishLeaving()) this.#evict(this.shares)
  }

  /** Removes entries that could not be made durable, and all that no longer apply without them. @returns everything removed */
  withdraw(hashes: Iterable<bigint>): PoolEntry[] {
    this.#finishLeaving()
    const leaving = new Departures(this.#pending)
    for (const hash of hashes) {
      const entry = this.#entries.get(hash)
      if (entry !== undefined) leaving.add(entry, reject('NOT_READY'))
    }
    this.#leaving.start(leaving, 'REJECTED')
    return this.#finishLeaving()
  }

  #checkEra(actionEra: number, source: Source, now: number): Rejection | null {
    if (source === 'submit') return checkSubmissionEra(actionEra, now, this.#rules.ledger)
    const { delay, ttl } = this.#rules.ledger
    if (now >= actionEra + ttl) return reject('ERA_EXPIRED', { era: actionEra, now, ttl })
    const latest = now + delay + ttl
    return actionEra > latest ? reject('ERA_TOO_FAR', { era: actionEra, latest }) : null
  }

  #enter(candidate: Candidate, source: Source): PoolEntry | Rejection {
    const applied = this.#apply(candidate, this.#pending)
    if (isRejection(applied)) return this.#overtake(candidate, applied, source)
    const signer = this.#signerOf(candidate, applied.record)
    if (source === 'reload') return this.#place(candidate, applied, signer, source)
    const size = sizeOf(candidate)
    const room = this.#makeRoom(this.#holderOf(candidate, signer), size)
    if (room === 'FULL') return this.#full()
    // What gave way may be what this action rests on.
    const again = room === 'MADE' ? this.#apply(candidate, this.#pending) : applied
    return isRejection(again) ? again : this.#place(candidate, again, signer, source)
  }

  #apply(candidate: Candidate, view: StateView): Applied | Rejection {
    const overlay = new Overlay(view)
    const context = { blockEra: eraOf(candidate.action), rules: this.#rules.ledger }
    const record = applyAction(overlay, candidate, context)
    return isRejection(record) ? record : { record, changes: overlay.changes }
  }

  #place(candidate: Candidate, { record, changes }: Applied, signer: bigint, source: Source): PoolEntry {
    const unplaced = {
      ...candidate,
      kind: record.kind,
      holder: this.#holderOf(candidate, signer),
      size: sizeOf(candidate),
      era: eraOf(candidate.action),
      arrival: this.#nextArrival++,
      record,
      durable: source === 'reload',
    }
    const entry = this.#pending.add(unplaced, changes)
    this.#entries.add(entry)
    this.outcomes.delete(entry.hash)
    this.#changed(record)
    return entry
  }

  /** Puts an action in the place of a waiting one that is in its way, if the rules of the pool say so. */
  #overtake(candidate: Candidate, rejection: Rejection, source: Source): PoolEntry | Rejection {
    const { action } = candidate
    if (rejection.code === 'STALE_START' && action.type === 'transfer')
      return this.#replace(candidate, action, rejection, source)
    if (rejection.code === 'CODE_TAKEN' && action.type === 'register')
      return this.#claim(candidate, action, rejection, source)
    return rejection
  }

  /** If a registration of the code waits whose reservation is younger, puts the new one in its place. */
  #claim(
    candidate: Candidate,
    action: SignedRegister,
    taken: Rejection,
    source: Source,
  ): PoolEntry | Rejection {
    const rival = youngerRival(this.#pending, action, this.#rules.ledger.reservations)
    if (rival === undefined) return taken
    const leaving = new Departures(this.#pending)
    leaving.add(rival, taken)
    return this.#supplant(
      candidate,
      rival,
      leaving,
      codesWithout(this.#pending, action.definition.code),
      source,
    )
  }

  /** If a waiting action moves the units in question, puts the new one in its place if its era is late enough, or answers START_TAKEN. */
  #replace(
    candidate: Candidate,
    { transfer }: SignedTransfer,
    rejection: Rejection,
    source: Source,
  ): PoolEntry | Rejection {
    const { from, assetId, fromStart, era } = transfer
    const expected = this.nextStart(from, assetId)
    const final = this.#pending.final.holding(from, assetId)?.outTotal ?? 0n
    if (fromStart < final || fromStart >= expected) return rejection
    const waiting = waitingAt(this.#pending, transfer)
    if (waiting === undefined) return reject('START_TAKEN', { expected, got: fromStart })
    const earliest = replaceableFrom(waiting, this.#rules.ledger.ttl)
    const taken = reject('START_TAKEN', { expected, got: fromStart, replaceableFromEra: earliest })
    if (era < earliest) return taken
    const leaving = new Departures(this.#pending)
    leaving.add(waiting, reject('REPLACED', { by: fieldToHex(candidate.hash) }))
    if (!leaving.close(SLICE_CLOSING) || leaving.entries.size > SLICE_LEAVING) return taken
    return this.#supplant(candidate, waiting, leaving, holdingsWithout(this.#pending, leaving), source)
  }

  /** Puts an action in the place of a waiting one, if it applies to `without`, the pending state as it will be then. */
  #supplant(
    candidate: Candidate,
    waiting: PoolEntry,
    leaving: Departures,
    without: StateView,
    source: Source,
  ): PoolEntry | Rejection {
    const applied = this.#apply(candidate, without)
    if (isRejection(applied)) return applied
    if (this.#isOver(sizeOf(candidate) - waiting.size, 0)) return this.#full()
    this.#leaving.start(leaving, 'EVICTED')
    this.#finishLeaving()
    // Again, because what it is charged is counted from what waits now.
    const again = this.#apply(candidate, this.#pending)
    if (isRejection(again)) return again
    return this.#place(candidate, again, this.#signerOf(candidate, again.record), source)
  }

  #signerOf({ action }: Candidate, { from, assetId }: LedgerRecord): bigint {
    if (action.type === 'register' || (from !== MINT && from !== RETIRED)) return from
    const asset = this.#pending.asset(assetId)
    if (asset === undefined) throw new Error('an applied transfer has no asset')
    return asset.issuer
  }

  #holderOf({ action }: Candidate, signer: bigint): Holder {
    const sponsor = sponsorOf(action, this.#pending)
    if (sponsor === undefined) throw new Error('an applied action has no asset')
    const isKnown = this.#pending.final.usage(sponsor).assets > 0
    return holderOf({ sponsor, signer, isKnown }, this.#rules.ledger.quotas)
  }

  /**
   * Evicts what holds more than its share until `size` more bytes of a holder fit. FULL: the holder itself has its share, or so much rests on
   * what was evicted that it leaves in slices.
   */
  #makeRoom(holder: Holder, size: number): 'FREE' | 'MADE' | 'FULL' {
    const { shares } = this.#entries
    if (shares.countOf(holder) >= this.limits.perSigner) return 'FULL'
    if (!this.#isOver(size)) return 'FREE'
    let giving: Share | undefined
    while (this.#isOver(size)) {
      if (giving === undefined || giving.cost === 0) giving = shares.heavierThan(holder, shares.costOf(size))
      if (giving === undefined) return 'FULL'
      this.#evict(giving)
      if (!this.#leaving.isEmpty) return 'FULL'
    }
    return 'MADE'
  }

  /** Whether this many more entries and bytes would exceed the bounds. */
  #isOver(bytes: number, entries = 1): boolean {
    const { size, limits } = this
    return size + entries > limits.entries || this.bytes + bytes > limits.bytes
  }

  #evict(share: Share): void {
    const leaving = new Departures(this.#pending)
    leaving.add(this.#entries.shares.latestOf(share), this.#full())
    this.#leaving.start(leaving, 'EVICTED')
    this.#leaveSlice()
  }

  #full(): Rejection {
    const eras = Math.ceil(this.size / this.#rules.ledger.maxRecords)
    return reject('POOL_FULL', { retryAfterEras: Math.max(1, eras) })
  }

  #leaveSlice(): LeavingEntry[] {
    const slice = this.#leaving.slice()
    for (const { entry, status, rejection } of slice) {
      this.#remove(entry)
      this.outcomes.set(entry.hash, { status, rejection })
      this.#onLeft({ action: entry, status, rejection })
    }
    return slice
  }

  #finishLeaving(): PoolEntry[] {
    const left: PoolEntry[] = []
    while (!this.#leaving.isEmpty) for (const { entry } of this.#leaveSlice()) left.push(entry)
    return left
  }

  #remove(entry: PoolEntry): void {
    this.#pending.remove(entry)
    this.#entries.remove(entry)
  }

  /** Marks the parked actions as ready that may follow now that a record changed its holdings. */
  #changed({ from, to, assetId }: LedgerRecord): void {
    if (this.#parked.size === 0) return
    for (const account of [from, to]) {
      const signer = account === MINT ? this.#pending.asset(assetId)?.issuer : account
      const fromStart = this.nextStart(account, assetId)
      if (signer !== undefined) this.#parked.markReady(signer, { from: account, assetId, fromStart })
    }
  }

  /** Admits a slice of the parked actions that are ready, and of those that may follow them. */
  #admitReady(era: number): PoolEntry[] {
    const admitted: PoolEntry[] = []
    for (let left = SLICE_READY; left > 0 && this.#leaving.isEmpty; left -= 1) {
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
