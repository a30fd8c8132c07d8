/** How often something is allowed. */
export interface AllowanceLimits {
  /** At once, after a long pause. */
  atOnce: number
  /** Milliseconds after which it is allowed once more. */
  everyMs: number
}

/** Bounds how often something is done: a bucket that refills steadily. */
export class Allowance {
  readonly #limits: AllowanceLimits
  readonly #now: () => number
  #left: number
  #atMs: number

  /** @param now milliseconds of any clock; one that is set back adds nothing */
  constructor(limits: AllowanceLimits, now: () => number) {
    this.#limits = limits
    this.#now = now
    this.#left = limits.atOnce
    this.#atMs = now()
  }

  /** Uses it, once or so many times; what is missing then is owed, and comes in first. @returns false if not even one is left */
  take(times = 1): boolean {
    const { atOnce, everyMs } = this.#limits
    const now = this.#now()
    this.#left = Math.min(atOnce, this.#left + Math.max(0, now - this.#atMs) / everyMs)
    this.#atMs = now
    if (this.#left < 1) return false
    this.#left -= times
    return true
  }

  /** Undoes a use, which turned out not to count. */
  giveBack(): void {
    this.#left = Math.min(this.#limits.atOnce, this.#left + 1)
  }
}
