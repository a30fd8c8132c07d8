const FIRST_MS = 1_000
const MAX_OBSERVER_MS = 600_000
/** A validator is needed: it is kept away only for as long as it takes to do no harm. */
const MAX_VALIDATOR_MS = 30_000
const FORGIVEN_MS = 600_000

/** Peers kept away because they broke the protocol: for twice as long each time, forgiven after ten good minutes. */
export class Bans {
  readonly #byKey = new Map<string, { strikes: number; untilMs: number }>()

  /** Keeps a peer away from `nowMs` on; returns for how long. */
  ban(key: string, isValidator: boolean, nowMs: number): number {
    const before = this.#byKey.get(key)
    const isForgiven = before === undefined || nowMs > before.untilMs + FORGIVEN_MS
    const strikes = isForgiven ? 1 : before.strikes + 1
    const ms = Math.min(FIRST_MS * 2 ** (strikes - 1), isValidator ? MAX_VALIDATOR_MS : MAX_OBSERVER_MS)
    this.#byKey.set(key, { strikes, untilMs: nowMs + ms })
    return ms
  }

  isBanned(key: string, nowMs: number): boolean {
    return nowMs < (this.#byKey.get(key)?.untilMs ?? 0)
  }
}
