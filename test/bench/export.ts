import { fork } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { writeGenesis } from '../../src/cli/files/genesis-file.ts'
import { applyGenesis } from '../../src/ledger/apply-genesis.ts'
import { startEmbedded } from '../../src/postgres/server.ts'
import { openDatabase } from '../../src/storage/database.ts'
import { initializeChain } from '../../src/storage/initialize-chain.ts'
import { migrateDatabase } from '../../src/storage/migrate.ts'
import { poseidon } from '../support/crypto/poseidon.ts'
import { StoredChain } from '../support/storage/stored-chain.ts'
import { bigGenesis, playTransfers } from './support/big-history.ts'
import { count, type Figure, printFigures, seconds } from './support/report.ts'

const TRANSFERS = Number(process.env.BENCH_EXPORT_TRANSFERS ?? 100_000)
const FORMS = ['ndjson', 'csv'] as const

/** Whole exports over HTTP from an api in its own process: rows per second, and how much memory they add to it. */
export async function benchExport(): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'inpigritas-bench-'))
  const server = await startEmbedded({ dataDir: folder })
  const admin = openDatabase(server.url('postgres'), { max: 1 })
  await admin.sql`CREATE DATABASE bench`
  await admin.close()
  const database = openDatabase(server.url('bench'), { max: 2 })
  try {
    await migrateDatabase(database)
    const { genesis, cast } = bigGenesis(100, 10)
    await initializeChain(database, genesis, applyGenesis(poseidon, genesis))
    await playTransfers(new StoredChain(database, genesis), cast, TRANSFERS)
    await database.sql`VACUUM ANALYZE`
    const path = join(folder, 'genesis.json')
    writeGenesis(path, genesis)
    const api = fork(new URL('./support/api-process.ts', import.meta.url), [server.url('bench'), path])
    const [url] = (await once(api, 'message')) as [string]
    await measure(url)
    api.disconnect()
  } finally {
    await database.close()
    await server.stop()
    rmSync(folder, { recursive: true, force: true })
  }
}

async function measure(url: string): Promise<void> {
  const figures: Figure[] = []
  await download(`${url}/export/transfers.ndjson?first=2000`, url)
  const before = await memory(url)
  for (const format of FORMS) {
    let bytes = 0
    let peak = 0
    const taken = await seconds(async () => {
      ;({ bytes, peak } = await download(`${url}/export/transfers.${format}`, url))
    })
    const value = `${count(Math.round(TRANSFERS / taken))} rows per second, ${megabytes(bytes)} MB, api at most ${megabytes(peak - before)} MB above ${megabytes(before)} MB`
    figures.push({ name: format, value })
  }
  printFigures(`Export of ${count(TRANSFERS)} transfers`, figures)
}

/** Downloads an export as text and looks at the memory of the api meanwhile. */
async function download(target: string, url: string): Promise<{ bytes: number; peak: number }> {
  const response = await fetch(target)
  let [bytes, peak, seen] = [0, 0, 0]
  for await (const part of response.body ?? []) {
    bytes += part.length
    if (bytes - seen < 4_000_000) continue
    seen = bytes
    peak = Math.max(peak, await memory(url))
  }
  return { bytes, peak: Math.max(peak, await memory(url)) }
}

async function memory(url: string): Promise<number> {
  const text = await (await fetch(`${url}/metrics`)).text()
  return Number(/^inpigritas_api_memory_bytes (\S+)$/m.exec(text)?.[1])
}

const megabytes = (bytes: number) => Math.round(bytes / 1_000_000)
