import { applyAction } from '../ledger/apply-action.ts'
import { checkSubmissionEra } from '../ledger/era.ts'
import { Overlay } from '../ledger/overlay.ts'
import { MINT } from '../ledger/params.ts'
import type { LedgerRecord } from '../ledger/record.ts'
import { isRejection, type Rejection, reject } from '../ledger/rejection.ts'
import type { Rules } from '../ledger/rules.ts'
import type { StateView } from '../ledger/state.ts'
import { type Candidate, eraOf, type PoolEntry, type PoolLimits, sizeOf } from './entry.ts'
import { Outcomes } from './outcomes.ts'
import { Parked } from './parked.ts'
import { PendingView } from './pending-view.ts'

/** Rules and bounds of the pool, from genesis. */
export interface PoolRules {
  /** `openingsPerSigner` is ignored here: it applies per signer and block, and is checked when a block is filled. */
  ledger: Rules
  limits: PoolLimits
}

/**
 * Where an action comes from. `submit`: a client; the era must be in the submission window. `gossip`: a peer; out-of-order actions are
 * parked. `reload`: this node's own storage after a restart; these were acknowledged before, so the pool's bounds do not apply.
 */
export type Source = 'submit' | 'gossip' | 'reload'

/** KNOWN: the same action is in the pool already. ADMITTED lists the action and the parked ones that could follow it. */
export type Admission =
  | { status: 'ADMITTED'; entries: PoolEntry[] }
  | { status: 'KNOWN'; entry: PoolEntry }
  | { status: 'PARKED' }
  | { status: 'REJECTED'; rejection: Rejection }

/** The changes that a final block made to the pool. */
export interface Rebased {
  included: PoolEntry[]
  evicted: { entry: PoolEntry; rejection: Rejection }[]
}

/** Rejections that may go away when an earlier action, still on its way, arrives. */
const CURABLE = new Set<string>(['STALE_START', 'INSUFFICIENT_BALANCE', 'NO_HOLDING', 'UNKNOWN_ASSET'])

/**
 * Actions waiting for a block. Each was applied to the pending state (the final state plus all entries), so an action may depend on others
 * that still wait, and one without cover is rejected at once. PROTOCOL.md, "Pool".
 */
export class Pool {
  readonly outcomes = new Outcomes()
  readonly #rules: PoolRules
  readonly #final: StateView
  readonly #pending: PendingView
  readonly #parked: Parked
  /** In order of arrival. */
  readonly #entries = new Map<bigint, PoolEntry>()
  /** The entries of each account, as sender or receiver, in order of arrival. */
  readonly #byAccount = new Map<bigint, Set<PoolEntry>>()
  readonly #bySigner = new Map<bigint, number>()
  readonly #byEra = new Map<number, number>()
  /** Holdings changed by actions of the last final block that the pool did not have: parked actions may follow now. */
  #changed: { account: bigint; assetId: bigint }[] = []
  #bytes = 0
  #nextArrival = 1

  /** `final` is the live final state: after changing it, the caller must call `finalize` before any other use of the pool. */
  constructor(final: StateView, rules: PoolRules) {
    this.#final = final
    this.#parked = new Parked(rules.ledger.poseidon)
    this.#rules = { ...rules, ledger: { ...rules.ledger, openingsPerSigner: Number.POSITIVE_INFINITY } }
    this.#pending = new PendingView(final)
  }

  get size(): number {
    return this.#entries.size
  }

  get bytes(): number {
    return this.#bytes
  }

  get parked(): number {
    return this.#parked.size
  }

  /** At most MAX_PARKED_BYTES. */
  get parkedBytes(): number {
    return this.#parked.bytes
  }

  get limits(): PoolLimits {
    return this.#rules.limits
  }

