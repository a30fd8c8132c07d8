/** The newest final height, and a way to wait for the next. */
export interface HeightFeed {
  /** The newest final height that this server knows. */
  readonly current: number
  /** Resolves with the newest height once it is above `height`; with undefined when `signal` aborts or the feed ends. */
  above(height: number, signal: AbortSignal): Promise<number | undefined>
}

/**
 * Shares the heights of one listener among any number of waiters. Heights only grow, so a late or repeated one changes nothing. There is no
 * queue: a slow waiter sees the newest height when it asks again.
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

  /** Number of waiters. */
  get waiting(): number {
    return this.#waiters.size
  }

  /** Takes a height from the listener. */
  reach(height: number): void {
    if (height <= this.#current) return
    this.#current = height
    this.#wake()
  }

  /** Ends the feed: wakes all waiters, and no height follows. */
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
