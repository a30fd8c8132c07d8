import { describe, expect, it, onTestFinished } from 'vitest'
import { applyGenesis } from '../../../src/ledger/apply-genesis.ts'
import { checkDatabase, databaseFailure } from '../../../src/storage/database.ts'
import { initializeChain } from '../../../src/storage/initialize-chain.ts'
import { loadTip } from '../../../src/storage/load-state.ts'
import { migrateDatabase } from '../../../src/storage/migrate.ts'
import { recordsFrom } from '../../../src/storage/reads/transfers.ts'
import { checkSession, type SessionFacts, UNSAFE_VARIABLE } from '../../../src/storage/session.ts'
import { poseidon } from '../../support/crypto/poseidon.ts'
import { definitionOf, eddsaKey, genesisOf } from '../../support/ledger/ledger-world.ts'
import { emptyDatabase, openForTest } from '../../support/storage/postgres.ts'
import { StoredChain } from '../../support/storage/stored-chain.ts'

/** Sets a parameter for every later session of the test's database, as a DBA would. */
async function alterDatabase(url: string, setting: string): Promise<void> {
  const admin = openForTest(url.replace(/\/test_\w+/, '/postgres'), 1)
  const [, name] = /\/(test_\w+)/.exec(url)!
  await admin.sql.unsafe(`ALTER DATABASE ${name} SET ${setting}`)
}

const failureOf = (promise: Promise<unknown>) =>
  promise.then(
    () => undefined,
    (error) => databaseFailure(error),
  )

describe('a database', () => {
  it.each(['LATIN1', 'SQL_ASCII', 'EUC_JP'])('with the encoding %s is refused at start', async (encoding) => {
    const url = await emptyDatabase()
    const admin = openForTest(url.replace(/\/test_\w+/, '/postgres'), 1)
    const name = `encoded_${encoding.toLowerCase()}_${process.pid}`
    await admin.sql.unsafe(`CREATE DATABASE ${name} ENCODING '${encoding}' LOCALE 'C' TEMPLATE template0`)
    onTestFinished(async () => {
      await admin.sql.unsafe(`DROP DATABASE ${name} WITH (FORCE)`)
    })
    const database = openForTest(url.replace(/\/test_\w+/, `/${name}`), 1)
    expect(await failureOf(migrateDatabase(database))).toMatchObject({
      code: 'DATABASE_ENCODING',
      message: expect.stringContaining(encoding),
      hint: expect.stringContaining('UTF8'),
      retry: false,
    })
  })

  it('that may lose commits is refused, unless the operator accepts that', async () => {
    const url = await emptyDatabase()
    await alterDatabase(url, 'synchronous_commit = off')
    const check = () => failureOf(checkDatabase(openForTest(url, 1)))
    expect(await check()).toMatchObject({
      code: 'DATABASE_UNSAFE',
      hint: expect.stringContaining(UNSAFE_VARIABLE),
    })
    process.env[UNSAFE_VARIABLE] = '1'
    onTestFinished(() => {
      delete process.env[UNSAFE_VARIABLE]
    })
    expect(await check()).toBeUndefined()
  })

  it('is checked at the start of each connection, before a statement is sent', async () => {
    const url = await emptyDatabase()
    const { sql } = openForTest(url, 1)
    await sql`CREATE TABLE written (text text)`
    await alterDatabase(url, 'synchronous_commit = off')
    await failureOf(sql`SELECT pg_terminate_backend(pg_backend_pid())`)
    // Long enough to be sent at once.
    const insert = () => sql`INSERT INTO written VALUES (${'x'.repeat(4_000)})`
    await expect.poll(() => failureOf(insert())).toMatchObject({ code: 'DATABASE_UNSAFE' })
    await expect(sql.begin((tx) => tx`SELECT 1`)).rejects.toMatchObject({ code: 'DATABASE_UNSAFE' })
    await alterDatabase(url, 'synchronous_commit = on')
    await expect.poll(() => failureOf(sql`SELECT 1`)).toBeUndefined()
    expect(await sql`SELECT count(*) AS n FROM written`).toEqual([{ n: 0 }])
  })
})