  /** The lowest era of an entry, undefined when empty. */
  get oldestEra(): number | undefined {
    let oldest: number | undefined
    for (const era of this.#byEra.keys()) if (oldest === undefined || era < oldest) oldest = era
    return oldest
  }

  get(hash: bigint): PoolEntry | undefined {
    return this.#entries.get(hash)
  }

  /** The fromStart that the next transfer from a holding must have: the holding's outTotal in the pending state. */
  nextStart(account: bigint, assetId: bigint): bigint {
    return this.#pending.holding(account, assetId)?.outTotal ?? 0n
  }

  /** All entries in order of arrival. Applying them to the final state in this order is valid. */
  entries(): IterableIterator<PoolEntry> {
    return this.#entries.values()
  }

  /** The entries in which an account is sender or receiver, in order of arrival. */
  entriesOf(account: bigint): Iterable<PoolEntry> {
    return this.#byAccount.get(account) ?? []
  }

  /** Offers an action to the pool. `era` is the current one, `peer` the key of the peer that delivered it, if one did. */
  admit(candidate: Candidate, source: Source, era: number, peer = ''): Admission {
    const known = this.#entries.get(candidate.hash)
    if (known !== undefined) return { status: 'KNOWN', entry: known }
    const rejected = this.#checkEra(eraOf(candidate.action), source, era)
    if (rejected !== null) return { status: 'REJECTED', rejection: rejected }
    const entry = this.#enter(candidate, source)
    if (isRejection(entry)) {
      if (source === 'gossip' && CURABLE.has(entry.code) && this.#parked.add(candidate, peer))
        return { status: 'PARKED' }
      return { status: 'REJECTED', rejection: entry }
    }
    this.#parked.delete(candidate.hash)
    return { status: 'ADMITTED', entries: [entry, ...this.#unpark(holdingsOf(entry.record), era)] }
  }

  /**
   * Updates the pool after a block was applied to the final state: the block's entries leave and expired ones are evicted. If any were, or if
   * the block held actions that the pool did not have, all other entries are applied again, and those that no longer apply are evicted.
   * The caller must call `admitParked` next.
   */
  finalize(block: { height: number; era: number; records: readonly LedgerRecord[] }): Rebased {
    const included: PoolEntry[] = []
    this.#changed = []
    for (const record of block.records) {
      const { hash } = record
      const entry = this.#entries.get(hash)
      if (entry !== undefined) {
        included.push(entry)
        this.#leave(entry)
      } else {
        this.#parked.delete(hash)
        this.#changed.push(...holdingsOf(record))
      }
      this.outcomes.set(hash, { status: 'FINAL', height: block.height })
    }
    const evicted = this.#expire(block.era + 1)
    if (evicted.length === 0 && included.length === block.records.length) return { included, evicted }
    return { included, evicted: evicted.concat(this.#reapply()) }
  }

  /** Admits parked actions that waited for actions of the last final block that the pool did not have. */
  admitParked(era: number): PoolEntry[] {
    const changed = this.#changed
    this.#changed = []
    return this.#unpark(changed, era)
  }

  /** Removes entries that could not be made durable, and all that no longer apply without them. @returns everything removed */
  withdraw(hashes: Iterable<bigint>): PoolEntry[] {
    const left: PoolEntry[] = []
    for (const hash of hashes) {
      const entry = this.#entries.get(hash)
      if (entry === undefined) continue
      this.#leave(entry)
      left.push(entry)
    }
    return left.length > 0 ? left.concat(this.#reapply().map(({ entry }) => entry)) : left
  }

  #checkEra(actionEra: number, source: Source, now: number): Rejection | null {
    if (source === 'submit') return checkSubmissionEra(actionEra, now, this.#rules.ledger)
    const { delay, ttl } = this.#rules.ledger
    if (now >= actionEra + ttl) return reject('ERA_EXPIRED', { era: actionEra, now, ttl })
    const latest = now + delay + ttl
    return actionEra > latest ? reject('ERA_TOO_FAR', { era: actionEra, latest }) : null
  }

  #rejectIfFull(candidate: Candidate, signer: bigint): Rejection | undefined {
    const { limits, ledger } = this.#rules
    const full =
      this.#entries.size >= limits.entries ||
      this.#bytes + sizeOf(candidate) > limits.bytes ||
      (this.#bySigner.get(signer) ?? 0) >= limits.perSigner
    return full
      ? reject('POOL_FULL', {
          retryAfterEras: Math.max(1, Math.ceil(this.#entries.size / ledger.maxRecords)),
        })
      : undefined
  }

  #enter(candidate: Candidate, source: Source): PoolEntry | Rejection {
    const overlay = new Overlay(this.#pending)
    const era = eraOf(candidate.action)
    const record = applyAction(overlay, candidate, { blockEra: era, rules: this.#rules.ledger })
    if (isRejection(record)) return this.#explain(candidate, record)
    const signer = this.#signerOf(candidate, record.from, record.assetId)
    if (source !== 'reload') {
      const full = this.#rejectIfFull(candidate, signer)
      if (full !== undefined) return full
    }
    const entry: PoolEntry = {
      ...candidate,
      kind: record.kind,
      signer,
      era,
      arrival: this.#nextArrival++,
      record,
      durable: source === 'reload',
    }
    this.#pending.add(entry, overlay.changes)
    this.#count(entry, 1)
    this.#entries.set(entry.hash, entry)
    this.outcomes.delete(entry.hash)
    return entry
  }

  /** If an entry of the pool already moves the units in question, answers START_TAKEN instead of STALE_START. */
  #explain({ action }: Candidate, rejection: Rejection): Rejection {
    if (rejection.code !== 'STALE_START' || action.type !== 'transfer') return rejection
    const { from, assetId, fromStart } = action.transfer
    const final = this.#final.holding(from, assetId)?.outTotal ?? 0n
    const pending = this.#pending.holding(from, assetId)?.outTotal ?? 0n
    if (fromStart < final || fromStart >= pending) return rejection
    return reject('START_TAKEN', { expected: pending.toString(), got: fromStart.toString() })
  }

  #signerOf({ action }: Candidate, from: bigint, assetId: bigint): bigint {
    if (action.type === 'register' || from > 1n) return from
    const asset = this.#pending.asset(assetId)
    if (asset === undefined) throw new Error('an applied transfer has no asset')
    return asset.issuer
  }

  /** Admits the parked actions that may follow a change of these holdings, and those that may follow them. */
  #unpark(changed: Iterable<{ account: bigint; assetId: bigint }>, era: number): PoolEntry[] {
    if (this.#parked.size === 0) return []
    const admitted: PoolEntry[] = []
    const queue = [...changed]
    for (let next = queue.pop(); next !== undefined; next = queue.pop()) {
      const { account: from, assetId } = next
      const signer = from === MINT ? this.#pending.asset(assetId)?.issuer : from
      if (signer === undefined) continue
      const parked = this.#parked.take(signer, { from, assetId, fromStart: this.nextStart(from, assetId) })
      if (parked === undefined) continue
      const { candidate, peer } = parked
      if (this.#checkEra(eraOf(candidate.action), 'gossip', era) !== null) continue
      const entry = this.#enter(candidate, 'gossip')
      if (!isRejection(entry)) {
        admitted.push(entry)
        queue.push(...holdingsOf(entry.record))
      } else if (CURABLE.has(entry.code)) this.#parked.add(candidate, peer)
    }
    return admitted
  }

  #count(entry: PoolEntry, by: 1 | -1): void {
    this.#bytes += by * sizeOf(entry)
    bump(this.#bySigner, entry.signer, by)
    bump(this.#byEra, entry.era, by)
    for (const account of [entry.record.from, entry.record.to]) {
      const entries = this.#byAccount.get(account) ?? new Set()
      if (by === 1) this.#byAccount.set(account, entries.add(entry))
      else if (entries.delete(entry) && entries.size === 0) this.#byAccount.delete(account)
    }
  }

  #leave(entry: PoolEntry): void {
    this.#entries.delete(entry.hash)
    this.#pending.remove(entry)
    this.#count(entry, -1)
  }

  /** Evicts entries that can enter no block of `era` or later. */
  #expire(era: number): Rebased['evicted'] {
    const { ttl } = this.#rules.ledger
    this.#parked.expire(era, ttl)
    const oldest = this.oldestEra
    if (oldest === undefined || era < oldest + ttl) return []
    const evicted: Rebased['evicted'] = []
    for (const entry of [...this.#entries.values()]) {
      if (era < entry.era + ttl) continue
      const rejection = reject('ERA_EXPIRED', { era: entry.era, current: era })
      this.#leave(entry)
      this.outcomes.set(entry.hash, { status: 'EXPIRED', rejection })
      evicted.push({ entry, rejection })
    }
    return evicted
  }

  /** Applies all entries to the final state again, in order of arrival, and evicts those that are rejected. */
  #reapply(): Rebased['evicted'] {
    const evicted: Rebased['evicted'] = []
    const entries = [...this.#entries.values()]
    this.#pending.clear()
    for (const entry of entries) {
      const overlay = new Overlay(this.#pending)
      const record = applyAction(overlay, entry, { blockEra: entry.era, rules: this.#rules.ledger })
      if (isRejection(record)) {
        this.#entries.delete(entry.hash)
        this.#count(entry, -1)
        this.outcomes.set(entry.hash, { status: 'REJECTED', rejection: record })
        evicted.push({ entry, rejection: record })
        continue
      }
      entry.record = record
      this.#pending.add(entry, overlay.changes)
    }
    return evicted
  }
}

/** Both holdings that a record changes. */
function holdingsOf({ from, to, assetId }: LedgerRecord): { account: bigint; assetId: bigint }[] {
  return [
    { account: from, assetId },
    { account: to, assetId },
  ]
}

function bump<K>(counts: Map<K, number>, key: K, by: number): void {
  const count = (counts.get(key) ?? 0) + by
  if (count === 0) counts.delete(key)
  else counts.set(key, count)
}
