import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { encodeAddress } from '../../src/crypto/address.ts'
import { h31 } from '../../src/crypto/h31.ts'
import { applyGenesis } from '../../src/ledger/apply-genesis.ts'
import { startEmbedded } from '../../src/postgres/server.ts'
import { openDatabase } from '../../src/storage/database.ts'
import { refreshHolders } from '../../src/storage/holders.ts'
import { initializeChain } from '../../src/storage/initialize-chain.ts'
import { migrateDatabase } from '../../src/storage/migrate.ts'
import { serveApi } from '../support/api/served-api.ts'
import { Browser, hasChromium } from '../support/browser/browser.ts'
import { busiest, busyGenesis, playBusy } from '../support/browser/busy-chain.ts'
import { poseidon } from '../support/crypto/poseidon.ts'
import { StoredChain } from '../support/storage/stored-chain.ts'
import { BusyVisitor } from './support/busy-visitor.ts'
import { count, printFigures, seconds } from './support/report.ts'

/** Moves of the asset that is looked at, and owners of a single thing. */
const MOVES = Number(process.env.BUSY_MOVES ?? 100_000)

/** What a visitor waits for on pages of an asset that moved very often. PICTURES=FOLDER keeps pictures of them. */
export async function benchBusy(): Promise<void> {
  if (!hasChromium) return console.log('There is no Chromium.')
  const folder = mkdtempSync(join(tmpdir(), 'inpigritas-bench-'))
  const server = await startEmbedded({ dataDir: folder })
  const database = openDatabase(server.url('postgres'), { max: 10 })
  const browser = await Browser.open()
  try {
    await migrateDatabase(database)
    const genesis = busyGenesis(MOVES)
    await initializeChain(database, genesis, applyGenesis(poseidon, genesis))
    const chain = new StoredChain(database, genesis)
    const took = await seconds(() => playBusy(chain, MOVES, MOVES))
    console.log(`${count(2 * MOVES)} moves written in ${Math.round(took)} s`)
    await refreshHolders(database)
    await database.sql`VACUUM ANALYZE`
    const api = await serveApi(database, genesis)
    const visitor = await BusyVisitor.at(api.url, await browser.page())
    await visit(visitor, chain.header.height)
    printFigures(`Pages of an asset that moved ${count(MOVES)} times`, visitor.figures)
    await api.stop()
  } finally {
    await browser.close()
    await database.close()
    await server.stop()
    rmSync(folder, { recursive: true, force: true })
  }
}

async function visit(visitor: BusyVisitor, height: number): Promise<void> {
  const holder = encodeAddress(h31('holder 7'))
  const through = encodeAddress(busiest)
  for (const path of [
    '/asset/BUSY',
    '/asset/BUSY?way=forward',
    `/holding/${through}/BUSY?way=forward`,
    '/asset/SOLO/unit/0',
    '/asset/SOLO/unit/0?way=forward',
  ]) {
    await visitor.open(path)
    await visitor.loadAll()
    await visitor.showAllRows()
    await visitor.unfold()
    await visitor.follow()
  }
  await visitor.open(`/asset/BUSY?at=${Math.floor(height / 4)}`)
  await visitor.slide(Math.floor(height / 3))
  await visitor.open(`/asset/BUSY/unit/${MOVES / 4}`)
  await visitor.open(`/holding/${holder}/BUSY`)
  await visitor.open(`/holding/${through}/BUSY`)
  await visitor.open('/asset/BUSY/holders')
  await visitor.open(`/account/${through}`)
  await visitor.open('/block/3')
  await visitor.open('/')
  await visitor.verify('/asset/BUSY')
  await visitor.export('BUSY')
}
