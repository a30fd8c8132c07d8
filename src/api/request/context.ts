import type { YogaInitialContext } from 'graphql-yoga'
import { cancellableDatabase } from '../../storage/cancellable.ts'
import { Loaders } from './loaders.ts'
import { RequestTraces } from './request-traces.ts'
import type { ApiServices } from './services.ts'

/** The context of one request, or of one event of a subscription: the services, and a snapshot as of one block. */
export interface ApiContext extends YogaInitialContext {
  services: ApiServices
  snapshot: Snapshot
  traces: RequestTraces
  /** Ends what runs for the request: it took too long, or nobody waits for its answer. */
  abort: AbortController
}

/**
 * The context of a new request.
 * @param gone aborts when the client goes away
 */
export function openContext(
  shared: ApiServices,
  gone?: AbortSignal,
): Pick<ApiContext, 'services' | 'snapshot' | 'traces' | 'abort'> {
  const abort = new AbortController()
  if (gone?.aborted) abort.abort()
  gone?.addEventListener('abort', () => abort.abort(), { once: true })
  const services = { ...shared, database: cancellableDatabase(shared.database, abort.signal) }
  const traces = new RequestTraces(shared.walks.queries, shared.limits.traceRecords, abort.signal)
  return { services, snapshot: new Snapshot(services), traces, abort }
}

/**
 * The one block that a request is answered as of. It is chosen on first use, as the newest final block, so that a mutation that waits for an
 * action also reads it. For an event of a subscription, it is the block of the event.
 */
export class Snapshot {
  readonly #services: ApiServices
  readonly #height: number | undefined
  #loaders: Promise<Loaders> | undefined
  #opened: Loaders | undefined

  constructor(services: ApiServices, height?: number) {
    this.#services = services
    this.#height = height
  }

  async height(): Promise<number> {
    return this.#height ?? (await this.loaders()).height
  }

  loaders(): Promise<Loaders> {
    this.#loaders ??= this.#open()
    return this.#loaders
  }

  /** What a read returns; at once if the block is chosen already, which it is for all but root fields. */
  read<T>(use: (loaders: Loaders) => T | Promise<T>): T | Promise<T> {
    return this.#opened ? use(this.#opened) : this.loaders().then(use)
  }

  async #open(): Promise<Loaders> {
    this.#opened =
      this.#height === undefined ? await this.#newest() : new Loaders(this.#services, this.#height)
    return this.#opened
  }

  async #newest(): Promise<Loaders> {
    const tip = await this.#services.tips.read()
    return new Loaders(this.#services, tip.header.height).startAt(tip)
  }
}

/** The context of a subscription's event, as of its block. */
export function atHeight(context: ApiContext, height: number): ApiContext {
  return { ...context, snapshot: new Snapshot(context.services, height) }
}
