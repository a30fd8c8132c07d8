import type { RecordBudget } from '../../storage/reads/trace.ts'
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

  /** Runs a trace when it is its turn. @throws RejectionError TOO_MANY_REQUESTS, or what `trace` throws */
  run<T>(trace: (budget: RecordBudget) => Promise<T>): Promise<T> {
    const run = () => this.#queue.run(this.#abort.signal, () => trace(this.#budget))
    const result = this.#last.then(run)
    this.#last = result.catch(() => {})
    return result
  }
}
