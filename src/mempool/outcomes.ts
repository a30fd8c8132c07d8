import type { Rejection } from '../ledger/rejection.ts'

/** Bound on the outcomes kept; the oldest is dropped first. */
const MAX_OUTCOMES = 50_000

/** Why an action left the pool without being final. EVICTED: it gave way to others. REPLACED: its signer put another one in its place. */
export type Departure = 'REJECTED' | 'EXPIRED' | 'EVICTED' | 'REPLACED'

/** What became of an action that is no longer waiting. */
export type Outcome = { status: 'FINAL'; height: number } | { status: Departure; rejection: Rejection }

/** The latest outcomes, by transferHash or registerHash: final blocks' actions, and why others left the pool. */
export class Outcomes {
  readonly #byHash = new Map<bigint, Outcome>()

  /** At most MAX_OUTCOMES. */
  get size(): number {
    return this.#byHash.size
  }

  get(hash: bigint): Outcome | undefined {
    return this.#byHash.get(hash)
  }

  set(hash: bigint, outcome: Outcome): void {
    this.#byHash.delete(hash)
    this.#byHash.set(hash, outcome)
    if (this.#byHash.size <= MAX_OUTCOMES) return
    for (const oldest of this.#byHash.keys()) {
      this.#byHash.delete(oldest)
      break
    }
  }

  /** Drops an outcome: an action that was rejected before is now admitted. */
  delete(hash: bigint): void {
    this.#byHash.delete(hash)
  }
}
