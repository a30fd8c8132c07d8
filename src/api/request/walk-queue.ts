import { throwRejection } from '../../ledger/rejection.ts'

/** Turns for walks: a few run at a time, and a bounded number waits, first come first served. */
export class WalkQueue {
  readonly #atOnce: number
  readonly #maxWaiting: number
  readonly #waiting = new Set<() => void>()
  #running = 0

  constructor(atOnce: number, maxWaiting: number) {
    this.#atOnce = atOnce
    this.#maxWaiting = maxWaiting
  }

  /**
   * Runs `work` when it is its turn.
   * @param signal gives up waiting, with the reason of its abort; work that runs already goes on
   * @throws RejectionError TOO_MANY_REQUESTS if too many wait
   */
  async run<T>(signal: AbortSignal, work: () => Promise<T>): Promise<T> {
    signal.throwIfAborted()
    if (this.#running < this.#atOnce) this.#running += 1
    else await this.#turn(signal)
    try {
      return await work()
    } finally {
      // The turn passes on to the one that waits longest.
      const [next] = this.#waiting
      if (next === undefined) this.#running -= 1
      else next()
    }
  }

  #turn(signal: AbortSignal): Promise<void> {
    if (this.#waiting.size >= this.#maxWaiting)
      return throwRejection('TOO_MANY_REQUESTS', { what: 'traces', max: this.#maxWaiting })
    return new Promise((resolve, reject) => {
      const leave = () => {
        this.#waiting.delete(start)
        signal.removeEventListener('abort', give)
      }
      const start = () => {
        leave()
        resolve()
      }
      const give = () => {
        leave()
        reject(signal.reason)
      }
      this.#waiting.add(start)
      signal.addEventListener('abort', give)
    })
  }
}
