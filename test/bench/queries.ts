import { fork } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { writeGenesis } from '../../src/cli/files/genesis-file.ts'
import { encodeAddress } from '../../src/crypto/address.ts'
import { applyGenesis } from '../../src/ledger/apply-genesis.ts'
import type { Genesis } from '../../src/ledger/genesis.ts'
import { startEmbedded } from '../../src/postgres/server.ts'
import { type Database, openDatabase } from '../../src/storage/database.ts'
import { initializeChain } from '../../src/storage/initialize-chain.ts'
import { migrateDatabase } from '../../src/storage/migrate.ts'
import { poseidon } from '../support/crypto/poseidon.ts'
import { StoredChain } from '../support/storage/stored-chain.ts'
import { bigGenesis, type Cast, playTransfers } from './support/big-history.ts'
import { count, median, milliseconds, percentile, printFigures, seconds } from './support/report.ts'

const TRANSFERS = Number(process.env.BENCH_TRANSFERS ?? 1_000_000)
const PEOPLE = 1_000
const ASSETS = 10
const SAMPLES = 1_000
const CONNECTIONS = 16

const TRACE = `query ($input: TraceInput!) { trace(input: $input) { truncated hops { length transfer { hash from { address } to { address } } }
  origins { length serialFrom transfer { hash } } } }`
const BLOCK = `query ($height: BigInt!) { block(by: { height: $height }) { hash timestamp transferCount transfers(first: 50) { nodes {
  hash kind amount from { address } to { address } asset { code } } } } }`

/** Reads through GraphQL over HTTP, on a history of a million transfers. */
export async function benchQueries(): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'inpigritas-bench-'))
  const server = await startEmbedded({ dataDir: folder })
  const admin = openDatabase(server.url('postgres'), { max: 1 })
  await admin.sql`CREATE DATABASE bench`
  await admin.close()
  const database = openDatabase(server.url('bench'), { max: 2 })
  try {
    const { genesis, cast, height } = await writeHistory(database)
    const path = join(folder, 'genesis.json')
    writeGenesis(path, genesis)
    const api = fork(new URL('./support/api-process.ts', import.meta.url), [server.url('bench'), path])
    const [url] = (await once(api, 'message')) as [string]
    await measure(`${url}/graphql`, cast, height)
    api.disconnect()
  } finally {
    await database.close()
    await server.stop()
    rmSync(folder, { recursive: true, force: true })
  }
}

/** Its records are not kept: an api has none in memory. */
async function writeHistory(database: Database): Promise<{ genesis: Genesis; cast: Cast; height: number }> {
  await migrateDatabase(database)
  const { genesis, cast } = bigGenesis(PEOPLE, ASSETS)
  await initializeChain(database, genesis, applyGenesis(poseidon, genesis))
  const chain = new StoredChain(database, genesis)
  const written = await seconds(() => playTransfers(chain, cast, TRANSFERS))
  await database.sql`VACUUM ANALYZE`
  await database.sql`CHECKPOINT`
  console.log(`\n${count(TRANSFERS)} transfers written in ${Math.round(written)} s`)
  return { genesis, cast, height: chain.header.height }
}

async function measure(url: string, { people, assets }: Cast, height: number): Promise<void> {
  const input = (i: number, rest: object) => ({
    input: {
      start: {
        holding: {
          asset: assets[i % assets.length]!.code,
          address: encodeAddress(people[(i * 7) % people.length]!.account),
        },
      },
      ...rest,
    },
  })
  const times = async (query: string, variables: (i: number) => object) => {
    const all: number[] = []
    for (let i = 0; i < SAMPLES; i++) all.push((await seconds(() => ask(url, query, variables(i)))) * 1000)
    return all
  }
  await times(TRACE, (i) => input(i, { length: '1' }))
  const nothing = await times('{ __typename }', () => ({}))
  const unit = await times(TRACE, (i) => input(i, { offset: String(i % 50), length: '1' }))
  const balance = await times(TRACE, (i) => input(i, { first: 1_000 }))
  const perSecond = await throughput(url, (i) => ({ height: String(1 + (i % height)) }))
  const both = (ms: number[]) => `p50 ${milliseconds(median(ms))}, p99 ${milliseconds(percentile(ms, 99))}`
  printFigures(`Queries, ${count(TRANSFERS)} transfers, GraphQL over HTTP`, [
    { name: 'a request that asks for nothing', value: both(nothing) },
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
