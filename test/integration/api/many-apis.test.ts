import { expect, it } from 'vitest'
import type { RunningApi } from '../../../src/api/start.ts'
import { type Database, openDatabase } from '../../../src/storage/database.ts'
import { serveApi } from '../../support/api/served-api.ts'
import { genesisOf } from '../../support/ledger/ledger-world.ts'
import { until } from '../../support/shared/until.ts'
import { chainDatabase } from '../../support/storage/postgres.ts'

const genesis = genesisOf()

/** Asks so often at a time that an api opens several connections. */
async function ask({ url }: RunningApi): Promise<void> {
  const init = {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ query: '{ blocks(first: 5) { nodes { height } } }' }),
  }
  const answers = await Promise.all(Array.from({ length: 20 }, () => fetch(`${url}/graphql`, init)))
  for (const answer of answers) expect((await answer.json()).data.blocks.nodes).toEqual([{ height: '0' }])
}

/** Connections to the test's database that are named so. */
async function named({ sql }: Database, name: string): Promise<number> {
  const [row] = await sql<[{ count: number }]>`
    SELECT count(*)::int FROM pg_stat_activity WHERE datname = current_database() AND application_name = ${name}`
  return row.count
}

async function listening({ sql }: Database): Promise<number> {
  const [row] = await sql<[{ count: number }]>`
    SELECT count(*)::int FROM pg_stat_activity WHERE datname = current_database() AND query ILIKE '%listen "%'
    AND pid <> pg_backend_pid()`
  return row.count
}

it('ten apis one after another leave no connection behind', async () => {
  const { database, url } = await chainDatabase(genesis)
  for (let i = 0; i < 10; i++) {
    const own = openDatabase(url, { max: 10, applicationName: 'api' })
    const api = await serveApi(own, genesis)
    await ask(api)
    expect(await named(database, 'api')).toBeGreaterThan(1)
    await api.stop()
    await own.close()
    await until(async () => (await named(database, 'api')) === 0)
  }
})

it('an api that is handed a pool leaves it without the connection on which it listened', async () => {
  const { database } = await chainDatabase(genesis)
  for (let i = 0; i < 10; i++) {
    const api = await serveApi(database, genesis)
    expect(await listening(database)).toBe(1)
    await ask(api)
    await api.stop()
    await until(async () => (await listening(database)) === 0)
  }
})

it('six apis at once answer from one pool, and from pools of their own, and leave nothing behind', async () => {
  const { database, url } = await chainDatabase(genesis)
  const owns = Array.from({ length: 6 }, () => openDatabase(url, { max: 4, applicationName: 'api' }))
  for (const pools of [Array.from({ length: 6 }, () => database), owns]) {
    const apis = await Promise.all(pools.map((pool) => serveApi(pool, genesis)))
    await Promise.all(apis.map(ask))
    await Promise.all(apis.map((api) => api.stop()))
  }
  await Promise.all(owns.map((own) => own.close()))
  await until(async () => (await named(database, 'api')) + (await listening(database)) === 0)
})
