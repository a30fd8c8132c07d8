import { setTimeout } from 'node:timers/promises'
import type { Waiter } from './turns.ts'

/** What a client may use. */
export interface ClientLimits {
  /** The most that a bucket holds. */
  bucket: number
  /** Cost that flows into a bucket per second. */
  refillPerSecond: number
  /** Clients that are known at a time. */
  clients: number
}

/** What of a client is counted at a time. */
export type Counted =
  | 'sockets'
  | 'subscriptions'
  | 'subscriptionBytes'
  | 'submissions'
  | 'beginning'
  | 'unsentBytes'
  | 'refusals'

/**
 * A client's account: a bucket of cost that refills steadily, and counts of what the client holds open. A client is an address, or a network
 * (see `clientName`).
 */
export class Client implements Waiter {
  readonly name: string
  /** Its requests that wait until they are looked at. */
  readonly waiting: (() => void)[] = []
  readonly weight = 'light'
  readonly open: Record<Counted, number> = {
    sockets: 0,
    subscriptions: 0,
    subscriptionBytes: 0,
    submissions: 0,
    beginning: 0,
    unsentBytes: 0,
    refusals: 0,
  }
  readonly #limits: ClientLimits
  readonly #now: () => number
  #left: number
  #atMs: number

  constructor(name: string, limits: ClientLimits, now: () => number) {
    this.name = name
    this.#limits = limits
    this.#now = now
    this.#left = limits.bucket
    this.#atMs = now()
  }

  /** Cost that is left in the bucket; negative after an operation that turned out dearer than what was left. */
  get left(): number {
    const now = this.#now()
    const added = (Math.max(0, now - this.#atMs) / 1_000) * this.#limits.refillPerSecond
    this.#left = Math.min(this.#limits.bucket, this.#left + added)
    this.#atMs = now
    return Math.floor(this.#left)
  }

  /** Takes a cost out of the bucket. @returns 0, or the milliseconds until the bucket will hold as much, if it does not */
  take(cost: number): number {
    const wanted = Math.min(cost, this.#limits.bucket)
    const missing = wanted - this.left
    if (missing > 0) return Math.ceil((missing / this.#limits.refillPerSecond) * 1_000)
    this.#left -= wanted
    return 0
  }

  /** Takes a cost that is known only afterwards, whatever is left: the next operation waits until the bucket holds enough again. */
  charge(cost: number): void {
    this.#left = this.left - cost
  }

  /** Takes a cost as soon as the bucket holds it. @returns false if the signal aborts before */
  async pay(cost: number, signal: AbortSignal): Promise<boolean> {
    for (let waitMs = this.take(cost); waitMs > 0; waitMs = this.take(cost)) {
      if (signal.aborted) return false
      await setTimeout(waitMs, undefined, { signal, ref: false }).catch(() => {})
    }
    return !signal.aborted
  }

  /** True if forgetting the client changes nothing: its bucket is full, and it holds nothing open. */
  get isIdle(): boolean {
    const isOpen = Object.values(this.open).some((count) => count > 0)
    return !isOpen && this.left >= this.#limits.bucket
  }
}

/** Clients at the old end of the map that are looked at when it is full. */
const LOOKED_AT = 16

/**
 * The clients of this process, at most `limits.clients`. When there are more, those that are idle are forgotten. If none is, new ones share one
 * account until there is room.
 */
export class Clients {
  readonly #limits: ClientLimits
  readonly #now: () => number
  /** The one that was asked for least recently first. */
  readonly #known = new Map<string, Client>()
  readonly #others: Client

  constructor(limits: ClientLimits, now: () => number) {
    this.#limits = limits
    this.#now = now
    this.#others = new Client('others', limits, now)
  }

  /** Clients that have an account of their own. */
  get size(): number {
    return this.#known.size
  }

  of(name: string): Client {
    const known = this.#known.get(name)
    if (known === undefined && this.#known.size >= this.#limits.clients && !this.#makeRoom())
      return this.#others
    const client = known ?? new Client(name, this.#limits, this.#now)
    this.#known.delete(name)
    this.#known.set(name, client)
    return client
  }

  #makeRoom(): boolean {
    let looked = 0
    for (const [name, client] of this.#known) {
      if (client.isIdle) return this.#known.delete(name)
      looked += 1
      if (looked === LOOKED_AT) return false
      // It is not old: it holds something open.
      this.#known.delete(name)
      this.#known.set(name, client)
    }
    return false
  }
}
