import { type Database, databaseFailure } from './database.ts'

/** Key of the advisory lock: a number that nothing else in this database locks. */
const LOCK = 7_236_412

/**
 * Takes the lock that prevents a second node from using this database, or checks that it is still held. The lock belongs to a session, and the
 * driver may replace a session without notice, so the caller must check again before each commit.
 * @param session a Database with one connection that nothing else uses
 * @returns false while another process has the lock
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
