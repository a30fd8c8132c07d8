import type { Rejection } from '../ledger/rejection.ts'
import type { Departures } from './departures.ts'
import type { PoolEntry } from './entry.ts'
import type { Departure } from './outcomes.ts'

/** Entries that leave in one slice of work: some 5 ms. */
export const SLICE_LEAVING = 1_000
/** Entries that are looked at in one slice of work to find what leaves: some 10 ms. */
export const SLICE_CLOSING = 10_000

/** An entry that leaves. */
export interface LeavingEntry {
  entry: PoolEntry
  status: Departure
  rejection: Rejection
}

/** What has yet to leave the pool, in slices: first everything that rests on what leaves is found, then it leaves. At most all entries of the pool. */
export class Leaving {
  #departures: Departures | undefined
  #otherwise: Departure = 'REJECTED'

  get isEmpty(): boolean {
    return this.#departures === undefined
  }

  /** Takes over what leaves; `otherwise` is the status where the rejection does not tell it. @throws Error unless it is empty */
  start(departures: Departures, otherwise: Departure): void {
    if (!this.isEmpty) throw new Error('entries leave while others are leaving')
    this.#departures = departures
    this.#otherwise = otherwise
  }

  /** The entries that leave with this slice; they must be removed. */
  slice(): LeavingEntry[] {
    const departures = this.#departures
    if (departures?.close(SLICE_CLOSING) !== true) return []
    const { entries } = departures
    const leaving: LeavingEntry[] = []
    for (const [entry, rejection] of entries) {
      if (leaving.length === SLICE_LEAVING) return leaving
      entries.delete(entry)
      leaving.push({ entry, rejection, status: statusOf(rejection, this.#otherwise) })
    }
    this.#departures = undefined
    return leaving
  }
}

/** What becomes of an action that leaves for this reason. */
export function statusOf({ code }: Rejection, otherwise: Departure): Departure {
  if (code === 'ERA_EXPIRED') return 'EXPIRED'
  if (code === 'POOL_FULL') return 'EVICTED'
  return code === 'REPLACED' ? 'REPLACED' : otherwise
}
