import type { RecordBudget } from '../../storage/reads/trace.ts'
import { ChargedRecords, type RecordPrice } from '../budget/charged-records.ts'
import type { Client } from '../budget/clients.ts'
import type { WalkQueue } from './walk-queue.ts'

/** The traces of one request. They run one after the other, so a request has one turn in the queue at most, and share one budget. */
export class RequestTraces {
  readonly #queue: WalkQueue
  readonly #abort: Pick<AbortController, 'signal'>
  readonly #budget: RecordBudget
  #last: Promise<unknown> = Promise.resolve()

  constructor(queue: WalkQueue, maxRecords: number, abort: Pick<AbortController, 'signal'>) {
    this.#queue = queue
    this.#abort = abort
    this.#budget = { left: maxRecords, max: maxRecords }
  }

  /**
   * Runs a trace when it is its client's turn.
   * @param price of the records that it takes from its budget
   * @throws RejectionError TOO_MANY_REQUESTS, or what `trace` throws
   */
  run<T>(client: Client, price: RecordPrice, trace: (budget: RecordBudget) => Promise<T>): Promise<T> {
    const budget = new ChargedRecords(this.#budget, price)
    const run = () => this.#queue.run(client, this.#abort.signal, () => trace(budget))
    const result = this.#last.then(run)
    this.#last = result.catch(() => {})
    return result
  }
}
