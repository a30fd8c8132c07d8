import { type Database, databaseFailure } from './database.ts'

/** Any number that nothing else in this database locks. */
const LOCK = 7_236_412

/**
 * Holds, or takes, the lock that keeps a second node off this database. It belongs to a session, and a session may be replaced without
 * notice, so whoever relies on it asks again before each commit.
 * @param session a Database of one connection that nothing else uses
 * @returns false while another process has it
 */
export async function holdNodeLock({ sql }: Database): Promise<boolean> {
  try {
    const [row] = await sql<{ held: boolean }[]>`
      SELECT pg_try_advisory_lock(${LOCK}) AS held
      WHERE NOT EXISTS (
        SELECT FROM pg_locks WHERE locktype = 'advisory' AND objid = ${LOCK} AND pid = pg_backend_pid() AND granted
          AND database = (SELECT oid FROM pg_database WHERE datname = current_database()))`
    return row?.held ?? true
  } catch (error) {
    throw databaseFailure(error)
  }
}
