import { Places } from '../../http/places.ts'
import type { Client } from '../budget/clients.ts'
import { type ApiLimits, MAX_SUBSCRIPTION_BYTES, MAX_SUBSCRIPTIONS } from '../limits.ts'

/** A subscription that has a place. */
class Running {
  readonly bytes: number
  readonly abort = new AbortController()

  constructor(bytes: number) {
    this.bytes = bytes
  }
}

/** What a subscription has that was given a place. */
export interface Place {
  /** Aborts when the subscription has to make room for that of another client. */
  evicted: AbortSignal
  /** Gives the place back; call it once. */
  leave(): void
}

/**
 * Gives places to subscriptions, bounded in number and in the bytes that they hold, of a client and of all. If there is none left, one of the client that
 * has the most makes room (see Places).
 */
export class RunningSubscriptions {
  readonly #byNumber: Places<Running>
  readonly #byBytes: Places<Running>
  readonly #maxOfClient: number

  constructor({ subscriptionsPerClient, subscriptionBytesPerClient }: ApiLimits) {
    const evict = (running: Running) => {
      this.#forget(running)
      running.abort.abort()
    }
    this.#maxOfClient = subscriptionBytesPerClient
    this.#byNumber = new Places(
      { inAll: MAX_SUBSCRIPTIONS, ofOne: subscriptionsPerClient },
      { isIdle, evict },
    )
    this.#byBytes = new Places(
      { inAll: MAX_SUBSCRIPTION_BYTES, ofOne: subscriptionBytesPerClient },
      { isIdle, evict, sizeOf: ({ bytes }) => bytes },
    )
  }

  /** Takes a place, before anything is read for a subscription. @returns the bound that it would exceed if it gets none */
  enter({ open, name }: Client, bytes: number): Place | number {
    const running = new Running(bytes)
    if (!this.#byNumber.enter(running, name)) return MAX_SUBSCRIPTIONS
    if (!this.#byBytes.enter(running, name)) {
      this.#forget(running)
      return open.subscriptionBytes + bytes > this.#maxOfClient ? this.#maxOfClient : MAX_SUBSCRIPTION_BYTES
    }
    open.subscriptions += 1
    open.subscriptionBytes += bytes
    const leave = () => {
      this.#forget(running)
      open.subscriptions -= 1
      open.subscriptionBytes -= bytes
    }
    return { evicted: running.abort.signal, leave }
  }

  #forget(running: Running): void {
    this.#byNumber.leave(running)
    this.#byBytes.leave(running)
  }
}

/** Each may have an event at any moment. */
const isIdle = () => false
