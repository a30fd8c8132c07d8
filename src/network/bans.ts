const FIRST_MS = 1_000
const MAX_OBSERVER_MS = 600_000
/** Consensus needs validators, so their bans are only as long as it takes to bound the harm they can do. */
const MAX_VALIDATOR_MS = 30_000
const FORGIVEN_MS = 600_000

/**
 * Peers banned for breaking the protocol. Each ban lasts twice as long as the one before; ten minutes after the end of a ban the count starts
 * again. Of the validators, only so many are banned at a time as may be faulty: the ban of one more ends the oldest ban, so that bans alone can
 * never keep a quorum apart. PROTOCOL.md, "Peers".
 */
export class Bans {
  /** Of listed peers only: a connection of any other key ends with its handshake. */
  readonly #byKey = new Map<string, { strikes: number; untilMs: number }>()
  /** Keys of the validators banned last, the oldest ban first. */
  readonly #validators = new Set<string>()
  readonly #maxValidators: number

  /** @param maxValidators that may be banned at a time, at least 1 */
  constructor(maxValidators: number) {
    this.#maxValidators = maxValidators
  }

  /** Bans a peer from `nowMs` on (of any monotonic clock). @returns the ban's length in milliseconds */
  ban(key: string, isValidator: boolean, nowMs: number): number {
    const before = this.#byKey.get(key)
    const isForgiven = before === undefined || nowMs > before.untilMs + FORGIVEN_MS
    const strikes = isForgiven ? 1 : before.strikes + 1
    const ms = Math.min(FIRST_MS * 2 ** (strikes - 1), isValidator ? MAX_VALIDATOR_MS : MAX_OBSERVER_MS)
    this.#byKey.set(key, { strikes, untilMs: nowMs + ms })
    if (isValidator) this.#banValidator(key, nowMs)
    return ms
  }

  isBanned(key: string, nowMs: number): boolean {
    return nowMs < (this.#byKey.get(key)?.untilMs ?? 0)
  }

  #banValidator(key: string, nowMs: number): void {
    this.#validators.delete(key)
    this.#validators.add(key)
    for (const other of this.#validators) if (!this.isBanned(other, nowMs)) this.#validators.delete(other)
    if (this.#validators.size <= this.#maxValidators) return
    const [oldest] = this.#validators
    this.#validators.delete(oldest!)
    this.#byKey.get(oldest!)!.untilMs = nowMs
  }
}
