import { type Database, databaseFailure } from './database.ts'

/** Key of the advisory lock: a number that nothing else in this database locks. */
const LOCK = 7_236_412
/** How long the server may take to end a session of this node that is lost. */
const END_MS = 2_000

/** A session of the server: its process, and when it began, because numbers of processes come again. */
interface Session {
  pid: number
  began: string
}

/**
 * The lock that prevents a second node from using a database. It belongs to a session of the server, and the driver may replace a session without
 * notice, so the caller must ask again before each commit.
 */
export class NodeLock {
  readonly #database: Database
  /** The session that held the lock last. */
  #holder: Session | undefined

  /** @param database one connection that nothing else uses */
  constructor(database: Database) {
    this.#database = database
  }

  /**
   * Takes the lock, or checks that it is still held. If this node's own former session has it, whose connection is lost without the server's knowing,
   * that session is ended.
   * @returns false while another process has the lock
   */
  async hold(): Promise<boolean> {
    try {
      if (await this.#take()) return true
      await this.#endFormer()
      // Even if nothing was ended here: another call may have done both.
      return await this.#take()
    } catch (error) {
      throw databaseFailure(error)
    }
  }

  /**
   * Milliseconds since the session that has the lock began its last statement; undefined if none has it, or if this role may not see what that session
   * does. A running node asks every few seconds.
   */
  async holderSilentMs(): Promise<number | undefined> {
    try {
      const [row] = await this.#database.sql<{ ms: number | null }[]>`
        SELECT (1000 * extract(epoch FROM clock_timestamp() - query_start))::float8 AS ms
        FROM pg_stat_activity JOIN pg_locks USING (pid)
        WHERE locktype = 'advisory' AND objid = ${LOCK} AND granted
          AND database = (SELECT oid FROM pg_database WHERE datname = current_database())`
      return row?.ms ?? undefined
    } catch (error) {
      throw databaseFailure(error)
    }
  }

  async #take(): Promise<boolean> {
    const [row] = await this.#database.sql<(Session & { held: boolean })[]>`
      SELECT pid, backend_start::text AS began, CASE WHEN EXISTS (
          SELECT FROM pg_locks WHERE locktype = 'advisory' AND objid = ${LOCK} AND pid = pg_backend_pid() AND granted
            AND database = (SELECT oid FROM pg_database WHERE datname = current_database()))
        THEN true ELSE pg_try_advisory_lock(${LOCK}) END AS held
      FROM pg_stat_activity WHERE pid = pg_backend_pid()`
    const { pid, began, held } = row!
    if (held) this.#holder = { pid, began }
    return held
  }

  async #endFormer(): Promise<void> {
    if (this.#holder === undefined) return
    const { pid, began } = this.#holder
    await this.#database.sql`
      SELECT pg_terminate_backend(pid, ${END_MS}) FROM pg_stat_activity
      WHERE pid = ${pid} AND backend_start::text = ${began} AND pid <> pg_backend_pid()`
  }
}
