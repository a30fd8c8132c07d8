import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { checkDatabase, openDatabase } from '../../../src/storage/database.ts'
import { migrateDatabase } from '../../../src/storage/migrate.ts'
import { genesisOf } from '../../support/ledger/ledger-world.ts'
import { chainDatabase, emptyDatabase, openForTest } from '../../support/storage/postgres.ts'
import { StoredChain } from '../../support/storage/stored-chain.ts'

/** What whoever starts with this DATABASE_URL is told. */
async function failureOf(url: string): Promise<unknown> {
  const database = openDatabase(url, { max: 1 })
  const failure = await checkDatabase(database).then(
    () => undefined,
    (error) => error,
  )
  await database.close()
  return failure
}

describe('a database that cannot be used', () => {
  test('that is absent: unreachable, retryable', async () => {
    expect(await failureOf('postgres://someone@127.0.0.1:1/ledger')).toMatchObject({
      code: 'POSTGRES_UNREACHABLE',
      retry: true,
    })
  })

  test('whose name does not exist', async () => {
    const url = (await emptyDatabase()).replace(/test_[0-9_]+/, 'nowhere')
    expect(await failureOf(url)).toMatchObject({ code: 'NO_DATABASE', retry: false })
  })

  test('whose password is wrong', async () => {
    const url = await emptyDatabase()
    const { sql } = openForTest(url, 1)
    const [row] = await sql<[{ folder: string }]>`SELECT current_setting('data_directory') AS folder`
    const rules = join(row.folder, 'pg_hba.conf')
    writeFileSync(rules, `local all stranger scram-sha-256\n${readFileSync(rules, 'utf8')}`)
    await sql`SELECT pg_reload_conf()`
    await sql`CREATE ROLE stranger LOGIN PASSWORD 'right'`
    const as = (password: string) => failureOf(url.replace('//inpigritas@', `//stranger:${password}@`))
    await expect.poll(() => as('wrong')).toMatchObject({ code: 'POSTGRES_PASSWORD', retry: false })
    expect(await as('right')).toBeUndefined()
  })

  test('that a later version has migrated', async () => {
    const { database } = await chainDatabase(genesisOf())
    await migrateDatabase(database)
    await database.sql`INSERT INTO drizzle.__drizzle_migrations (hash, created_at) VALUES ('later', 9000000000000)`
    await expect(migrateDatabase(database)).rejects.toMatchObject({ code: 'SCHEMA_TOO_NEW' })
  })
})

test('a block whose commit was interrupted is stored completely by the next attempt', async () => {
  const genesis = genesisOf()
  const { database, url } = await chainDatabase(genesis)
  const broken = openForTest(url, 1)
  const chain = new StoredChain(broken, genesis)
  await chain.commit([])
  const { sql: lock } = openForTest(url, 1)
  await lock`BEGIN`
  await lock`LOCK TABLE block IN ACCESS EXCLUSIVE MODE`
  const cut = expect(chain.commit([])).rejects.toMatchObject({ code: 'POSTGRES_UNREACHABLE', retry: true })
  const ended = async () =>
    (
      await database.sql`
      SELECT pg_terminate_backend(pid) FROM pg_stat_activity
      WHERE datname = current_database() AND wait_event_type = 'Lock'`
    ).length
  await expect.poll(ended).toBe(1)
  await cut
  await lock`ROLLBACK`
  const height = async () => (await database.sql<[{ h: number }]>`SELECT max(height) AS h FROM block`)[0].h
  expect(await height()).toBe(1)
  await chain.commit([])
  expect(await height()).toBe(2)
})
