import { drizzle, type PostgresJsDatabase } from 'drizzle-orm/postgres-js'
import type postgres from 'postgres'
import { Failure } from '../config/failure.ts'
import { databaseFailure } from './database-failure.ts'
import { connectPostgres } from './driver.ts'

export { databaseFailure } from './database-failure.ts'

export type Sql = postgres.Sql<{ numeric: bigint; int8: number }>

/** A pool of connections. */
export interface Database {
  /** Raw SQL. numeric becomes bigint (all of ours are integers), int8 number (all of ours are safe), bytea Uint8Array (not Buffer). */
  sql: Sql
  orm: PostgresJsDatabase
  close(): Promise<void>
}

export interface DatabaseOptions {
  /** Maximum number of connections. Default 8. */
  max?: number
  applicationName?: string
  /**
   * Plans each statement once per connection instead of once per set of values. For clients that only look up keys: each of their statements has
   * one good plan, and planning takes as long as running it.
   */
  genericPlans?: boolean
  /** Milliseconds after which Postgres ends a statement. Default: none. */
  statementMs?: number
}

const MIN_VERSION = 150_000
const NUMERIC = 1700
const INT8 = 20
const BYTEA = 17

/** Opens a pool of connections. It connects with the first query. A URL may name the folder of a socket as in libpq: `?host=/folder`. */
export function openDatabase(
  url: string,
  { max = 8, applicationName = 'inpigritas', genericPlans = false, statementMs = 0 }: DatabaseOptions = {},
): Database {
  const parsed = new URL(url)
  const folder = parsed.searchParams.get('host')
  parsed.searchParams.delete('host')
  const sql = connectPostgres(parsed.href, {
    max,
    ...(folder === null ? {} : { host: folder }),
    onnotice: () => {},
    connect_timeout: 10,
    // At most 1 s between attempts. The default of up to 20 s goes on waiting long after the server is back.
    backoff: (attempts) => Math.min(0.1 * attempts, 1),
    // Fixed settings, so that comparisons and plans do not depend on the server's configuration.
    connection: {
      application_name: applicationName,
      TimeZone: 'UTC',
      jit: 'off' as never,
      // The default is for spinning disks: with it, the planner reads whole tables for the few thousand keys of a block.
      random_page_cost: '1.1' as never,
      statement_timeout: statementMs,
      ...(genericPlans ? { plan_cache_mode: 'force_generic_plan' as never } : {}),
    },
    types: {
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
    },
  }) as unknown as Sql
  return { sql, orm: drizzle(sql as unknown as postgres.Sql), close: () => sql.end({ timeout: 5 }) }
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

/** Connects once and checks the version of Postgres. @throws Failure, whose hint says what to do */
export async function checkDatabase({ sql }: Database): Promise<void> {
  try {
    const [row] = await sql<{ version: string }[]>`SELECT current_setting('server_version_num') AS version`
    if (Number(row!.version) < MIN_VERSION) {
      throw new Failure(
        'POSTGRES_TOO_OLD',
        `this Postgres is version ${Math.floor(Number(row!.version) / 10_000)}`,
        {
          hint: 'version 15 or later is needed',
        },
      )
    }
  } catch (error) {
    throw databaseFailure(error)
  }
}
