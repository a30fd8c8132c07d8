/** How many requests may have signatures verified, of all addresses together. */
export interface TurnLimits {
  /** Requests that can be saved up. */
  burst: number
  /** Requests per second. */
  perSecond: number
}

/**
 * A node has something to be verified once per block, seconds apart. One that comes while each of 256 connections is of another address waits for 9 s, and
 * gives up after 10.
 */
export const TURN_LIMITS: TurnLimits = { burst: 100, perSecond: 30 }

/** What runs out and comes back with time. */
export interface TurnClock {
  /** Milliseconds since any moment. */
  now(): number
  /** Calls a function after so many milliseconds. */
  after(ms: number, run: () => void): void
}

/**
 * Bounds what all addresses together may have verified. Those that wait take turns by address: one that comes waits for at most one request of each other
 * address. How many wait is bounded by the connections.
 */
export class Turns {
  readonly #limits: TurnLimits
  readonly #clock: TurnClock
  /** What each address waits for. The one whose turn is next first. */
  readonly #waiting = new Map<string, Set<() => void>>()
  #left: number
  #atMs: number
  #isTimed = false

  constructor(limits: TurnLimits, clock: TurnClock) {
    this.#limits = limits
    this.#clock = clock
    this.#left = limits.burst
    this.#atMs = clock.now()
  }

  /** Waits for a turn of an address. @returns false if the signal aborts before */
  take(address: string, gone: AbortSignal): Promise<boolean> {
    return new Promise((resolve) => {
      if (gone.aborted) return resolve(false)
      const go = () => {
        gone.removeEventListener('abort', leave)
        resolve(true)
      }
      const leave = () => {
        const others = this.#waiting.get(address)
        others?.delete(go)
        if (others?.size === 0) this.#waiting.delete(address)
        resolve(false)
      }
      gone.addEventListener('abort', leave)
      this.#waiting.set(address, (this.#waiting.get(address) ?? new Set()).add(go))
      this.#serve()
    })
  }

  #serve(): void {
    const { burst, perSecond } = this.#limits
    const now = this.#clock.now()
    this.#left = Math.min(burst, this.#left + ((now - this.#atMs) / 1_000) * perSecond)
    this.#atMs = now
    for (const [address, waiting] of this.#waiting) {
      if (this.#left < 1) break
      this.#left -= 1
      const [go] = waiting
      waiting.delete(go!)
      this.#waiting.delete(address)
      // A map gives what was added last last, also while it is walked.
      if (waiting.size > 0) this.#waiting.set(address, waiting)
      go!()
    }
    if (this.#waiting.size === 0 || this.#isTimed) return
    this.#isTimed = true
    this.#clock.after(Math.ceil(((1 - this.#left) / perSecond) * 1_000), () => {
      this.#isTimed = false
      this.#serve()
    })
  }
}
