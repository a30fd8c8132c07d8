import type { Clock, Timer } from '../process/clock.ts'
import type { Committer } from './chain/committer.ts'
import type { NodeStore } from './store.ts'

/** Milliseconds between the answer of a store and the next question. */
const BEAT_MS = 2_000

/**
 * Asks the store all the time whether it is there, so that a node that has nothing to write notices too: its status is PAUSED at most BEAT_MS and
 * SLOW_MS (src/node/retry.ts) after the store has vanished. It also notices that another node has taken the store over.
 */
export class Heartbeat {
  readonly #committer: Committer
  readonly #store: NodeStore
  readonly #clock: Clock
  readonly #onFatal: (error: unknown) => void
  #timer: Timer | undefined
  #isStopped = false

  constructor(
    { committer, store, clock }: { committer: Committer; store: NodeStore; clock: Clock },
    onFatal: (error: unknown) => void,
  ) {
    this.#committer = committer
    this.#store = store
    this.#clock = clock
    this.#onFatal = onFatal
  }

  start(): void {
    if (this.#store.beat !== undefined) this.#timer = this.#clock.after(BEAT_MS, () => void this.#beat())
  }

  stop(): void {
    this.#isStopped = true
    this.#clock.cancel(this.#timer)
  }

  async #beat(): Promise<void> {
    try {
      await this.#committer.repeat('ask the database', () => this.#store.beat!())
      if (!this.#isStopped) this.start()
    } catch (error) {
      if (!this.#isStopped) this.#onFatal(error)
    }
  }
}
