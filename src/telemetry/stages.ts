import { performance } from 'node:perf_hooks'

/** Measures the stages of one piece of work in milliseconds, for a log line. Times of one stage add up. */
export class Stages {
  readonly #ms = new Map<string, number>()
  readonly #started = performance.now()

  /** Runs `work`, synchronous or not, and adds its time to `stage`. */
  async time<T>(stage: string, work: () => T | Promise<T>): Promise<T> {
    const started = performance.now()
    try {
      return await work()
    } finally {
      this.add(stage, performance.now() - started)
    }
  }

  /** Adds milliseconds measured elsewhere. */
  add(stage: string, ms: number): void {
    this.#ms.set(stage, (this.#ms.get(stage) ?? 0) + ms)
  }

  /** Milliseconds of each stage, and the `total` since construction, rounded to tenths. */
  toJSON(): Record<string, number> {
    const round = (ms: number) => Math.round(ms * 10) / 10
    const entries = [...this.#ms].map(([stage, ms]) => [stage, round(ms)] as const)
    return Object.fromEntries([...entries, ['total', round(performance.now() - this.#started)]])
  }
}
