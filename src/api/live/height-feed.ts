/** The newest final height, and a way to wait for the next. */
export interface HeightFeed {
  /** The newest final height this server has heard of. */
  readonly current: number
  /** Resolves with the newest height once it is above `height`; with undefined when `signal` aborts or the feed ends. */
  above(height: number, signal: AbortSignal): Promise<number | undefined>
}

/**
 * One listener's heights for any number of waiters. Heights only grow: what arrives late or twice changes nothing. No
 * queue: whoever is slow finds the newest height when it asks.
 */
export class SharedHeights implements HeightFeed {
  #current: number
  #ended = false
  readonly #waiters = new Set<() => void>()

  constructor(current: number) {
    this.#current = current
  }

  get current(): number {
    return this.#current
  }

  /** Waiters now. */
  get waiting(): number {
    return this.#waiters.size
  }

  /** Takes a height from the listener. */
  reach(height: number): void {
    if (height <= this.#current) return
    this.#current = height
    this.#wake()
  }

  /** Wakes everyone for good: no height will come any more. */
  end(): void {
    this.#ended = true
    this.#wake()
  }

  async above(height: number, signal: AbortSignal): Promise<number | undefined> {
    while (!signal.aborted && !this.#ended) {
      if (this.#current > height) return this.#current
      await this.#next(signal)
    }
    return undefined
  }

  #next(signal: AbortSignal): Promise<void> {
    return new Promise((resolve) => {
      const done = () => {
        this.#waiters.delete(done)
        signal.removeEventListener('abort', done)
        resolve()
      }
      this.#waiters.add(done)
      signal.addEventListener('abort', done, { once: true })
    })
  }

  #wake(): void {
    for (const waiter of [...this.#waiters]) waiter()
  }
}
