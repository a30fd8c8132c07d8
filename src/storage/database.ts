import { join } from 'node:path'
import { drizzle, type PostgresJsDatabase } from 'drizzle-orm/postgres-js'
import type postgres from 'postgres'
import { type PostgresTarget, parsePostgresUrl } from '../config/postgres-url.ts'
import { databaseFailure } from './database-failure.ts'
import { connectPostgres } from './driver.ts'
import { checkSession, SESSION_SETTINGS, SESSION_SQL } from './session.ts'
import { tlsOptions } from './tls-options.ts'
import type { Transaction } from './transaction.ts'
import { type Patience, Watch } from './watch.ts'

export { databaseFailure } from './database-failure.ts'

export type Sql = postgres.Sql<{ numeric: bigint; int8: number }>

/** A pool of connections. */
export interface Database {
  /** Raw SQL. numeric becomes bigint (all of ours are integers), int8 number (all of ours are safe), bytea Uint8Array (not Buffer). */
  sql: Sql
  orm: PostgresJsDatabase
  /** True while the server does not answer at all. Statements are refused at once then (POSTGRES_UNREACHABLE), so that nothing piles up. */
  readonly isGone: boolean
  close(): Promise<void>
}

export interface DatabaseOptions {
  /** Maximum number of connections. Default 8. */
  max?: number
  /** What pg_stat_activity shows, unless the URL names another. */
  applicationName?: string
  /**
   * Plans each statement once per connection instead of once per set of values. For clients that only look up keys: each of their statements has
   * one good plan, and planning takes as long as running it.
   */
  genericPlans?: boolean
  /** Milliseconds after which Postgres ends a statement; a little later (PATIENCE) the connection counts as dead. Default: none. */
  statementMs?: number
  /** How long a silent server is waited for. Default PATIENCE. */
  patience?: Patience
}

/** Milliseconds that a transaction may wait for its client before Postgres ends it, with all its locks. */
const IDLE_MS = 60_000
const CONNECT_TIMEOUT_S = 10
/** Seconds of silence before the system asks an idle connection; ten unanswered questions, a second apart, end it. */
const KEEP_ALIVE_S = 10
const NUMERIC = 1700
const INT8 = 20
const BYTEA = 17

/**
 * Opens a pool of connections. It connects with the first query; each session is checked as it starts (`checkSession`).
 * @param url as `parsePostgresUrl` reads it
 * @throws Failure BAD_DATABASE_URL
 */
export function openDatabase(
  url: string,
  {
    max = 8,
    applicationName = 'inpigritas',
    genericPlans = false,
    statementMs = 0,
    patience,
  }: DatabaseOptions = {},
): Database {
  const target = parsePostgresUrl(url)
  const watch = new Watch(target, statementMs, patience)
  const sql = connectPostgres({
    ...addressOf(target),
    user: target.user,
    password: target.password,
    database: target.database,
    ssl: tlsOptions(target) as never,
    max,
    onnotice: () => {},
    connect_timeout: target.connectTimeoutS ?? CONNECT_TIMEOUT_S,
    keep_alive: KEEP_ALIVE_S,
    // At most 1 s between attempts. The default of up to 20 s goes on waiting long after the server is back.
    backoff: (attempts) => Math.min(0.1 * attempts, 1),
    connection: {
      application_name: target.applicationName ?? applicationName,
      ...(target.options === undefined ? {} : { options: target.options }),
      ...SESSION_SETTINGS,
      idle_in_transaction_session_timeout: `${IDLE_MS}` as never,
      lock_timeout: '0' as never,
      statement_timeout: `${statementMs}` as never,
      plan_cache_mode: (genericPlans ? 'force_generic_plan' : 'auto') as never,
    },
    sessionSql: SESSION_SQL,
    onsession: checkSession,
    onsocket: (socket, isWaiting) => watch.add(socket, isWaiting),
    isgone: () => watch.isGone,
    types: TYPES,
  }) as unknown as Sql
  return {
    sql,
    orm: drizzle(sql as unknown as postgres.Sql),
    get isGone() {
      return watch.isGone
    },
    async close() {
      await sql.end({ timeout: 5 })
      watch.stop()
    },
  }
}

/** A database whose statements all run in an open transaction. */
export function inTransaction(database: Database, tx: Transaction): Database {
  // Reads keep the names of accounts by the options of a pool, which a transaction does not have.
  return withSql(database, Object.assign(tx, { options: database.sql.options }) as unknown as Sql)
}

/** A database that sends its statements by another `sql`. All else is the database's own, as it is when it is asked. */
export function withSql(database: Database, sql: Sql): Database {
  // A spread would keep what `isGone` is now.
  return Object.create(database, { sql: { value: sql, enumerable: true } }) as Database
}

const TYPES = {
  numeric: {
    to: NUMERIC,
    from: [NUMERIC],
    serialize: (x: bigint) => x.toString(),
    parse: (x: string) => BigInt(x),
  },
  bytea: { to: BYTEA, from: [BYTEA], serialize: toHex, parse: fromHex },
  int8: {
    to: INT8,
    from: [INT8],
    serialize: (x: number) => x.toString(),
    parse: (x: string) => safeInteger(x),
  },
}

/** Arrays, because the driver would split a text at colons and commas, of which an IPv6 address has some. */
function addressOf({ host, port }: PostgresTarget) {
  const address = { host: [host] as never, port: [port] as never }
  return host.startsWith('/') ? { ...address, path: join(host, `.s.PGSQL.${port}`) } : address
}

function toHex(bytes: Uint8Array): string {
  return `\\x${Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('hex')}`
}

/** Returns a plain Uint8Array, because a slice of a Buffer shares its memory. */
function fromHex(text: string): Uint8Array {
  const { buffer, byteOffset, byteLength } = Buffer.from(text.slice(2), 'hex')
  return new Uint8Array(buffer, byteOffset, byteLength)
}

function safeInteger(text: string): number {
  const value = Number(text)
  if (!Number.isSafeInteger(value)) throw new Error(`${text} from the database is not a safe integer`)
  return value
}

/** Connects once, which checks the server. @throws Failure, whose hint says what to do */
export async function checkDatabase({ sql }: Database): Promise<void> {
  try {
    await sql`SELECT 1`
  } catch (error) {
    throw databaseFailure(error)
  }
}
