import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { startApi } from '../../src/api/start.ts'
import { encodeAddress } from '../../src/crypto/address.ts'
import { applyGenesis } from '../../src/ledger/apply-genesis.ts'
import { openDatabase } from '../../src/storage/database.ts'
import { startEmbedded } from '../../src/storage/embedded/server.ts'
import { initialiseChain } from '../../src/storage/initialise-chain.ts'
import { migrateDatabase } from '../../src/storage/migrate.ts'
import { openLog } from '../../src/telemetry/log.ts'
import { idleNode } from '../support/idle-node.ts'
import { StoredChain } from '../support/stored-chain.ts'
import { bigGenesis, type Cast, playTransfers } from './support/big-history.ts'
import { count, median, milliseconds, percentile, printFigures, seconds } from './support/report.ts'

const TRANSFERS = Number(process.env.BENCH_TRANSFERS ?? 1_000_000)
const PEOPLE = 1_000
const ASSETS = 10
const SAMPLES = 400
const CONNECTIONS = 16

const TRACE = `query ($input: TraceInput!) { trace(input: $input) { truncated hops { length transfer { hash from { address } to { address } } }
  origins { length serialFrom transfer { hash } } } }`
const BLOCK = `query ($height: BigInt!) { block(height: $height) { hash timestamp transferCount transfers(first: 50) { nodes {
  hash kind amount from { address } to { address } asset { code } } } } }`

/** Reads through GraphQL over HTTP, on a history of a million transfers. */
export async function benchQueries(): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'inpigritas-bench-'))
  const server = await startEmbedded({ dataDir: folder })
  const admin = openDatabase(server.url('postgres'), { max: 1 })
  await admin.sql`CREATE DATABASE bench`
  await admin.close()
  const database = openDatabase(server.url('bench'), { max: 8 })
  try {
    await migrateDatabase(database)
    const { genesis, cast } = bigGenesis(PEOPLE, ASSETS)
    await initialiseChain(database, genesis, applyGenesis(genesis))
    const chain = new StoredChain(database, genesis)
    const written = await seconds(() => playTransfers(chain, cast, TRANSFERS))
    await database.sql`VACUUM ANALYZE`
    console.log(`${count(TRANSFERS)} transfers written in ${Math.round(written)} s`)
    const log = openLog('bench', 'error')
    const control = idleNode('00'.repeat(32))
    const api = await startApi({
      database,
      control,
      genesis,
      host: '127.0.0.1',
      port: 0,
      log,
      version: 'bench',
    })
    await measure(`${api.url}/graphql`, cast, chain.header.height)
    await api.stop()
  } finally {
    await database.close()
    await server.stop()
    rmSync(folder, { recursive: true, force: true })
  }
}

async function measure(url: string, { people, assets }: Cast, height: number): Promise<void> {
  const input = (i: number, rest: object) => ({
    input: {
      asset: assets[i % assets.length]!.code,
      address: encodeAddress(people[(i * 7) % people.length]!.account),
      ...rest,
    },
  })
  const times = async (query: string, variables: (i: number) => object) => {
    const all: number[] = []
    for (let i = 0; i < SAMPLES; i++) all.push((await seconds(() => ask(url, query, variables(i)))) * 1000)
    return all.slice(20)
  }
  const unit = await times(TRACE, (i) => input(i, { offset: String(i % 50), length: '1' }))
  const balance = await times(TRACE, (i) => input(i, { first: 1_000 }))
  const perSecond = await throughput(url, (i) => ({ height: String(1 + (i % height)) }))
  const both = (ms: number[]) => `p50 ${milliseconds(median(ms))}, p99 ${milliseconds(percentile(ms, 99))}`
  printFigures(`Queries, ${count(TRANSFERS)} transfers, GraphQL over HTTP`, [
    { name: 'trace of one unit', value: both(unit), goal: 'p99 8 ms' },
    { name: 'trace of a balance', value: both(balance) },
    {
      name: `block page with 50 transfers, ${CONNECTIONS} clients`,
      value: `${count(perSecond)} requests a second`,
    },
  ])
}

async function throughput(url: string, variables: (i: number) => object): Promise<number> {
  let asked = 0
  const took = await seconds(() =>
    Promise.all(
      Array.from({ length: CONNECTIONS }, async () => {
        while (asked < 4_000) await ask(url, BLOCK, variables(asked++))
      }),
    ),
  )
  return asked / took
}

async function ask(url: string, query: string, variables: object): Promise<void> {
  const headers = { 'content-type': 'application/json', accept: 'application/json' }
  const response = await fetch(url, { method: 'POST', headers, body: JSON.stringify({ query, variables }) })
  const { errors } = (await response.json()) as { errors?: unknown }
  if (errors) throw new Error(JSON.stringify(errors))
}
