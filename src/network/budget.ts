/** What a peer costs a node. */
export interface Cost {
  /** Connections that it opened. */
  connections: number
  /** Messages that it sent. */
  messages: number
  /** Bytes that it sent, and bytes of the answers to its requests. */
  bytes: number
  /** Milliseconds of the main thread. */
  cpuMs: number
}

/**
 * What a peer may cost per second on average, and at most at once after a pause. An honest validator costs a few messages per era, and what the
 * actions that it is asked for take. PROTOCOL.md, "Budgets".
 */
export const RATES: Record<keyof Cost, { perSecond: number; burst: number }> = {
  connections: { perSecond: 1, burst: 10 },
  messages: { perSecond: 2_000, burst: 10_000 },
  bytes: { perSecond: 16 * 1024 * 1024, burst: 64 * 1024 * 1024 },
  cpuMs: { perSecond: 200, burst: 1_000 },
}

const KINDS = Object.keys(RATES) as (keyof Cost)[]

/** Token buckets of one peer, all of its connections together. */
export class Budget {
  readonly #left: Cost
  #atMs: number

  /** @param nowMs of any clock that never jumps, as in all methods */
  constructor(nowMs: number) {
    this.#atMs = nowMs
    this.#left = {
      connections: RATES.connections.burst,
      messages: RATES.messages.burst,
      bytes: RATES.bytes.burst,
      cpuMs: RATES.cpuMs.burst,
    }
  }

  /** Takes a cost from the budget, which may be overdrawn by it. */
  charge(cost: Partial<Cost>, nowMs: number): void {
    this.#refill(nowMs)
    for (const kind of KINDS) this.#left[kind] -= cost[kind] ?? 0
  }

  /** Milliseconds until nothing is overdrawn; 0 if nothing is. */
  waitMs(nowMs: number): number {
    this.#refill(nowMs)
    return Math.max(0, ...KINDS.map((kind) => (-1_000 * this.#left[kind]) / RATES[kind].perSecond))
  }

  /** Takes one connection from the budget, if there is one. */
  takeConnection(nowMs: number): boolean {
    this.#refill(nowMs)
    if (this.#left.connections < 1) return false
    this.#left.connections -= 1
    return true
  }

  #refill(nowMs: number): void {
    const seconds = Math.max(0, nowMs - this.#atMs) / 1_000
    this.#atMs = nowMs
    for (const kind of KINDS) {
      const { perSecond, burst } = RATES[kind]
      this.#left[kind] = Math.min(burst, this.#left[kind] + seconds * perSecond)
    }
  }
}
