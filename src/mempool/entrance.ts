import { fieldToHex } from '../crypto/field.ts'
import type { SignedRegister, SignedTransfer } from '../ledger/action.ts'
import { applyAction } from '../ledger/apply-action.ts'
import { Overlay } from '../ledger/overlay.ts'
import { MINT, RETIRED } from '../ledger/params.ts'
import type { LedgerRecord } from '../ledger/record.ts'
import { isRejection, type Rejection, reject } from '../ledger/rejection.ts'
import { sponsorOf } from '../ledger/sponsor.ts'
import type { StateView } from '../ledger/state.ts'
import { Departures } from './departures.ts'
import { type Candidate, eraOf, type Holder, type PoolEntry, sizeOf } from './entry.ts'
import { holderOf } from './holder.ts'
import { SLICE_CLOSING, SLICE_LEAVING } from './leaving.ts'
import type { Changes } from './pending-view.ts'
import { codesWithout, holdingsWithout, replaceableFrom, waitingAt, youngerRival } from './replacement.ts'
import type { Waiting } from './waiting.ts'

/**
 * Where an action comes from. `submit`: a client; the era must be in the submission window. `gossip`: a peer; out-of-order actions are
 * parked. `reload`: this node's own storage after a restart; these were acknowledged before, so the pool's bounds apply to all of them together
 * afterwards (`trim`).
 */
export type Source = 'submit' | 'gossip' | 'reload'

/** What an action does to the pending state. */
interface Applied {
  record: LedgerRecord
  changes: Changes
}

/**
 * Lets actions into the pool: each is applied to the pending state, and gets room, if its holder has some, or the place of a waiting action that must give
 * way. PROTOCOL.md, "Pool".
 */
export class Entrance {
  readonly #waiting: Waiting
  #nextArrival = 1

  constructor(waiting: Waiting) {
    this.#waiting = waiting
  }

  /** Lets an action in. @returns its entry, or why it may not enter */
  enter(candidate: Candidate, source: Source): PoolEntry | Rejection {
    const applied = this.#apply(candidate, this.#waiting.pending)
    if (isRejection(applied)) return this.#overtake(candidate, applied, source)
    const signer = this.#signerOf(candidate, applied.record)
    if (source === 'reload') return this.#place(candidate, applied, signer, source)
    const size = sizeOf(candidate)
    const room = this.#waiting.makeRoom(this.#holderOf(candidate, signer), size)
    if (room === 'FULL') return this.#waiting.full()
    // What gave way may be what this action rests on.
    const again = room === 'MADE' ? this.#apply(candidate, this.#waiting.pending) : applied
    return isRejection(again) ? again : this.#place(candidate, again, signer, source)
  }

  #apply(candidate: Candidate, view: StateView): Applied | Rejection {
    const overlay = new Overlay(view)
    const context = { blockEra: eraOf(candidate.action), rules: this.#waiting.rules.ledger }
    const record = applyAction(overlay, candidate, context)
    return isRejection(record) ? record : { record, changes: overlay.changes }
  }

  #place(candidate: Candidate, { record, changes }: Applied, signer: bigint, source: Source): PoolEntry {
    const { hash, action, bytes, note } = candidate
    // Written out: V8 takes seven times as long to copy an object and to add so much to it.
    const unplaced = {
      hash,
      action,
      bytes,
      note,
      kind: record.kind,
      holder: this.#holderOf(candidate, signer),
      size: sizeOf(candidate),
      era: eraOf(candidate.action),
      arrival: this.#nextArrival++,
      record,
      durable: source === 'reload',
    }
    const entry = this.#waiting.pending.add(unplaced, changes)
    this.#waiting.entries.add(entry)
    this.#waiting.outcomes.delete(entry.hash)
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
    const { pending, rules } = this.#waiting
    const rival = youngerRival(pending, action, rules.ledger.reservations)
    if (rival === undefined) return taken
    const leaving = new Departures(pending)
    leaving.add(rival, taken)
    return this.#supplant(candidate, rival, leaving, codesWithout(pending, action.definition.code), source)
  }

  /** If a waiting action moves the units in question, puts the new one in its place if its era is late enough, or answers START_TAKEN. */
  #replace(
    candidate: Candidate,
    { transfer }: SignedTransfer,
    rejection: Rejection,
    source: Source,
  ): PoolEntry | Rejection {
    const { from, assetId, fromStart, era } = transfer
    const { pending, rules } = this.#waiting
    const expected = pending.holding(from, assetId)?.outTotal ?? 0n
    const final = pending.final.holding(from, assetId)?.outTotal ?? 0n
    if (fromStart < final || fromStart >= expected) return rejection
    const waiting = waitingAt(pending, transfer)
    if (waiting === undefined) return reject('START_TAKEN', { expected, got: fromStart })
    const earliest = replaceableFrom(waiting, rules.ledger.ttl)
    const taken = reject('START_TAKEN', { expected, got: fromStart, replaceableFromEra: earliest })
    if (era < earliest) return taken
    const leaving = new Departures(pending)
    leaving.add(waiting, reject('REPLACED', { by: fieldToHex(candidate.hash) }))
    if (!leaving.close(SLICE_CLOSING) || leaving.entries.size > SLICE_LEAVING) return taken
    return this.#supplant(candidate, waiting, leaving, holdingsWithout(pending, leaving), source)
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
    if (this.#waiting.isOver(sizeOf(candidate) - waiting.size, 0)) return this.#waiting.full()
    this.#waiting.start(leaving, 'EVICTED')
    this.#waiting.finishLeaving()
    // Again, because what it is charged is counted from what waits now.
    const again = this.#apply(candidate, this.#waiting.pending)
    if (isRejection(again)) return again
    return this.#place(candidate, again, this.#signerOf(candidate, again.record), source)
  }

  #signerOf({ action }: Candidate, { from, assetId }: LedgerRecord): bigint {
    if (action.type === 'register' || (from !== MINT && from !== RETIRED)) return from
    const asset = this.#waiting.pending.asset(assetId)
    if (asset === undefined) throw new Error('an applied transfer has no asset')
    return asset.issuer
  }

  #holderOf({ action }: Candidate, signer: bigint): Holder {
    const sponsor = sponsorOf(action, this.#waiting.pending)
    if (sponsor === undefined) throw new Error('an applied action has no asset')
    const isKnown = this.#waiting.pending.final.usage(sponsor).assets > 0
    return holderOf({ sponsor, signer, isKnown }, this.#waiting.rules.ledger.quotas)
  }
}
