import { Allowance, type AllowanceLimits } from './allowance.ts'

/** How many records the state is replayed by, to make the inputs of batches out of their order. */
export interface ReplayLimits extends AllowanceLimits {
  /** Records between two batches that are claimed one after the other: so many cost nothing. */
  free: number
}

/**
 * Counted in records of 45 us each (docs/performance.md): 4.5 s at once, then 9 % of a core. What is replayed under a claim for nothing takes as long as
 * three verifications, and is enough for provers that share the batches of several apis, in either direction.
 */
export const REPLAYS: ReplayLimits = { atOnce: 100_000, everyMs: 0.5, free: 4_096 }

/** For whom a batch is prepared: for whoever claims it or proves it under a claim, or for anyone else. */
export type Asker = 'claim' | 'anyone'

/**
 * Bounds how far the state is replayed. It is left where the last batch was prepared, so whoever asks for far ones in turns would take the process for
 * itself. A replay that is longer than what is left is owed: of a long chain the farthest batch can be had too, but not twice at once.
 */
export class ReplayAllowance {
  readonly #allowance: Allowance
  readonly #free: number
  /** Where the last claim left the state. Others move it too, but those pay for the way back. */
  #claimedAt: number | undefined

  /** @param now milliseconds of any clock */
  constructor(limits: ReplayLimits, now: () => number) {
    this.#allowance = new Allowance(limits, now)
    this.#free = limits.free
  }

  /** Pays for a replay. @param from where the state is @param to position of the batch's first record @returns false if it is refused for now */
  take(asker: Asker, from: number, to: number): boolean {
    if (asker === 'anyone') return to === from || this.#allowance.take(2 * Math.abs(to - from))
    const records = Math.abs(to - (this.#claimedAt ?? from))
    if (records > this.#free && !this.#allowance.take(records)) return false
    this.#claimedAt = to
    return true
  }
}
