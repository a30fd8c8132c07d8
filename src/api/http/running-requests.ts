import type { ServerResponse } from 'node:http'

/** Counts the requests of a server that are handled and not answered yet. Once `stopping` aborts, each response asks its client to close the connection. */
export class RunningRequests {
  readonly #waiting = new Set<() => void>()
  readonly #stopping: AbortSignal
  #running = 0

  constructor(stopping: AbortSignal) {
    this.#stopping = stopping
  }

  /** Counts a request until it is answered. */
  add(response: ServerResponse): void {
    this.#running += 1
    if (this.#stopping.aborted) response.setHeader('connection', 'close')
    response.once('close', () => {
      this.#running -= 1
      if (this.#running === 0) for (const wake of this.#waiting) wake()
    })
  }

  /** Resolves when no request is running, or after `ms`. */
  async none(ms: number): Promise<void> {
    if (this.#running === 0) return
    let timer: NodeJS.Timeout | undefined
    await new Promise<void>((resolve) => {
      this.#waiting.add(resolve)
      timer = setTimeout(resolve, ms)
    })
    clearTimeout(timer)
    this.#waiting.clear()
  }
}
