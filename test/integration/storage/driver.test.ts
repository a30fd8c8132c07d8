import { type AddressInfo, createServer } from 'node:net'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { type Database, openDatabase } from '../../../src/storage/database.ts'
import { emptyDatabase, openForTest } from '../../support/storage/postgres.ts'

let url: string
let database: Database
const uncaught: unknown[] = []
const noteUncaught = (error: unknown) => uncaught.push(error)

beforeEach(async () => {
  url = await emptyDatabase()
  database = openDatabase(url, { max: 1 })
  process.on('uncaughtException', noteUncaught)
})
afterEach(async () => {
  process.off('uncaughtException', noteUncaught)
  await database.close()
  expect(uncaught).toEqual([])
})

/** Ends every session of `database` as a failing server would. */
async function killSessions(): Promise<void> {
  const { sql } = openForTest(url, 1)
  await sql`SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()`
}

/** The next answer, whenever it comes: the end of the old session may still be on its way. */
async function answerOfNewSession(): Promise<number> {
  for (;;) {
    try {
      const [row] = await database.sql<[{ two: number }]>`SELECT 2 AS two`
      return row.two
    } catch {
      await new Promise((resolve) => setTimeout(resolve, 20))
    }
  }
}

describe('a connection that dies', () => {
  test('inside a transaction makes only the transaction fail; the next query works', async () => {
    for (let i = 0; i < 25; i += 1) {
      const broken = database.sql.begin(async (tx) => {
        await tx`SELECT 1`
        await killSessions()
        // Long enough for the socket to be seen closed before the next write.
        await new Promise((resolve) => setTimeout(resolve, 20 * (i % 5)))
        await tx`SELECT 2`
      })
      await expect(broken).rejects.toThrow()
      expect(await answerOfNewSession()).toBe(2)
    }
  })

  test('while being opened makes queries fail or succeed, throws nothing outside them, and can be closed', async () => {
    const killer = openForTest(url, 1)
    const unhandled: unknown[] = []
    const rejected = (error: unknown) => unhandled.push(error)
    process.on('unhandledRejection', rejected)
    let isKilling = true
    let killed = 0
    const killing = (async () => {
      while (isKilling) {
        const { length } = await killer.sql`
          SELECT pg_terminate_backend(pid) FROM pg_stat_activity
          WHERE datname = current_database() AND pid <> pg_backend_pid()`
        killed += length
        await new Promise((resolve) => setTimeout(resolve, Math.random() * 10))
      }
    })()
    for (let i = 0; i < 30 || killed <= 10; i += 1) {
      const opening = openDatabase(url, { max: 2 })
      await Promise.allSettled([
        opening.sql.begin((tx) => tx`SELECT 1`),
        opening.sql`SELECT 2`,
        opening.sql`SELECT 3`,
      ])
      await opening.close()
    }
    isKilling = false
    await killing
    process.off('unhandledRejection', rejected)
    expect(unhandled).toEqual([])
  })

  test('before it answers makes the query fail, as with a proxy whose server is gone', async () => {
    const proxy = createServer((socket) => socket.destroy())
    await new Promise<void>((resolve) => proxy.listen(0, '127.0.0.1', resolve))
    const { port } = proxy.address() as AddressInfo
    const gone = openDatabase(`postgres://user@127.0.0.1:${port}/any`, { max: 1 })
    await expect(gone.sql`SELECT 1`).rejects.toMatchObject({
      code: expect.stringMatching(/^CONNECTION_CLOSED|^ECONNRESET|^EPIPE/),
    })
    await gone.close()
    proxy.close()
  })
})
