import { parentPort, Worker } from 'node:worker_threads'
import { Failure } from '../config/failure.ts'

interface Call {
  resolve(value: never): void
  reject(error: unknown): void
}

/** Messages to a worker and back. */
type Request = { id: number; method: string; argument: unknown }
type Reply = { id: number; value?: unknown; error?: unknown; failure?: SentFailure }
/** A Failure as it is sent: of an error's fields, a message between threads keeps only those that every error has. */
type SentFailure = Pick<Failure, 'code' | 'message' | 'hint' | 'retry' | 'cause'>

/** The methods of a worker: each takes one structured-clonable argument. */
export type Methods = Record<string, (argument: never) => unknown>

/**
 * Calls the methods of a worker thread. When the worker dies, its pending calls reject and `onDeath` is called; the owner then ends the process,
 * because nothing that a worker does may be lost silently.
 */
export class WorkerClient<M extends Methods> {
  readonly #worker: Worker
  readonly #calls = new Map<number, Call>()
  #nextId = 1
  #closing = false

  constructor(url: URL, workerData: unknown, onDeath: (error: Error) => void) {
    this.#worker = new Worker(url, { workerData })
    this.#worker.on('message', (reply: Reply) => this.#settle(reply))
    const died = (error: Error) => {
      for (const call of this.#calls.values()) call.reject(error)
      this.#calls.clear()
      if (!this.#closing) onDeath(error)
    }
    this.#worker.on('error', died)
    this.#worker.on('exit', (code) => died(new Error(`worker thread ended with status ${code}`)))
  }

  /** Number of calls without an answer yet. */
  get pending(): number {
    return this.#calls.size
  }

  call<K extends keyof M & string>(
    method: K,
    argument: Parameters<M[K]>[0],
    transfer: ArrayBuffer[] = [],
  ): Promise<Awaited<ReturnType<M[K]>>> {
    return new Promise((resolve, reject) => {
      const id = this.#nextId++
      this.#calls.set(id, { resolve, reject })
      this.#worker.postMessage({ id, method, argument } satisfies Request, transfer)
    })
  }

  async close(): Promise<void> {
    this.#closing = true
    await this.#worker.terminate()
  }

  #settle({ id, value, error, failure }: Reply): void {
    const call = this.#calls.get(id)
    if (call === undefined) throw new Error('a worker answered a call that was never made')
    this.#calls.delete(id)
    if (failure !== undefined) call.reject(received(failure))
    else if (error === undefined) call.resolve(value as never)
    else call.reject(error)
  }
}

/** Serves `methods` inside a worker, one call at a time in order of arrival. */
export function serveWorker(methods: Methods): void {
  const port = parentPort
  if (port === null) throw new Error('this module runs in a worker thread')
  let last: Promise<unknown> = Promise.resolve()
  port.on('message', ({ id, method, argument }: Request) => {
    last = last.then(async () => {
      try {
        const value = await methods[method]?.(argument as never)
        port.postMessage({ id, value } satisfies Reply)
      } catch (error) {
        port.postMessage(
          (error instanceof Failure ? { id, failure: sent(error) } : { id, error }) satisfies Reply,
        )
      }
    })
  })
}

function sent({ code, message, hint, retry, cause }: Failure): SentFailure {
  return { code, message, hint, retry, cause }
}

function received({ code, message, hint, retry, cause }: SentFailure): Failure {
  return new Failure(code, message, { retry, cause, ...(hint === undefined ? {} : { hint }) })
}
