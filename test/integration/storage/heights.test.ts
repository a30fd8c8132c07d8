import { afterEach, describe, expect, test } from 'vitest'
import { type Database, openDatabase } from '../../../src/storage/database.ts'
import { listenHeights } from '../../../src/storage/heights.ts'
import { genesisOf } from '../../support/ledger/ledger-world.ts'
import { until } from '../../support/shared/until.ts'
import { chainDatabase } from '../../support/storage/postgres.ts'
import { StoredChain } from '../../support/storage/stored-chain.ts'

const NEVER_MS = 1_000_000
const closing: (() => Promise<unknown>)[] = []

afterEach(async () => {
  for (const close of closing.splice(0)) await close()
})

/** A chain, and the heights that a listener with a connection of its own has been told. */
async function listen(checkMs: number) {
  const genesis = genesisOf()
  const { database, url } = await chainDatabase(genesis)
  const listener = openDatabase(url, { max: 1, applicationName: 'listener' })
  const heights: number[] = []
  const errors: unknown[] = []
  const { stop } = await listenHeights(listener, (height) => heights.push(height), {
    checkMs,
    onError: (error) => errors.push(error),
  })
  closing.push(stop, () => listener.close())
  return { database, chain: new StoredChain(database, genesis), heights, errors }
}

/** Stores block 1 in a table, and tells nobody. */
async function storeSilently({ sql }: Database, table = 'block') {
  await sql`
    INSERT INTO ${sql(table)} SELECT 1, '\\x01', header, certificate, era, position, record_count, total_records, total_assets,
      total_holdings, total_accounts, total_issues, total_retires, total_reinstates FROM ${sql(table)} WHERE height = 0`
}

const endListener = ({ sql }: Database) =>
  sql`SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = 'listener'`

describe('listening for heights', () => {
  test('reports every block as soon as it is final', async () => {
    const { chain, heights } = await listen(NEVER_MS)
    for (let height = 1; height <= 20; height++) await chain.commit([])
    await until(() => heights.at(-1) === 20)
    expect(heights).toEqual(Array.from({ length: 20 }, (_, i) => i + 1))
  })

  test('reports blocks that became final while disconnected, and never goes backwards', async () => {
    const { database, chain, heights } = await listen(NEVER_MS)
    for (let round = 1; round <= 3; round++) {
      await endListener(database)
      await chain.commit([])
      await until(() => heights.at(-1) === chain.header.height)
      await chain.commit([])
      await until(() => heights.at(-1) === chain.header.height)
    }
    expect(heights).toEqual([...new Set(heights)].sort((a, b) => a - b))
  })

  test('finds a block whose notification was lost', async () => {
    const { database, heights } = await listen(50)
    await storeSilently(database)
    await until(() => heights.length > 0)
    expect(heights).toEqual([1])
  })

  test('ends its connection when it stops, also after the connection was lost', async () => {
    const { database, url } = await chainDatabase(genesisOf())
    const sessions = async () => {
      const [row] = await database.sql<[{ pids: number[] }]>`
        SELECT coalesce(array_agg(pid), '{}') AS pids FROM pg_stat_activity
        WHERE application_name = 'listener' AND query LIKE 'listen %'`
      return row.pids
    }
    const listener = openDatabase(url, { max: 1, applicationName: 'listener' })
    closing.push(() => listener.close())
    const options = { checkMs: NEVER_MS }
    const [one, two] = [
      await listenHeights(listener, () => {}, options),
      await listenHeights(listener, () => {}, options),
    ]
    const [before] = await sessions()
    await database.sql`SELECT pg_terminate_backend(${before!})`
    await until(async () => ![undefined, before].includes((await sessions())[0]))
    await one.stop()
    expect(await sessions()).toHaveLength(1)
    await two.stop()
    await until(async () => (await sessions()).length === 0)
  })

  test('that fails because no connection is free is over, and works when one is', async () => {
    const { database, url } = await chainDatabase(genesisOf())
    const [row] = await database.sql<[{ max: number }]>`SELECT current_setting('max_connections')::int AS max`
    const listener = openDatabase(url, { max: 1, applicationName: 'listener' })
    closing.push(() => listener.close())
    await listener.sql`SELECT 1`
    // They take all that are left, and the last ones find none.
    const others = openDatabase(url, { max: row.max })
    await Promise.allSettled(Array.from({ length: row.max }, () => others.sql`SELECT pg_sleep(1)`))
    const refused = listenHeights(listener, () => {}, { checkMs: NEVER_MS })
    await expect(refused).rejects.toMatchObject({ code: '53300' })
    await others.close()
    const { stop } = await listenHeights(listener, () => {}, { checkMs: NEVER_MS })
    await stop()
    const open = () =>
      database.sql`SELECT FROM pg_stat_activity WHERE application_name = 'listener' AND query ILIKE '%listen "%'`
    await until(async () => (await open()).length === 0)
  })
})

test('a block that became final while disconnected is reported, also if the first read after the reconnection fails', async () => {
  const { database, heights, errors } = await listen(NEVER_MS)
  await database.sql`ALTER TABLE block RENAME TO away`
  await endListener(database)
  // There is no such table.
  await until(() => errors.some((error) => (error as { code?: string }).code === '42P01'))
  await storeSilently(database, 'away')
  await database.sql`ALTER TABLE away RENAME TO block`
  await until(() => heights.length > 0)
  expect(heights).toEqual([1])
})
