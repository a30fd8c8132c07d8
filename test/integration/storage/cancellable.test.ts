import { describe, expect, it } from 'vitest'
import { cancellableDatabase } from '../../../src/storage/cancellable.ts'
import { type Database, databaseFailure, openDatabase } from '../../../src/storage/database.ts'
import { LOCK, locked } from '../../support/storage/locked.ts'
import { emptyDatabase, openForTest } from '../../support/storage/postgres.ts'
import { proxyTo } from '../../support/storage/proxy.ts'

/** Process ids of the sessions that wait for the lock. */
async function waiting({ sql }: Database): Promise<number[]> {
  const rows = await sql<{ pid: number }[]>`
    SELECT pid FROM pg_locks JOIN pg_stat_activity USING (pid)
    WHERE locktype = 'advisory' AND NOT granted AND datname = current_database()`
  return rows.map(({ pid }) => pid)
}

describe('a statement of a database that ends with a signal', () => {
  it('is canceled in Postgres, and no other is sent', async () => {
    const { url, admin, release } = await locked()
    const abort = new AbortController()
    const { sql } = cancellableDatabase(openForTest(url), abort.signal)
    const statement = sql`SELECT pg_advisory_xact_lock(${LOCK})`.catch((error) => error)
    await expect.poll(() => waiting(admin)).toHaveLength(1)
    abort.abort(new Error('gone'))
    expect(databaseFailure(await statement)).toMatchObject({ code: 'STATEMENT_CANCELED', retry: true })
    expect(await waiting(admin)).toEqual([])
    expect(() => sql`SELECT 1`).toThrow('gone')
    await release()
  })

  it('is sent again if somebody else canceled it', async () => {
    const { url, admin, release } = await locked()
    const { sql } = cancellableDatabase(openForTest(url), new AbortController().signal)
    const statement = sql<{ done: number }[]>`SELECT 1 AS done FROM pg_advisory_xact_lock(${LOCK})`.then(
      ([row]) => row!.done,
    )
    await expect.poll(() => waiting(admin)).toHaveLength(1)
    const [first] = await waiting(admin)
    await admin.sql`SELECT pg_cancel_backend(${first!})`
    await release()
    expect(await statement).toBe(1)
  })

  it('is sent again whatever the language of the server, and not if it took too long', async () => {
    const database = openDatabase(await emptyDatabase(), { max: 1, statementMs: 2_000 })
    const { sql } = cancellableDatabase(database, new AbortController().signal)
    await sql`CREATE SEQUENCE calls`
    await database.sql.unsafe(`CREATE OR REPLACE FUNCTION canceled() RETURNS integer LANGUAGE plpgsql AS $$ BEGIN
        IF nextval('calls') = 1 THEN RAISE EXCEPTION USING ERRCODE = '57014', MESSAGE = 'storniere Anfrage wegen Benutzeraufforderung'; END IF; RETURN 1; END $$`)
    expect(await sql`SELECT canceled() AS done`).toEqual([{ done: 1 }])
    const error = await sql`SELECT nextval('calls'), pg_sleep(600)`.catch((reason) => reason)
    expect(error).toMatchObject({ code: '57014' })
    expect(await sql`SELECT last_value::int AS calls FROM calls`).toEqual([{ calls: 3 }])
    await database.close()
  })

  it('can have others in it, and is sent once', async () => {
    const { sql } = cancellableDatabase(openForTest(await emptyDatabase()), new AbortController().signal)
    await sql`CREATE TABLE calls (id integer)`
    const insert = sql`INSERT INTO calls SELECT ${1}::integer ${sql`WHERE ${true}::boolean`}`
    await Promise.all([insert, insert])
    expect(await sql`SELECT count(*)::int AS n FROM calls`).toEqual([{ n: 1 }])
  })
})

describe('a database that takes no new connections', () => {
  it('goes on with a statement that it cannot be asked to cancel', async () => {
    const unhandled: unknown[] = []
    const note = (error: unknown) => unhandled.push(error)
    process.on('unhandledRejection', note)
    const { url, admin, release } = await locked()
    const proxy = await proxyTo(url)
    const database = openDatabase(proxy.url, { max: 1 })
    const abort = new AbortController()
    const statement = cancellableDatabase(database, abort.signal).sql`
      SELECT 1 AS done FROM pg_advisory_xact_lock(${LOCK})`.then((rows) => rows)
    await expect.poll(() => waiting(admin)).toHaveLength(1)
    proxy.refuse()
    abort.abort()
    await release()
    expect(await statement).toEqual([{ done: 1 }])
    await database.close()
    await proxy.close()
    process.off('unhandledRejection', note)
    expect(unhandled).toEqual([])
  })
})

describe('a database with a bound on the time of statements', () => {
  it('ends those that take longer, with a failure that can be retried', async () => {
    const database = openDatabase(await emptyDatabase(), { max: 1, statementMs: 20 })
    const error = await database.sql`SELECT pg_sleep(600)`.catch((error) => error)
    await database.close()
    expect(databaseFailure(error)).toMatchObject({ code: 'STATEMENT_CANCELED', retry: true })
  })
})
