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
  const { stop } = await listenHeights(listener, (height) => heights.push(height), { checkMs })
  closing.push(stop, () => listener.close())
  return { database, chain: new StoredChain(database, genesis), heights }
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
    await database.sql`
      INSERT INTO block SELECT 1, '\\x01', header, certificate, era, position, record_count, total_records, total_assets,
        total_holdings, total_accounts, total_issues, total_retires, total_reinstates FROM block WHERE height = 0`
    await until(() => heights.length > 0)
    expect(heights).toEqual([1])
  })
})
