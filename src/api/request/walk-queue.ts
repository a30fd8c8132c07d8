import { throwRejection } from '../../ledger/rejection.ts'
import type { Client } from '../budget/clients.ts'
import { FairQueue, type QueueLimits } from '../budget/fair-queue.ts'

/**
 * Turns for walks: a few run at a time, in turns between clients, and a bounded number waits, of each client and in all. Who owes something waits
 * outside until it has paid; how many do is bounded by the queries and subscriptions that run.
 */
export class WalkQueue {
  readonly #limits: QueueLimits
  readonly #queue: FairQueue

  constructor(limits: QueueLimits) {
    this.#limits = limits
    this.#queue = new FairQueue(limits)
  }

  /**
   * Runs `work` when it is its client's turn.
   * @param signal gives up waiting, with the reason of its abort; work that runs already goes on
   * @throws RejectionError TOO_MANY_REQUESTS if too many wait
   */
  async run<T>(client: Client, signal: AbortSignal, work: () => Promise<T>): Promise<T> {
    await this.#enter(client, signal)
    // Others of the same client may have run up a debt meanwhile, with which nobody may hold a turn.
    while (client.left < 0) {
      this.#leave(client)
      await this.#enter(client, signal)
    }
    try {
      return await work()
    } finally {
      this.#leave(client)
    }
  }

  async #enter(client: Client, signal: AbortSignal): Promise<void> {
    await client.pay(0, signal)
    signal.throwIfAborted()
    if (await this.#queue.enter(client.name, 'light', () => signal)) return
    signal.throwIfAborted()
    const { waiting, waitingPerClient } = this.#limits
    throwRejection('TOO_MANY_REQUESTS', { what: 'traces', max: waiting, maxPerClient: waitingPerClient })
  }

  #leave({ name }: Client): void {
    this.#queue.leave(name, 'light')
  }
}
