import { setTimeout as sleep } from 'node:timers/promises'
import { Groups, type LaneOptions } from './group.ts'
import type { Task } from './row-signer.ts'
import { sendGroup } from './send.ts'
import { Settlement } from './settlement.ts'

/** Plans and sends rows in order, one group per request. Lanes work concurrently; all rows of an asset go through the same one. */
export class Lane {
  readonly #options: LaneOptions
  #tasks: Task[] = []
  #running: Promise<void> | undefined
  #sending = 0
  readonly #groups: Groups
  readonly #settlement: Settlement

  constructor(options: LaneOptions) {
    this.#options = options
    this.#groups = new Groups(options)
    this.#settlement = new Settlement(options)
  }

  get waiting(): number {
    return this.#tasks.length
  }

  /** Rows that wait or are on their way. */
  get unsent(): number {
    return this.#tasks.length + this.#sending
  }

  push(task: Task): void {
    this.#tasks.push(task)
  }

  /** Sends until no row waits, or the import is over. @throws an error that sending again cannot solve */
  run(): Promise<void> {
    if (this.#tasks.length > 0) this.#running ??= this.#sendAll()
    return this.#running ?? Promise.resolve()
  }

  async #sendAll(): Promise<void> {
    try {
      while (this.#tasks.length > 0) {
        await this.#options.clock.read()
        if (this.#options.isOver()) return
        await this.#sendNext()
      }
    } finally {
      // At once, so that a row that is queued next is not left to a run that is over.
      this.#running = undefined
    }
  }

  async #sendNext(): Promise<void> {
    const { parts, left } = this.#groups.next(this.#tasks)
    this.#tasks = left
    // All rows that were left may have been rejected before anything was sent.
    if (parts.length === 0) return
    this.#sending = parts.length
    await this.#options.journal.flush()
    const sentMs = performance.now()
    const answers = await sendGroup(
      this.#options.client,
      parts.flatMap(({ actions }) => actions),
    )
    this.#groups.travelMs = performance.now() - sentMs
    const { again, later } = await this.#settlement.settle(parts, answers)
    this.#tasks.unshift(...again)
    this.#sending = 0
    if (later) await sleep(this.#options.pauseMs)
  }
}
