import type { Database } from '../../../src/storage/database.ts'

/** Collects the texts of the statements that are sent to a database through its tagged template from now on. */
export function countStatements(database: Database): string[] {
  const statements: string[] = []
  const sql = database.sql
  const counting = (first: unknown, ...rest: unknown[]) => {
    // biome-ignore lint/suspicious/noExplicitAny: a stand-in with the same shapes
    const query = (sql as any)(first, ...rest)
    if (typeof query?.then !== 'function') return query
    const then = query.then.bind(query)
    // A piece put into another statement is never awaited by itself.
    // biome-ignore lint/suspicious/noThenProperty: counts when the statement is awaited
    query.then = (...handlers: unknown[]) => {
      statements.push((first as string[]).join('?'))
      return then(...handlers)
    }
    return query
  }
  database.sql = Object.assign(counting, sql) as never
  return statements
}
