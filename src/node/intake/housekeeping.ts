import type { PoolEntry } from '../../mempool/entry.ts'
import type { Pool } from '../../mempool/pool.ts'
import type { Clock } from '../../process/clock.ts'

/** What housekeeping works with. */
interface HousekeepingParts {
  clock: Pick<Clock, 'soon'>
  pool: Pick<Pool, 'hasWork' | 'work'>
  /** The era of now. */
  era(): number
  /** Told of each parked action that enters the pool. */
  onAdmitted(entry: PoolEntry): void
}

/**
 * Does what a block or an eviction leaves to do in the pool, a slice in each turn of the event loop, so that votes and answers do not wait for all of
 * it.
 */
export class Housekeeping {
  readonly #parts: HousekeepingParts
  #running: Promise<void> | undefined

  constructor(parts: HousekeepingParts) {
    this.#parts = parts
  }

  /** Resolves once nothing is left to do. */
  settled(): Promise<void> {
    if (this.#running === undefined && this.#parts.pool.hasWork) this.#running = this.#run()
    return this.#running ?? Promise.resolve()
  }

  async #run(): Promise<void> {
    const { clock, pool, era, onAdmitted } = this.#parts
    while (pool.hasWork) {
      for (const entry of pool.work(era())) onAdmitted(entry)
      await new Promise<void>((resolve) => clock.soon(resolve))
    }
    this.#running = undefined
  }
}
