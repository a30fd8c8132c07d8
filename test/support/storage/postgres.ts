import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll } from 'vitest'
import { applyGenesis } from '../../../src/ledger/apply-genesis.ts'
import type { Genesis } from '../../../src/ledger/genesis.ts'
import { type EmbeddedServer, startEmbedded } from '../../../src/postgres/server.ts'
import { type Database, openDatabase } from '../../../src/storage/database.ts'
import { initializeChain } from '../../../src/storage/initialize-chain.ts'
import { migrateDatabase } from '../../../src/storage/migrate.ts'
import { poseidon } from '../crypto/poseidon.ts'

let server: Promise<{ embedded: EmbeddedServer; folder: string }> | undefined
const open: Database[] = []
let made = 0

async function start() {
  const folder = mkdtempSync(join(tmpdir(), 'inpigritas-test-'))
  return { embedded: await startEmbedded({ dataDir: folder }), folder }
}

/** URL of a new, empty database on a real server of this test file, which is stopped and removed after its last test. */
export async function emptyDatabase(): Promise<string> {
  if (server === undefined) {
    server = start()
    afterAll(async () => {
      const { embedded, folder } = await server!
      await Promise.all(open.splice(0).map((database) => database.close()))
      await embedded.stop()
      rmSync(folder, { recursive: true, force: true })
      server = undefined
    }, 60_000)
  }
  const { embedded } = await server
  const name = `test_${++made}`
  const admin = openDatabase(embedded.url('postgres'), { max: 1 })
  await admin.sql.unsafe(`CREATE DATABASE ${name}`)
  await admin.close()
  return embedded.url(name)
}

/** Opens a database that is closed after the file's last test. */
export function openForTest(url: string, max = 4): Database {
  const database = openDatabase(url, { max })
  open.push(database)
  return database
}

/** A new, migrated database of a chain, genesis stored. */
export async function chainDatabase(genesis: Genesis): Promise<{ database: Database; url: string }> {
  const url = await emptyDatabase()
  const database = openForTest(url)
  await migrateDatabase(database)
  await initializeChain(database, genesis, applyGenesis(poseidon, genesis))
  return { database, url }
}
