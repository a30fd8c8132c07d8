import type { Database } from '../../../src/storage/database.ts'

/** A node of a plan as Postgres ran it. */
interface PlanNode {
  'Node Type': string
  'Relation Name'?: string
  'Actual Rows': number
  'Actual Loops': number
  'Rows Removed by Filter'?: number
  'Rows Removed by Index Recheck'?: number
  Plans?: PlanNode[]
}

/** What a statement did when it ran. */
export interface Run {
  statement: string
  /** Tables that were read from end to end. */
  sequential: string[]
  /** Rows that scans of tables and indexes read, those that a filter removed included. */
  rows: number
}

/** Fields that the driver adds to a query when it is sent. */
interface SentQuery {
  string: string
  parameters: (string | null)[]
  statement: { types: number[] }
}

/**
 * Runs reads, and each of their statements once more with EXPLAIN ANALYZE, planned as an api does it: once for all values.
 * @param database with a single connection
 */
export async function explainedRuns(database: Database, read: () => Promise<unknown>): Promise<Run[]> {
  const { sql } = database
  const sent: SentQuery[] = []
  const recording = (first: unknown, ...rest: unknown[]) => {
    // biome-ignore lint/suspicious/noExplicitAny: a stand-in with the same shapes
    const query = (sql as any)(first, ...rest)
    if (typeof query?.then !== 'function') return query
    const then = query.then.bind(query)
    // A piece put into another statement is never awaited by itself.
    // biome-ignore lint/suspicious/noThenProperty: keeps what is awaited
    query.then = (...handlers: unknown[]) => {
      sent.push(query)
      return then(...handlers)
    }
    return query
  }
  database.sql = Object.assign(recording, sql) as never
  await read().finally(() => {
    database.sql = sql
  })
  const runs: Run[] = []
  for (const query of sent) runs.push(await explain(sql, query))
  return runs
}

async function explain(sql: Database['sql'], { string, parameters, statement }: SentQuery): Promise<Run> {
  const types = await sql<{ name: string }[]>`
    SELECT format_type(oid, NULL) AS name FROM unnest(${`{${statement.types.join()}}`}::oid[]) WITH ORDINALITY AS t (oid, n) ORDER BY n`
  const values = parameters.map((value) =>
    value === null ? 'NULL' : `'${String(value).replaceAll("'", "''")}'`,
  )
  const list = (items: string[]) => (items.length === 0 ? '' : `(${items.join(', ')})`)
  await sql.unsafe("SET plan_cache_mode = 'force_generic_plan'")
  await sql.unsafe(`PREPARE explained ${list(types.map(({ name }) => name))} AS ${string}`)
  const [row] = await sql.unsafe(`EXPLAIN (ANALYZE, FORMAT JSON) EXECUTE explained ${list(values)}`)
  await sql.unsafe('DEALLOCATE explained')
  const run: Run = { statement: string, sequential: [], rows: 0 }
  const visit = (node: PlanNode) => {
    const table = node['Relation Name']
    if (table !== undefined || node['Node Type'] === 'Bitmap Index Scan') {
      const removed = (node['Rows Removed by Filter'] ?? 0) + (node['Rows Removed by Index Recheck'] ?? 0)
      run.rows += (node['Actual Rows'] + removed) * node['Actual Loops']
    }
    if (node['Node Type'] === 'Seq Scan' && node['Actual Loops'] > 0) run.sequential.push(table!)
    for (const child of node.Plans ?? []) visit(child)
  }
  visit((row!['QUERY PLAN'] as { Plan: PlanNode }[])[0]!.Plan)
  return run
}
