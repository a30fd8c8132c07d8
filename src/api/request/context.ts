import type { IncomingMessage, ServerResponse } from 'node:http'
import type { YogaInitialContext } from 'graphql-yoga'
import { clientName } from '../../http/client-address.ts'
import { reject, throwRejection } from '../../ledger/rejection.ts'
import { cancellableDatabase } from '../../storage/cancellable.ts'
import type { Database } from '../../storage/database.ts'
import type { BlockRow } from '../../storage/reads/blocks.ts'
import { Work } from '../budget/work.ts'
import { rejectionError } from '../errors.ts'
import { type Hint, Loaders } from './loaders.ts'
import { RequestTraces } from './request-traces.ts'
import type { ApiServices } from './services.ts'

/** The context of one request, or of one event of a subscription: the services, and a snapshot as of one block. */
export interface ApiContext extends YogaInitialContext {
  services: ApiServices
  snapshot: Snapshot
  traces: RequestTraces
  /** Ends what runs for the request: it took too long, or nobody waits for its answer. */
  abort: AbortController
  /** What the answer has cost so far. */
  work: Work
  /** The request as Node received it, of HTTP or of a WebSocket's upgrade; undefined for a call in the process. */
  req?: IncomingMessage | undefined
  /** What an answer over HTTP is written to; undefined for any other. */
  res?: ServerResponse | undefined
}

/** Calls a function when the client of a request goes away. */
export type WhenGone = (abort: () => void) => void

/** Ends an execution when it aborts. Its signal is made when it is first asked for: most requests need none, and it takes longer than their other parts. */
class Ending extends AbortController {
  readonly #stop: () => void

  constructor(stop: () => void) {
    super()
    this.#stop = stop
  }

  override abort(reason?: unknown): void {
    this.#stop()
    super.abort(reason)
  }
}

/**
 * The context of a new request.
 * @param answerBytes the most that the answer may have as JSON
 */
export function openContext(
  shared: ApiServices,
  whenGone: WhenGone = () => {},
  answerBytes = shared.limits.responseBytes,
): Pick<ApiContext, 'services' | 'snapshot' | 'traces' | 'abort' | 'work'> {
  const { timeoutMs, traceRecords } = shared.limits
  const work = new Work(answerBytes)
  const abort = new Ending(() => work.stop(rejectionError(reject('TIMEOUT', { ms: timeoutMs }))))
  whenGone(() => abort.abort())
  const services = withDatabase(shared, () =>
    cancellableDatabase(
      shared.heavyStatements.bound(shared.database, () => work.weight === 'heavy'),
      abort.signal,
    ),
  )
  const traces = new RequestTraces(shared.walks.queries, traceRecords, abort)
  return { services, snapshot: new Snapshot(services), traces, abort, work }
}

/** The services with a database of their own, which is made when it is first used: many answers need none. */
function withDatabase(shared: ApiServices, make: () => Database): ApiServices {
  let database: Database | undefined
  const get = () => {
    database ??= make()
    return database
  }
  return Object.create(shared, { database: { get, enumerable: true } }) as ApiServices
}

/** Heights that a request may choose: each one's reads are statements of their own. */
const MAX_HEIGHTS = 16

/**
 * The one block that a request is answered as of. It is chosen on first use, as the newest final block, so that a mutation that waits for an
 * action also reads it. For an event of a subscription, it is the block of the event.
 */
export class Snapshot {
  readonly #services: ApiServices
  /** The height that the client chose, inside `at`; undefined elsewhere. */
  readonly pinnedTo: number | undefined
  #height: number | undefined
  /** Those of the heights that the client chose, at most MAX_HEIGHTS: their reads are shared. */
  readonly #pinned = new Map<number, Snapshot>()
  #loaders: Promise<Loaders> | undefined
  #opened: Loaders | undefined

  /** @param pinned if the client chose the height: the hints of the whole answer */
  constructor(services: ApiServices, height?: number, pinned?: { hints: Hint[] }) {
    this.#services = services
    this.#height = height
    if (height !== undefined && pinned !== undefined) {
      this.pinnedTo = height
      this.#opened = new Loaders(services, height, pinned)
      this.#loaders = Promise.resolve(this.#opened)
    }
  }

  /**
   * The snapshot of a height that the client chose.
   * @throws RejectionError HEIGHT_TOO_HIGH above the newest final block, QUERY_TOO_COSTLY beyond MAX_HEIGHTS heights
   */
  async at(height: number): Promise<Snapshot> {
    const { hints, height: newest } = await this.loaders()
    if (height > newest) throwRejection('HEIGHT_TOO_HIGH', { height, newest })
    if (!this.#pinned.has(height) && this.#pinned.size >= MAX_HEIGHTS)
      throwRejection('QUERY_TOO_COSTLY', { what: 'heights', max: MAX_HEIGHTS })
    const snapshot = this.#pinned.get(height) ?? new Snapshot(this.#services, height, { hints })
    this.#pinned.set(height, snapshot)
    return snapshot
  }

  async height(): Promise<number> {
    return this.chosen ?? (await this.loaders()).height
  }

  /** The height, if it is chosen already. */
  get chosen(): number | undefined {
    return this.#height ?? this.#opened?.height
  }

  /** Why parts of the answer are empty. */
  get hints(): readonly Hint[] {
    return this.#opened?.hints ?? []
  }

  /** Chooses a final block without a read, for an answer that is the same at every height; unless one was chosen already. */
  settleAt(height: number): void {
    if (this.#loaders === undefined) this.#height ??= height
  }

  /**
   * Chooses the newest known block without a read, for an answer that is the same at every height at which it has one; unless one was chosen
   * already, or a newer one was announced.
   * @returns the height that was chosen
   */
  assumeNewest(): number | undefined {
    const { tips, heights } = this.#services
    const tip = tips.known
    if (this.#loaders !== undefined || this.#height !== undefined || tip === undefined) return undefined
    const { height } = tip.header
    if (height < heights.current) return undefined
    this.#opened = new Loaders(this.#services, height).startAt(tip)
    this.#loaders = Promise.resolve(this.#opened)
    return height
  }

  /**
   * Reads the newest block beside an answer as of the one that was assumed.
   * @returns what chooses it in the other's place, if it is a newer one or cannot be read; undefined if the assumed one is the newest
   */
  async newer(assumed: number): Promise<(() => void) | undefined> {
    const reading = this.#services.tips.read()
    const tip = await reading.catch(() => undefined)
    if (tip !== undefined && tip.header.height <= assumed) return undefined
    return () => {
      this.#opened = tip && this.#loadersAt(tip)
      this.#loaders = this.#opened
        ? Promise.resolve(this.#opened)
        : reading.then((read) => this.#loadersAt(read))
    }
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
    return this.#loadersAt(await this.#services.tips.read())
  }

  #loadersAt(tip: BlockRow): Loaders {
    return new Loaders(this.#services, tip.header.height).startAt(tip)
  }
}

/** The name under which the client of a request is counted. */
export function clientOf({ req, services }: Pick<ApiContext, 'req' | 'services'>): string {
  return clientName(req?.socket?.remoteAddress, forwardedFor(req), services.proxies)
}

/** The header X-Forwarded-For; several headers count as one. */
function forwardedFor(req: IncomingMessage | undefined): string | undefined {
  const header = req?.headers?.['x-forwarded-for']
  return Array.isArray(header) ? header.join(',') : header
}

/** The context of a subscription's event, as of its block. */
export function atHeight(context: ApiContext, height: number): ApiContext {
  const work = new Work(context.services.limits.eventBytes)
  return { ...context, snapshot: new Snapshot(context.services, height), work }
}
