/** Bounds of a fair queue. */
export interface QueueLimits {
  /** Tasks that run at a time. */
  running: number
  /** Tasks of one client that run at a time. */
  runningPerClient: number
  /** Tasks that wait. */
  waiting: number
  /** Tasks of one client that wait. */
  waitingPerClient: number
}

interface Line {
  running: number
  /** Starts of tasks, the oldest first. */
  readonly waiting: (() => void)[]
}

/**
 * Runs a bounded number of tasks at a time, and lets the others wait in a line per client. Lines take turns, so a client with many tasks does not
 * keep others waiting for more than one task of each. Lines without tasks are forgotten, so their number is bounded too.
 */
export class FairQueue {
  readonly #limits: QueueLimits
  /** The line whose turn is next first. */
  readonly #lines = new Map<string, Line>()
  #running = 0
  #waiting = 0

  constructor(limits: QueueLimits) {
    this.#limits = limits
  }

  /** Tasks that run and that wait, and the clients that they belong to. */
  get size(): { running: number; waiting: number; clients: number } {
    return { running: this.#running, waiting: this.#waiting, clients: this.#lines.size }
  }

  /**
   * Waits until a task of a client may run. Call `leave` when it is done.
   * @param signalOf makes a signal that takes the task out of the line when it aborts; called only if the task has to wait
   * @returns false if too many wait already, or the signal has aborted
   */
  async enter(client: string, signalOf: () => AbortSignal): Promise<boolean> {
    const line = this.#lines.get(client) ?? { running: 0, waiting: [] }
    const { running, runningPerClient, waiting, waitingPerClient } = this.#limits
    if (this.#running < running && line.running < runningPerClient) {
      this.#lines.set(client, line)
      this.#start(line)
      return true
    }
    if (this.#waiting >= waiting || line.waiting.length >= waitingPerClient) return false
    const signal = signalOf()
    if (signal.aborted) return false
    this.#lines.set(client, line)
    return this.#wait(client, line, signal)
  }

  /** A task of a client is done. */
  leave(client: string): void {
    const line = this.#lines.get(client)
    if (line === undefined || line.running === 0) throw new Error(`no task of ${client} runs`)
    line.running -= 1
    this.#running -= 1
    this.#forget(client, line)
    this.#startNext()
  }

  #wait(client: string, line: Line, signal: AbortSignal): Promise<boolean> {
    this.#waiting += 1
    return new Promise((resolve) => {
      const start = () => {
        signal.removeEventListener('abort', give)
        resolve(true)
      }
      const give = () => {
        line.waiting.splice(line.waiting.indexOf(start), 1)
        this.#waiting -= 1
        this.#forget(client, line)
        resolve(false)
      }
      signal.addEventListener('abort', give, { once: true })
      line.waiting.push(start)
    })
  }

  #start(line: Line): void {
    line.running += 1
    this.#running += 1
  }

  /** Starts waiting tasks while there is room. The line that was served goes to the end. */
  #startNext(): void {
    for (const [client, line] of [...this.#lines]) {
      if (this.#running >= this.#limits.running) return
      if (line.waiting.length === 0 || line.running >= this.#limits.runningPerClient) continue
      this.#lines.delete(client)
      this.#lines.set(client, line)
      this.#waiting -= 1
      this.#start(line)
      line.waiting.shift()!()
    }
  }

  #forget(client: string, line: Line): void {
    if (line.running === 0 && line.waiting.length === 0) this.#lines.delete(client)
  }
}
