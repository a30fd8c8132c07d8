/** Milliseconds of processor time after which work lets the event loop turn. */
export const SLICE_MS = 10
/** Resolvers between two looks at the clock. */
const CALLS_PER_LOOK = 64
/** Continuations that go on together in a turn. */
export const RESUMED_AT_ONCE = 16

/** Work that may have to wait for a turn. */
export interface Waiter {
  /** Continuations, the oldest first. */
  readonly waiting: (() => void)[]
}

/**
 * Shares the event loop. A slice begins when work first asks, and is over after SLICE_MS; work that goes on has to wait for a turn of the event
 * loop, so that sockets, timers and other requests are served. Those that wait take turns, so a large request doesn't delay a small one by
 * more than a slice. Processor time counts, so a busy machine does not make slices shorter.
 */
export class Turns {
  #calls = 0
  #started: { cpuMs: number; atMs: number } | undefined
  #isScheduled = false
  /** Those with continuations, the next one first. */
  readonly #line = new Set<Waiter>()

  /** True if the slice is over. Looks at the clock only now and then. */
  isOver(): boolean {
    this.#calls += 1
    return this.#calls % CALLS_PER_LOOK === 0 && this.isOverNow()
  }

  /** True if the slice is over, by the clock: for steps that are long themselves. */
  isOverNow(): boolean {
    const started = this.#started
    if (started === undefined) {
      this.#started = { cpuMs: processorMs(), atMs: performance.now() }
      this.#schedule()
      return false
    }
    // Asking for processor time takes microseconds, and a slice cannot have used more of it than has passed on the clock.
    return performance.now() - started.atMs > SLICE_MS && processorMs() - started.cpuMs > SLICE_MS
  }

  /** Resolves when it is this work's turn. */
  async next(waiter: Waiter): Promise<void> {
    do {
      await new Promise<void>((resolve) => {
        waiter.waiting.push(resolve)
        this.#line.add(waiter)
        this.#schedule()
      })
    } while (this.isOverNow())
  }

  #schedule(): void {
    if (this.#isScheduled) return
    this.#isScheduled = true
    setImmediate(() => this.#turn())
  }

  #turn(): void {
    this.#isScheduled = false
    this.#started = undefined
    const [first] = this.#line
    if (first === undefined) return
    this.#line.delete(first)
    for (const resume of first.waiting.splice(0, RESUMED_AT_ONCE)) resume()
    if (first.waiting.length > 0) this.#line.add(first)
    if (this.#line.size > 0) this.#schedule()
  }
}

/** The turns of this process's event loop. */
export const turns = new Turns()

function processorMs(): number {
  const { user, system } = process.cpuUsage()
  return (user + system) / 1_000
}
