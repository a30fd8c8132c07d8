import { drizzle, type PostgresJsDatabase } from 'drizzle-orm/postgres-js'
import type postgres from 'postgres'
import { Failure } from '../config/failure.ts'
import { connectPostgres } from './driver.ts'

export type Sql = postgres.Sql<{ numeric: bigint; int8: number }>

/** A pool of connections. */
export interface Database {
  /** Raw SQL. numeric is bigint (all of ours are integers), int8 is number (all of ours are safe), bytea is Uint8Array (and no Buffer). */
  sql: Sql
  orm: PostgresJsDatabase
  close(): Promise<void>
}

export interface DatabaseOptions {
  /** Connections at the most. Default 8. */
  max?: number
  applicationName?: string
  /**
   * Plans each statement once a connection instead of for its values. For who only seeks by keys: there is one good plan, and planning costs as
   * much as running it.
   */
  genericPlans?: boolean
}

const MIN_VERSION = 150_000
const NUMERIC = 1700
const INT8 = 20
const BYTEA = 17

/**
 * Opens a pool of connections, nothing sent yet. A URL may name a socket's folder as libpq does, `?host=/folder`.
 */
export function openDatabase(
  url: string,
  { max = 8, applicationName = 'inpigritas', genericPlans = false }: DatabaseOptions = {},
): Database {
  const parsed = new URL(url)
  const folder = parsed.searchParams.get('host')
  parsed.searchParams.delete('host')
  const sql = connectPostgres(parsed.href, {
    max,
    ...(folder === null ? {} : { host: folder }),
    onnotice: () => {},
    connect_timeout: 10,
    // The default waits up to 20 s, long after the server is back.
    backoff: (attempts) => Math.min(0.1 * attempts, 1),
    // Whoever compares strings or plans queries must find the same everywhere.
    connection: {
      application_name: applicationName,
      TimeZone: 'UTC',
      jit: 'off' as never,
      // Made for spinning disks, the default would read whole tables for the few thousand keys of a block.
      random_page_cost: '1.1' as never,
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

/** A plain Uint8Array: a Buffer's slice would share its memory. */
function fromHex(text: string): Uint8Array {
  const { buffer, byteOffset, byteLength } = Buffer.from(text.slice(2), 'hex')
  return new Uint8Array(buffer, byteOffset, byteLength)
}

function safeInteger(text: string): number {
  const value = Number(text)
  if (!Number.isSafeInteger(value)) throw new Error(`${text} from the database is not a safe integer`)
  return value
}

/** Connects once and checks the version. @throws Failure with what to do */
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

const CONNECTION = /^(ECONN|ENOENT|ENOTFOUND|EAI_|EPIPE|ETIMEDOUT|CONNECT|CONNECTION_)/
/** Classes of SQLSTATE that go away by themselves: connection, resources, operator intervention, rollback. */
const PASSING = /^(08|53|57P|40|55P03)/

/**
 * What a database error means to whoever started the operation: a Failure that says whether to retry. Errors that are
 * none of the database's (or that nobody but us can mend) are returned as they are.
 */
export function databaseFailure(error: unknown): unknown {
  if (error instanceof Failure || !(error instanceof Error)) return error
  const code = String((error as { code?: unknown }).code ?? '')
  const failure = (name: string, message: string, hint: string, retry: boolean) =>
    new Failure(name, message, { hint, retry, cause: error })
  if (code === '53100' || code === 'ENOSPC') {
    return failure(
      'DISK_FULL',
      'there is no space left on the disk',
      'free some space; it goes on by itself',
      true,
    )
  }
  if (code === '28P01' || code === '28000') {
    return failure(
      'POSTGRES_PASSWORD',
      'Postgres rejected the user or the password',
      'check DATABASE_URL',
      false,
    )
  }
  if (code === '3D000') {
    return failure(
      'NO_DATABASE',
      'the database does not exist',
      'create it, or check the name in DATABASE_URL',
      false,
    )
  }
  if (CONNECTION.test(code) || PASSING.test(code)) {
    return failure(
      'POSTGRES_UNREACHABLE',
      `Postgres cannot be reached (${code})`,
      'start it, or check DATABASE_URL',
      true,
    )
  }
  return error
}
