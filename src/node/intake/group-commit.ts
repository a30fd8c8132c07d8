import type { Clock } from '../../process/clock.ts'

/** An item, with the callbacks of whoever waits for it. */
interface Waiting<T> {
  item: T
  resolve(): void
  reject(error: unknown): void
}

/**
 * Makes items durable in groups: while one write is under way, the next items queue up and are written together. Items are written in the
 * order in which they were added. If a write fails, all queued items fail with it, because they may depend on what was not written; `onFailed`
 * is called with all of them before any waiting promise rejects.
 */
export class GroupCommit<T> {
  readonly #write: (items: T[]) => Promise<void>
  readonly #maxItems: number
  readonly #onFailed: (items: T[]) => void
  readonly #clock: Clock
  /** What is added during one write: no more than its clients and peers may have under way at a time. */
  #waiting: Waiting<T>[] = []
  #running: Promise<void> | undefined

  constructor(
    write: (items: T[]) => Promise<void>,
    options: { clock: Clock; maxItems: number; onFailed?: (items: T[]) => void },
  ) {
    this.#write = write
    this.#maxItems = options.maxItems
    this.#clock = options.clock
    this.#onFailed = options.onFailed ?? (() => undefined)
  }

  /** Resolves once the item is durable. */
  add(item: T): Promise<void> {
    return new Promise((resolve, reject) => {
      this.#waiting.push({ item, resolve, reject })
      this.#running ??= this.#run()
    })
  }

  /** Resolves once nothing is waiting or being written. */
  async idle(): Promise<void> {
    while (this.#running !== undefined) await this.#running
  }

  async #run(): Promise<void> {
    // Waiting one turn of the event loop lets requests that arrived together share the first write.
    await new Promise<void>((resolve) => this.#clock.soon(resolve))
    while (this.#waiting.length > 0) {
      const group = this.#waiting.splice(0, this.#maxItems)
      try {
        await this.#write(group.map(({ item }) => item))
        for (const { resolve } of group) resolve()
      } catch (error) {
        const failed = [...group, ...this.#waiting.splice(0)]
        this.#onFailed(failed.map(({ item }) => item))
        for (const { reject } of failed) reject(error)
      }
    }
    this.#running = undefined
  }
}
