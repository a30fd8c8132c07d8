import type { IncomingMessage, Server, ServerResponse } from 'node:http'

/** Counts the requests of a server that are not answered yet. Once `stopping` aborts, each response asks its client to close the connection. */
export class RunningRequests {
  readonly #waiting = new Set<() => void>()
  #running = 0

  constructor(server: Server, stopping: AbortSignal) {
    server.prependListener('request', (_request: IncomingMessage, response: ServerResponse) => {
      this.#running += 1
      if (stopping.aborted) response.setHeader('connection', 'close')
      response.once('close', () => {
        this.#running -= 1
        if (this.#running === 0) for (const wake of this.#waiting) wake()
      })
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
