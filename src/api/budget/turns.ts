import type { TaskWeight } from './fair-queue.ts'

/** Milliseconds of processor time after which work lets the event loop turn. */
export const SLICE_MS = 5
/** The same for heavy work while light work is near. */
export const SHORT_SLICE_MS = 1
/** Milliseconds for which light work is near after it was in hand: who asked for little soon asks again. */
export const NEAR_MS = 100
/** Milliseconds between two looks at the processor time. */
const LOOK_MS = 0.25
/** Turns that light work has in a row while heavy work waits. */
export const LIGHT_TURNS = 8
/** Resolvers between two looks at the clock. */
const CALLS_PER_LOOK = 16
/** Continuations that go on together in a turn. */
export const RESUMED_AT_ONCE = 16

/** Work that may have to wait for a turn. */
export interface Waiter {
  /** Continuations, the oldest first. */
  readonly waiting: (() => void)[]
  readonly weight: TaskWeight
}

/**
 * Shares the event loop. A slice begins when work first asks, and is over after SLICE_MS; work that goes on has to wait for a turn of the event
 * loop, so that sockets, timers and other requests are served. Those that wait take turns, light ones before heavy ones, which have one turn in
 * LIGHT_TURNS + 1 at least. Heavy work has shorter slices while light work is near, since that waits for a turn when it arrives and after each of its
 * reads. So a large request delays a small one by a short slice per read. Processor time counts, so a busy machine does not make the slices of work
 * that waits shorter.
 */
export class Turns {
  #calls = 0
  /** When the slice began, the most of it that was used when that was asked last, and when it was. */
  #started: { beganMs: number; usedMs: number; askedMs: number } | undefined
  /** Processor time when it was asked last. */
  #cpuMs = 0
  #isScheduled = false
  /** Those with continuations, the next one first. */
  readonly #lines: Record<TaskWeight, Set<Waiter>> = { light: new Set(), heavy: new Set() }
  #lightTurns = 0
  #inHand = 0
  /** When light work was in hand last. */
  #lightMs = -NEAR_MS

  /** Counts light work that has begun. @returns a function that counts it no longer; call it once */
  begin(): () => void {
    this.#inHand += 1
    return () => {
      this.#inHand -= 1
      this.#lightMs = performance.now()
    }
  }

  /** Whether light work is in hand, which may wait for an answer of the database, or was within NEAR_MS. */
  get isLightNear(): boolean {
    return this.#inHand > 0 || performance.now() - this.#lightMs < NEAR_MS
  }

  /** True if the slice is over. Looks at the clock only now and then. */
  isOver(weight: TaskWeight): boolean {
    this.#calls += 1
    return this.#calls % CALLS_PER_LOOK === 0 && this.isOverNow(weight)
  }

  /** True if the slice is over, by the clock: for steps that are long themselves. */
  isOverNow(weight: TaskWeight): boolean {
    const started = this.#started
    if (started === undefined) {
      const nowMs = performance.now()
      this.#started = { beganMs: nowMs, usedMs: 0, askedMs: nowMs }
      this.#schedule()
      return false
    }
    const sliceMs = weight === 'heavy' && this.isLightNear ? SHORT_SLICE_MS : SLICE_MS
    if (started.usedMs > sliceMs) return true
    // Asking for processor time takes microseconds, and a slice cannot use more of it than passes on the clock.
    const nowMs = performance.now()
    if (nowMs - started.askedMs <= Math.max(sliceMs - started.usedMs, LOOK_MS)) return false
    // Nor more than since it was asked last: most slices are over before they ask, and need not ask when they begin.
    started.usedMs = Math.min(started.usedMs + this.#passed(), nowMs - started.beganMs)
    started.askedMs = nowMs
    return started.usedMs > sliceMs
  }

  /** Resolves when it is this work's turn. */
  async next(waiter: Waiter): Promise<void> {
    do {
      await new Promise<void>((resolve) => {
        waiter.waiting.push(resolve)
        this.#lines[waiter.weight].add(waiter)
        this.#schedule()
      })
    } while (this.isOverNow(waiter.weight))
  }

  #schedule(): void {
    if (this.#isScheduled) return
    this.#isScheduled = true
    setImmediate(() => this.#turn())
  }

  #turn(): void {
    this.#isScheduled = false
    this.#started = undefined
    const line = this.#nextLine()
    const [first] = line
    if (first === undefined) return
    // Where work waits, slices are long, and have to be known well.
    this.#passed()
    line.delete(first)
    for (const resume of first.waiting.splice(0, RESUMED_AT_ONCE)) resume()
    if (first.waiting.length > 0) line.add(first)
    if (this.#lines.light.size + this.#lines.heavy.size > 0) this.#schedule()
  }

  /** Processor time since it was asked last. */
  #passed(): number {
    const lastMs = this.#cpuMs
    this.#cpuMs = processorMs()
    return this.#cpuMs - lastMs
  }

  /** The line that has this turn. */
  #nextLine(): Set<Waiter> {
    const { light, heavy } = this.#lines
    const isHeavy = heavy.size > 0 && (light.size === 0 || this.#lightTurns >= LIGHT_TURNS)
    this.#lightTurns = isHeavy || heavy.size === 0 ? 0 : this.#lightTurns + 1
    return isHeavy ? heavy : light
  }
}

/** The turns of this process's event loop. */
export const turns = new Turns()

function processorMs(): number {
  const { user, system } = process.cpuUsage()
  return (user + system) / 1_000
}
