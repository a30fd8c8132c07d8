import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { type Database, openDatabase } from '../../../src/storage/database.ts'
import { emptyDatabase, openForTest } from '../../support/postgres.ts'

describe('a connection that dies', () => {
  let url: string
  let database: Database
  const uncaught: unknown[] = []
  const note = (error: unknown) => uncaught.push(error)

  beforeEach(async () => {
    url = await emptyDatabase()
    database = openDatabase(url, { max: 1 })
    process.on('uncaughtException', note)
  })
  afterEach(async () => {
    process.off('uncaughtException', note)
    await database.close()
    expect(uncaught).toEqual([])
  })

  /** Ends every session of `database` as a failing server would. */
  async function killSessions(): Promise<void> {
    const { sql } = openForTest(url, 1)
    await sql`SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()`
  }

  /** The next answer, whenever it comes: the end of the old session may still be on its way. */
  async function two(): Promise<number> {
    for (;;) {
      try {
        const [row] = await database.sql<[{ two: number }]>`SELECT 2 AS two`
        return row.two
      } catch {
        await new Promise((resolve) => setTimeout(resolve, 20))
      }
    }
  }

  test('inside a transaction: the transaction fails, nothing is thrown past it, and the next one works', async () => {
    for (let i = 0; i < 5; i += 1) {
      const broken = database.sql.begin(async (tx) => {
        await tx`SELECT 1`
        await killSessions()
        // Long enough for the socket to be seen closed before the next write.
        await new Promise((resolve) => setTimeout(resolve, 20 * i))
        await tx`SELECT 2`
      })
      await expect(broken).rejects.toThrow()
      expect(await two()).toBe(2)
    }
  }, 20_000)

  test('while reserved: the query fails and can be caught', async () => {
    const session = await database.sql.reserve()
    await session`SELECT 1`
    await killSessions()
    await new Promise((resolve) => setTimeout(resolve, 100))
    const failed = await session`SELECT 2`.then(
      () => undefined,
      (error: Error) => error,
    )
    expect(failed).toMatchObject({ code: 'CONNECTION_CLOSED' })
    session.release()
    expect(await two()).toBe(2)
  }, 20_000)
})
