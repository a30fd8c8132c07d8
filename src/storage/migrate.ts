import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { DrizzleQueryError } from 'drizzle-orm/errors'
import { migrate } from 'drizzle-orm/postgres-js/migrator'
import { Failure } from '../config/failure.ts'
import { checkDatabase, type Database, databaseFailure } from './database.ts'
import { grantRoles } from './roles.ts'

const FOLDER = fileURLToPath(new URL('../../migrations', import.meta.url))
/** Key of the advisory lock: a number that nothing else in this database locks. */
const LOCK = 7_236_411

interface Journal {
  entries: { when: number; tag: string }[]
}

/**
 * Applies the migrations that are missing, and grants node and api their rights. Safe to run from several processes at once.
 * @param database needs at least two connections
 * @throws Failure SCHEMA_TOO_NEW if a later version has migrated the database, NO_PRIVILEGE, or as checkDatabase
 */
export async function migrateDatabase(database: Database): Promise<void> {
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
      const applied = await appliedMigrations(database)
      if (applied > entries.length) {
        throw new Failure('SCHEMA_TOO_NEW', 'the database was migrated by a later version of inpigritas', {
          hint: 'upgrade this one, or name another database',
        })
      }
      if (applied < entries.length) await migrate(database.orm, { migrationsFolder: FOLDER })
      await grantRoles(tx)
    })
  } catch (error) {
    throw databaseFailure(error instanceof DrizzleQueryError ? error.cause : error)
  }
}

async function appliedMigrations({ sql }: Database): Promise<number> {
  const [table] = await sql<
    { name: string | null }[]
  >`SELECT to_regclass('drizzle.__drizzle_migrations')::text AS name`
  if (table!.name === null) return 0
  const [row] = await sql<{ n: number }[]>`SELECT count(*) AS n FROM drizzle.__drizzle_migrations`
  return row!.n
}
