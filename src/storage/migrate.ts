import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { DrizzleQueryError } from 'drizzle-orm/errors'
import { drizzle } from 'drizzle-orm/postgres-js'
import { migrate } from 'drizzle-orm/postgres-js/migrator'
import type postgres from 'postgres'
import { Failure } from '../config/failure.ts'
import { checkDatabase, type Database, databaseFailure } from './database.ts'
import { grantRoles } from './roles.ts'
import type { Transaction } from './transaction.ts'

const FOLDER = fileURLToPath(new URL('../../migrations', import.meta.url))
/** Key of the advisory lock: a number that nothing else in this database locks. */
const LOCK = 7_236_411

/** How long a migration waits for a lock. While it waits, it holds up everybody who comes after it. */
const LOCK_TIMEOUT_MS = 10_000
/** SQLSTATE of a lock that was not given in time. */
const LOCK_NOT_AVAILABLE = '55P03'

interface Journal {
  entries: { when: number; tag: string }[]
}

/**
 * Applies the migrations that are missing, and grants node and api their rights, all in one transaction. Safe to run from several processes at once.
 * @param database without a bound on the time of statements: an index may take long
 * @param lockMs how long it waits for a locked table
 * @throws Failure SCHEMA_TOO_NEW if a later version has migrated the database, TABLES_IN_USE if another session keeps a table locked,
 *   NO_PRIVILEGE, or as checkDatabase
 */
export async function migrateDatabase(database: Database, lockMs = LOCK_TIMEOUT_MS): Promise<void> {
  await checkDatabase(database)
  const { entries } = JSON.parse(readFileSync(`${FOLDER}/meta/_journal.json`, 'utf8')) as Journal
  // drizzle silently skips a migration that is older than the last one applied, so the journal must be in order.
  entries.forEach(({ when, tag }, i) => {
    if (i > 0 && when <= entries[i - 1]!.when)
      throw new Error(`migration ${tag} is older than the one before it`)
  })
  try {
    await database.sql.begin(async (tx) => {
      await tx`SELECT pg_advisory_xact_lock(${LOCK})`
      await tx.unsafe(`SET LOCAL lock_timeout = ${lockMs}`)
      const applied = await appliedMigrations(tx)
      if (applied > entries.length) {
        throw new Failure('SCHEMA_TOO_NEW', 'the database was migrated by a later version of inpigritas', {
          hint: 'upgrade this one, or name another database',
        })
      }
      if (applied < entries.length) await migrate(insideOf(tx, database), { migrationsFolder: FOLDER })
      await grantRoles(tx)
    })
  } catch (error) {
    throw migrationFailure(error instanceof DrizzleQueryError ? error.cause : error)
  }
}

/** The open transaction, as drizzle wants it: its migrator begins one of its own, which becomes a savepoint. */
function insideOf(tx: Transaction, { sql }: Database) {
  const client = {
    options: sql.options,
    unsafe: tx.unsafe,
    begin: (work: (inner: Transaction) => unknown) => tx.savepoint(work),
  }
  return drizzle(client as unknown as postgres.Sql)
}

function migrationFailure(error: unknown): unknown {
  if ((error as { code?: unknown } | undefined)?.code !== LOCK_NOT_AVAILABLE) return databaseFailure(error)
  return new Failure('TABLES_IN_USE', 'another session keeps a table locked that must be migrated', {
    hint: 'stop the nodes and apis of this database, start one node, then the others',
    cause: error,
  })
}

async function appliedMigrations(tx: Transaction): Promise<number> {
  const [table] = await tx<
    { name: string | null }[]
  >`SELECT to_regclass('drizzle.__drizzle_migrations')::text AS name`
  if (table!.name === null) return 0
  const [row] = await tx<{ n: number }[]>`SELECT count(*) AS n FROM drizzle.__drizzle_migrations`
  return row!.n
}
