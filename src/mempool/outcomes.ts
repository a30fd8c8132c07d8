import type { Rejection } from '../ledger/rejection.ts'

/** Outcomes remembered, the oldest forgotten first. */
const MAX_OUTCOMES = 50_000

/** What became of an action that is no longer waiting. */
export type Outcome =
  | { status: 'FINAL'; height: number }
  | { status: 'REJECTED' | 'EXPIRED'; rejection: Rejection }

/** Remembers, within a bound, why actions left the pool, by transferHash or registerHash. */
export class Outcomes {
  readonly #byHash = new Map<bigint, Outcome>()

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

  /** An action rejected before may be admitted later: then only that counts. */
  delete(hash: bigint): void {
    this.#byHash.delete(hash)
  }
}
