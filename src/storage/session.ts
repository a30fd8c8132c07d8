import { Failure } from '../config/failure.ts'

/** Set to 1 by an operator who accepts that a crash of the database loses what it confirmed. */
export const UNSAFE_VARIABLE = 'INPIGRITAS_UNSAFE_DATABASE'

const MIN_VERSION = 150_000

/** Settings of the server that decide whether it can be used, as `SESSION_SQL` reads them at the start of each session. */
export interface SessionFacts {
  server_version_num: string
  server_encoding: string
  fsync: string
  full_page_writes: string
  synchronous_commit: string
}

const FACTS = [
  'server_version_num',
  'server_encoding',
  'fsync',
  'full_page_writes',
  'synchronous_commit',
] as const satisfies readonly (keyof SessionFacts)[]

/** Columns of a SELECT. */
export const SESSION_SQL = FACTS.map((name) => `current_setting('${name}') as ${name}`).join(', ')

/**
 * What every session is started with, whatever server, role, database and URL say: what decoding and comparing rely on, plans that do not depend on
 * the server's configuration, and how soon the server gives up a client that vanished (20 to 25 s), so that its locks are free again.
 * Values are text; an empty one would be left out by the driver.
 */
export const SESSION_SETTINGS: Readonly<Record<string, string>> = {
  client_encoding: 'UTF8',
  bytea_output: 'hex',
  DateStyle: 'ISO',
  IntervalStyle: 'postgres',
  TimeZone: 'UTC',
  extra_float_digits: '1',
  standard_conforming_strings: 'on',
  // Where the migrations make the tables. A schema in front of it could hide them.
  search_path: 'public',
  default_transaction_isolation: 'read committed',
  jit: 'off',
  // The default is for spinning disks: with it, the planner reads whole tables for the few thousand keys of a block.
  random_page_cost: '1.1',
  tcp_keepalives_idle: '10',
  tcp_keepalives_interval: '5',
  tcp_keepalives_count: '3',
  tcp_user_timeout: '20000',
}

/**
 * Checks what a session's server is like.
 * @returns why it cannot be used; undefined if it can
 */
export function checkSession(
  facts: SessionFacts,
  isUnsafeAccepted = process.env[UNSAFE_VARIABLE] === '1',
): Failure | undefined {
  const version = Number(facts.server_version_num)
  if (version < MIN_VERSION) {
    return new Failure('POSTGRES_TOO_OLD', `this Postgres is version ${Math.floor(version / 10_000)}`, {
      hint: 'version 15 or later is needed',
    })
  }
  if (facts.server_encoding !== 'UTF8') {
    return new Failure(
      'DATABASE_ENCODING',
      `the database has the encoding ${facts.server_encoding}, which cannot hold every text`,
      { hint: "make another one: CREATE DATABASE ... ENCODING 'UTF8' TEMPLATE template0" },
    )
  }
  const off = (['fsync', 'full_page_writes', 'synchronous_commit'] as const).find(
    (name) => facts[name] === 'off',
  )
  if (off === undefined || isUnsafeAccepted) return undefined
  return new Failure('DATABASE_UNSAFE', `${off} is off: a crash would lose what Postgres confirmed`, {
    hint: `turn it on for server, role and database, or accept that with ${UNSAFE_VARIABLE}=1`,
  })
}
