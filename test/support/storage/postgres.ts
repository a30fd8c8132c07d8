import { afterAll, inject } from 'vitest'
import { applyGenesis } from '../../../src/ledger/apply-genesis.ts'
import type { Genesis } from '../../../src/ledger/genesis.ts'
import { type Database, openDatabase } from '../../../src/storage/database.ts'
import { initializeChain } from '../../../src/storage/initialize-chain.ts'
import { migrateDatabase } from '../../../src/storage/migrate.ts'
import { poseidon } from '../crypto/poseidon.ts'
import { serverUrl } from './postgres-servers.ts'

let server: Promise<string> | undefined
const open: Database[] = []
const made: string[] = []
/** Names are not used again: the files that share a worker may leave a database behind if they fail. */
let count = 0

/**
 * URL of a new, empty database on a real server. The server is shared with test files that run before or after this one, never at the same
 * time. The database is removed after the file's last test.
 */
export async function emptyDatabase(): Promise<string> {
  if (server === undefined) {
    server = serverUrl(inject('postgresSocket'), process.env.VITEST_POOL_ID ?? '1')
    afterAll(async () => {
      const url = server!
      server = undefined
      await Promise.all(open.splice(0).map((database) => database.close()))
      const admin = openDatabase(await url, { max: 1 })
      for (const name of made.splice(0)) await admin.sql.unsafe(`DROP DATABASE ${name} WITH (FORCE)`)
      await admin.close()
    })
  }
  const base = await server
  const admin = openDatabase(base, { max: 1 })
  count += 1
  const name = `test_${process.pid}_${count}`
  made.push(name)
  await admin.sql.unsafe(`CREATE DATABASE ${name}`)
  await admin.close()
  const url = new URL(base)
  url.pathname = `/${name}`
  return url.href
}

/** URL of a copy of a database to which nobody is connected. */
export async function copyOf(databaseUrl: string): Promise<string> {
  const url = await emptyDatabase()
  const [copy, source] = [url, databaseUrl].map((one) =>
    new URL(one.replace('postgres:', 'http:')).pathname.slice(1),
  )
  const admin = openDatabase(url.replace(`/${copy}?`, '/postgres?'), { max: 1 })
  await admin.sql.unsafe(`DROP DATABASE ${copy}`)
  await admin.sql.unsafe(`CREATE DATABASE ${copy} TEMPLATE ${source}`)
  await admin.close()
  return url
}

/** Opens a database that is closed after the file's last test. */
export function openForTest(url: string, max = 4): Database {
  const database = openDatabase(url, { max })
  open.push(database)
  return database
}

/** A new, migrated database that contains the genesis of a chain. */
export async function chainDatabase(genesis: Genesis): Promise<{ database: Database; url: string }> {
  const url = await emptyDatabase()
  const database = openForTest(url)
  await migrateDatabase(database)
  await initializeChain(database, genesis, applyGenesis(poseidon, genesis))
  return { database, url }
}
