import type postgres from 'postgres'
import { type Database, type Sql, withSql } from './database.ts'

type Statement = postgres.PendingQuery<never>

/** SQLSTATE of a statement that was canceled. */
const CANCELED = '57014'

/**
 * A database whose statements end with a signal: those that run are canceled, and later ones are refused with the reason of the abort. For
 * reads through the template tag; transactions are not affected.
 *
 * Postgres cancels whatever a connection runs when the request for it arrives. That can be the next statement of the connection, for somebody
 * else, so a statement that was canceled although its own signal did not abort runs again, once.
 */
export function cancellableDatabase(database: Database, signal: AbortSignal): Database {
  const { sql } = database
  const running = new Set<Statement>()
  const limitMs = Number(sql.options.connection.statement_timeout) || Number.POSITIVE_INFINITY
  signal.addEventListener('abort', () => {
    for (const statement of running) statement.cancel()
  })
  const tag = (first: unknown, ...rest: unknown[]) => {
    const make = () => (sql as unknown as (...args: unknown[]) => Statement)(first, ...rest)
    if (!isTemplate(first)) return make()
    signal.throwIfAborted()
    const made = make()
    const then = made.then.bind(made)
    let result: Promise<unknown> | undefined
    const run = () => {
      running.add(made)
      const sentMs = performance.now()
      return new Promise((resolve, reject) => then(resolve, reject))
        .finally(() => running.delete(made))
        .catch((error) => {
          if (signal.aborted || !isCanceledByOthers(error, performance.now() - sentMs < limitMs)) throw error
          return make()
        })
    }
    // A statement is sent when it is first awaited. A piece of another statement never is.
    // biome-ignore lint/suspicious/noThenProperty: the driver's query is a promise that starts when it is awaited
    made.then = ((...handlers: Parameters<typeof then>) => {
      result ??= run()
      return result.then(...(handlers as []))
    }) as typeof made.then
    return made
  }
  return withSql(database, Object.assign(tag, sql) as unknown as Sql)
}

const isTemplate = (first: unknown): boolean => Array.isArray((first as TemplateStringsArray | null)?.raw)

/**
 * Whether a statement was canceled on request. Those that took too long have the same code. They are told apart by their time, and where a statement waited
 * for a connection, so that its time says nothing, by the message, which is not English on every server.
 */
function isCanceledByOthers(error: unknown, isInTime: boolean): boolean {
  const { code, message } = error as { code?: string; message?: string }
  return code === CANCELED && (isInTime || message?.includes('user request') === true)
}
