import type { IncomingMessage, ServerResponse } from 'node:http'
import { type Database, withSql } from '../storage/database.ts'
import { errorType, KIND, type Tracer } from '../telemetry/tracing.ts'

/** Paths that name spans. Any other path is left out of the name, because there may be any number of them. */
const PATHS = ['/graphql', '/health', '/ready', '/metrics', '/']

/** Handles an HTTP request in a span that ends with the response; a stream's ends with the stream. */
export function traceRequest(
  tracer: Tracer,
  request: IncomingMessage,
  response: ServerResponse,
  handle: () => void,
): void {
  const method = request.method ?? 'GET'
  const path = (request.url ?? '/').split('?')[0]!
  const name = PATHS.includes(path) ? `${method} ${path}` : method
  const parent = request.headers.traceparent
  const attributes = { 'http.request.method': method, 'url.path': path }
  const span = tracer.start(name, KIND.server, attributes, typeof parent === 'string' ? parent : undefined)
  response.once('close', () => {
    const { statusCode } = response
    span.set({ 'http.response.status_code': statusCode })
    span.end(statusCode >= 500 ? String(statusCode) : undefined)
  })
  // The parser emits the body outside of what runs here.
  const emit = request.emit.bind(request)
  request.emit = (event: string | symbol, ...given: unknown[]) =>
    tracer.inside(span, () => emit(event, ...given))
  tracer.inside(span, handle)
}

/** A database whose statements are spans: their texts, never their values. */
export function tracedDatabase(database: Database, tracer: Tracer): Database {
  const { sql } = database
  const traced = (first: TemplateStringsArray, ...values: unknown[]) => {
    const query = (sql as unknown as (...given: unknown[]) => unknown)(first, ...values)
    if (!isQuery(query)) return query
    const { handle } = query
    let started = false
    query.handle = () => {
      if (!started) {
        started = true
        const text = first.join('?').replace(/\s+/g, ' ').trim()
        const name = text.split(' ', 1)[0] ?? 'SQL'
        const span = tracer.start(name, KIND.client, {
          'db.system.name': 'postgresql',
          'db.query.text': text,
        })
        Promise.prototype.then.call(
          query,
          () => span.end(),
          (error) => span.end(errorType(error)),
        )
      }
      return handle.call(query)
    }
    return query
  }
  return withSql(database, Object.assign(traced, sql) as never)
}

/** A statement of postgres.js, which is sent by `handle` when it is first awaited. A piece of a statement never is. */
interface Query extends Promise<unknown> {
  handle(): unknown
}

const isQuery = (value: unknown): value is Query =>
  value instanceof Promise && typeof (value as Partial<Query>).handle === 'function'

/** A client of the node whose calls are spans. */
export function tracedNode<Node extends object>(node: Node, tracer: Tracer): Node {
  return new Proxy(node, {
    get(target, key) {
      const value: unknown = Reflect.get(target, key, target)
      if (typeof value !== 'function' || key === 'close') return value
      return (...given: unknown[]) =>
        tracer.trace(`node ${String(key)}`, KIND.client, {}, async () => value.apply(target, given))
    },
  })
}
