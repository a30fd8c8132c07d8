/** What an address may ask of a witness. A node asks it once or twice per block. */
export interface VisitorLimits {
  /** Requests at once. */
  atOnce: number
  /** Requests that an address can save up. */
  burst: number
  /** Requests that it gets per second. */
  perSecond: number
  /** Addresses that are known. Those that have not asked for the longest time are forgotten. */
  addresses: number
}

export const VISITOR_LIMITS: VisitorLimits = { atOnce: 4, burst: 100, perSecond: 20, addresses: 4_096 }

interface Visitor {
  running: number
  left: number
  atMs: number
}

/** Counts what each address asks, so that none can keep the others from being answered. */
export class Visitors {
  readonly #limits: VisitorLimits
  readonly #now: () => number
  /** The one that asked least recently first. */
  readonly #known = new Map<string, Visitor>()

  /** @param now milliseconds since any moment */
  constructor(limits: VisitorLimits, now: () => number) {
    this.#limits = limits
    this.#now = now
  }

  /** Begins a request of an address. @returns a function that ends it; undefined if it asks too much */
  enter(address: string): (() => void) | undefined {
    const { atOnce, burst, perSecond, addresses } = this.#limits
    const now = this.#now()
    const known = this.#known.get(address) ?? { running: 0, left: burst, atMs: now }
    const left = Math.min(burst, known.left + ((now - known.atMs) / 1_000) * perSecond)
    const isAllowed = left >= 1 && known.running < atOnce
    const visitor = Object.assign(known, { left: isAllowed ? left - 1 : left, atMs: now })
    this.#known.delete(address)
    this.#known.set(address, visitor)
    if (this.#known.size > addresses) this.#known.delete(this.#known.keys().next().value!)
    if (!isAllowed) return undefined
    visitor.running += 1
    return () => {
      visitor.running -= 1
    }
  }
}
