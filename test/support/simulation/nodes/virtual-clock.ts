import type { Clock, Timer } from '../../../../src/process/clock.ts'
import type { Random } from '../random.ts'
import type { Schedule } from '../schedule.ts'

/** True time at the start of a simulation, in milliseconds since 1970. */
export const START_MS = 1_700_000_000_000

interface Planned {
  isOver: boolean
}

/** The clock of one life of a node. When the node crashes it dies: what was planned on it never happens. */
export class VirtualClock implements Clock {
  /** Difference of `now` from true time. */
  readonly skewMs: number
  #isAlive = true
  readonly #schedule: Schedule
  readonly #random: Random
  readonly #onRun: () => void

  /** @param onRun called after each planned call */
  constructor(schedule: Schedule, random: Random, skewMs: number, onRun: () => void) {
    this.#schedule = schedule
    this.#random = random
    this.skewMs = skewMs
    this.#onRun = onRun
  }

  get isAlive(): boolean {
    return this.#isAlive
  }

  die(): void {
    this.#isAlive = false
  }

  now(): number {
    return START_MS + Math.round(this.#schedule.nowMs) + this.skewMs
  }

  elapsed(): number {
    return this.#schedule.nowMs
  }

  after(ms: number, run: () => void): Timer {
    const planned: Planned = { isOver: false }
    this.#plan(ms, planned, () => {
      planned.isOver = true
      run()
    })
    return planned
  }

  every(ms: number, run: () => void): Timer {
    const planned: Planned = { isOver: false }
    const again = () => {
      this.#plan(ms, planned, again)
      run()
    }
    this.#plan(ms, planned, again)
    return planned
  }

  soon(run: () => void): void {
    this.after(0, run)
  }

  cancel(timer: Timer | undefined): void {
    if (timer !== undefined) (timer as Planned).isOver = true
  }

  random(): number {
    return this.#random.next()
  }

  randomBytes(length: number): Uint8Array {
    return Uint8Array.from({ length }, () => this.#random.below(256))
  }

  #plan(ms: number, planned: Planned, run: () => void): void {
    if (!this.#isAlive) return
    this.#schedule.after(ms, () => {
      if (!this.#isAlive || planned.isOver) return
      run()
      this.#onRun()
    })
  }
}
