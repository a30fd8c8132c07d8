import type { ProverSelf, ProverStatus } from './wire.ts'

/** At most so many provers are listed, each until it has been silent for FORGET_MS. */
export const MAX_PROVERS = 100
export const FORGET_MS = 120_000

const UNSAID: ProverSelf = { version: null, backend: null, threads: null }

interface Seen extends ProverSelf {
  batch: number | null
  stage: string
  seenAt: number
}

/** The provers that a queue has heard of, for people to see: kept in memory, and believed. */
export class KnownProvers {
  readonly #now: () => number
  readonly #seen = new Map<string, Seen>()

  /** @param now milliseconds since 1970 */
  constructor(now: () => number) {
    this.#now = now
  }

  /** Takes a sign of life. What a prover said of itself stays until it says something else. */
  saw(prover: string, report: Pick<Seen, 'batch' | 'stage'> & Partial<ProverSelf>): void {
    const seenAt = this.#now()
    const { version, backend, threads } = this.#seen.get(prover) ?? UNSAID
    this.#seen.delete(prover)
    this.#seen.set(prover, { version, backend, threads, ...report, seenAt })
    for (const [name, seen] of this.#seen)
      if (seenAt - seen.seenAt > FORGET_MS || this.#seen.size > MAX_PROVERS) this.#seen.delete(name)
  }

  /** Forgets a prover that stops. */
  forget(prover: string): void {
    this.#seen.delete(prover)
  }

  /** What each of them last reported, the latest last. */
  list(): ProverStatus[] {
    const now = this.#now()
    return [...this.#seen]
      .filter(([, { seenAt }]) => now - seenAt <= FORGET_MS)
      .map(([prover, { seenAt, ...seen }]) => ({
        prover,
        ...seen,
        secondsAgo: Math.round((now - seenAt) / 1_000),
      }))
  }
}
