import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { writeGenesis } from '../../../src/cli/files/genesis-file.ts'
import { applyGenesis } from '../../../src/ledger/apply-genesis.ts'
import type { Genesis } from '../../../src/ledger/genesis.ts'
import { startEmbedded } from '../../../src/postgres/server.ts'
import { type Database, openDatabase } from '../../../src/storage/database.ts'
import { initializeChain } from '../../../src/storage/initialize-chain.ts'
import { migrateDatabase } from '../../../src/storage/migrate.ts'
import { poseidon } from '../../support/crypto/poseidon.ts'
import { StoredChain } from '../../support/storage/stored-chain.ts'
import { bigGenesis, type Cast, playTransfers } from './big-history.ts'
import { count, seconds } from './report.ts'

const PEOPLE = 1_000
const ASSETS = 10

/** A database that contains a long history. */
export interface BigDatabase {
  database: Database
  databaseUrl: string
  /** File with the genesis of the chain. */
  genesisPath: string
  cast: Cast
  /** Height of the newest block. */
  height: number
}

/** Writes a history of `transfers` transfers into a database on a server of its own, and removes both when `use` has ended. */
export async function onBigDatabase(
  transfers: number,
  use: (big: BigDatabase) => Promise<void>,
): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'inpigritas-bench-'))
  const server = await startEmbedded({ dataDir: folder })
  const admin = openDatabase(server.url('postgres'), { max: 1 })
  await admin.sql`CREATE DATABASE bench`
  await admin.close()
  const databaseUrl = server.url('bench')
  const database = openDatabase(databaseUrl, { max: 2 })
  try {
    const { genesis, cast, height } = await writeHistory(database, transfers)
    const genesisPath = join(folder, 'genesis.json')
    writeGenesis(genesisPath, genesis)
    await use({ database, databaseUrl, genesisPath, cast, height })
  } finally {
    await database.close()
    await server.stop()
    rmSync(folder, { recursive: true, force: true })
  }
}

/** Its records are not kept: an api has none in memory. */
async function writeHistory(
  database: Database,
  transfers: number,
): Promise<{ genesis: Genesis; cast: Cast; height: number }> {
  await migrateDatabase(database)
  const { genesis, cast } = bigGenesis(PEOPLE, ASSETS)
  await initializeChain(database, genesis, applyGenesis(poseidon, genesis))
  const chain = new StoredChain(database, genesis)
  const written = await seconds(() => playTransfers(chain, cast, transfers))
  await database.sql`VACUUM ANALYZE`
  await database.sql`CHECKPOINT`
  console.log(`\n${count(transfers)} transfers written in ${Math.round(written)} s`)
  return { genesis, cast, height: chain.header.height }
}