describe('a migration', () => {
  it('says what to do if somebody keeps a table locked', async () => {
    const url = await emptyDatabase()
    const [database, other] = [openForTest(url, 1), openForTest(url, 1)]
    await migrateDatabase(database)
    await other.sql.begin(async (tx) => {
      await tx`LOCK TABLE drizzle.__drizzle_migrations`
      await expect(migrateDatabase(database, 50)).rejects.toMatchObject({
        code: 'TABLES_IN_USE',
        retry: false,
      })
    })
    await migrateDatabase(database, 50)
  })
})

describe('a session', () => {
  it('of a server with other settings for decoding and comparing works as any other', async () => {
    const url = await emptyDatabase()
    for (const setting of [
      "bytea_output = 'escape'",
      "DateStyle = 'German, DMY'",
      "IntervalStyle = 'sql_standard'",
      "TimeZone = 'Asia/Tokyo'",
      'extra_float_digits = -15',
      'standard_conforming_strings = off',
      "client_encoding = 'LATIN1'",
      "search_path = 'elsewhere'",
      "default_transaction_isolation = 'serializable'",
      "statement_timeout = '1ms'",
      "lock_timeout = '1ms'",
      "idle_in_transaction_session_timeout = '1ms'",
    ]) {
      await alterDatabase(url, setting)
    }
    const [, name] = /\/(test_\w+)/.exec(url)!
    await openForTest(url, 1).sql.unsafe(
      `ALTER ROLE CURRENT_USER IN DATABASE ${name} SET bytea_output = 'escape'`,
    )
    const genesis = genesisOf({
      definitions: [definitionOf(eddsaKey('ann'), { code: 'KOHI', name: '珈琲豆' })],
    })
    const database = openForTest(`${url}&options=-c%20bytea_output%3Descape`)
    await migrateDatabase(database)
    await initializeChain(database, genesis, applyGenesis(poseidon, genesis))
    const chain = new StoredChain(database, genesis)
    await chain.commit([])
    expect((await loadTip(database))!.header).toEqual(chain.header)
    expect(await recordsFrom(database, 0, 100)).toMatchObject(chain.records)
    const [row] = await database.sql`
      SELECT timestamptz '2026-11-26 12:00Z' AS time, 0.1::float8 AS x, current_setting('transaction_isolation') AS level,
        (SELECT definition FROM asset) AS definition`
    expect(row).toMatchObject({ time: '2026-11-26 12:00:00+00', x: 0.1, level: 'read committed' })
    expect(row!.definition).toContain('珈琲豆')
  })

  it('whose client has vanished ends soon, with its locks', async () => {
    const { sql } = openForTest(await emptyDatabase(), 1)
    const [row] = await sql`
      SELECT current_setting('tcp_keepalives_idle') AS idle, current_setting('idle_in_transaction_session_timeout') AS waiting`
    // On a Unix socket, where nobody vanishes, the first one stays what it is.
    expect(row).toEqual({ idle: '0', waiting: '1min' })
  })
})

describe('what a server is like', () => {
  const good: SessionFacts = {
    server_version_num: '150000',
    server_encoding: 'UTF8',
    fsync: 'on',
    full_page_writes: 'on',
    synchronous_commit: 'on',
  }

  it.each([
    [{}, undefined],
    [{ synchronous_commit: 'remote_apply' }, undefined],
    [{ synchronous_commit: 'local' }, undefined],
    [{ server_version_num: '149999' }, 'POSTGRES_TOO_OLD'],
    [{ server_encoding: 'LATIN1' }, 'DATABASE_ENCODING'],
    [{ fsync: 'off' }, 'DATABASE_UNSAFE'],
    [{ full_page_writes: 'off' }, 'DATABASE_UNSAFE'],
    [{ synchronous_commit: 'off' }, 'DATABASE_UNSAFE'],
  ])('%o: %s', (changes, code) => {
    expect(checkSession({ ...good, ...changes }, false)?.code).toBe(code)
    const isAboutSafety = code === 'DATABASE_UNSAFE'
    expect(checkSession({ ...good, ...changes }, true)?.code).toBe(isAboutSafety ? undefined : code)
  })
})
