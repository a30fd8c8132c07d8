import { performance } from 'node:perf_hooks'

/** Milliseconds by stage of one piece of work, for a log line. Stages entered twice add up. */
export class Stages {
  readonly #ms = new Map<string, number>()
  readonly #started = performance.now()

  /** Runs `work` and counts its time, synchronous or not, under `stage`. */
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

  /** Every stage and the `total` since the start, rounded to tenths. */
  toJSON(): Record<string, number> {
    const round = (ms: number) => Math.round(ms * 10) / 10
    const entries = [...this.#ms].map(([stage, ms]) => [stage, round(ms)] as const)
    return Object.fromEntries([...entries, ['total', round(performance.now() - this.#started)]])
  }
}
