import type { Client } from './clients.ts'

/** Bounds of what waits for clients to take it. */
export interface UnsentLimits {
  /** Bytes that wait for one client. */
  perClient: number
  /** Bytes that wait for all clients. */
  inAll: number
  /** Bytes up to which an answer is sent whatever waits for other clients. */
  smallBytes: number
  /** Milliseconds that a client has to take an answer, and one more for each `bytesPerMs`. */
  takeMs: number
  bytesPerMs: number
}

/** Two of the largest answers for each client. */
export const UNSENT_LIMITS: UnsentLimits = {
  perClient: 32 * 1024 * 1024,
  inAll: 256 * 1024 * 1024,
  smallBytes: 64 * 1024,
  takeMs: 60_000,
  bytesPerMs: 64,
}

/**
 * Counts what was made for clients and waits in memory until they take it. Who asks and does not read gets no more than its share, and who takes too
 * little is cut off: sockets would keep answers for it as long as it likes.
 */
export class Unsent {
  readonly #limits: UnsentLimits
  #bytes = 0

  constructor(limits: UnsentLimits = UNSENT_LIMITS) {
    this.#limits = limits
  }

  /** Bytes that wait for all clients. */
  get bytes(): number {
    return this.#bytes
  }

  /** The bound that what waits for a client has reached; undefined if there is room. */
  fullFor({ open }: Client): number | undefined {
    const { perClient } = this.#limits
    return open.unsentBytes >= perClient ? perClient : undefined
  }

  /**
   * Counts an answer that is about to be sent.
   * @param cut ends the connection; called when the client has not taken the answer in time
   * @returns a function that counts it no longer, to be called when it was taken or the client is gone; undefined if too much waits already
   */
  hold({ open }: Client, bytes: number, cut: () => void): (() => void) | undefined {
    const { perClient, inAll, smallBytes, takeMs, bytesPerMs } = this.#limits
    if (open.unsentBytes + bytes > perClient) return undefined
    if (bytes > smallBytes && this.#bytes + bytes > inAll) return undefined
    let held = bytes
    open.unsentBytes += held
    this.#bytes += held
    const release = () => {
      clearTimeout(timer)
      open.unsentBytes -= held
      this.#bytes -= held
      held = 0
    }
    // Equal times share a list of timers.
    const late = () => {
      cut()
      release()
    }
    const timer = setTimeout(late, takeMs + 1_000 * Math.ceil(bytes / bytesPerMs / 1_000)).unref()
    return release
  }
}
