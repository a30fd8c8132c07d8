import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { monitorEventLoopDelay } from 'node:perf_hooks'
import { setTimeout } from 'node:timers/promises'
import { startApi } from '../../src/api/start.ts'
import { applyGenesis } from '../../src/ledger/apply-genesis.ts'
import { startEmbedded } from '../../src/postgres/server.ts'
import { openDatabase } from '../../src/storage/database.ts'
import { initializeChain } from '../../src/storage/initialize-chain.ts'
import { migrateDatabase } from '../../src/storage/migrate.ts'
import { openLog } from '../../src/telemetry/log.ts'
import { poseidon } from '../support/crypto/poseidon.ts'
import { idleNode } from '../support/node/idle-node.ts'
import { longGenesis, playLongHistory } from '../support/storage/long-history.ts'
import { StoredChain } from '../support/storage/stored-chain.ts'
import { median, milliseconds, percentile, printFigures, seconds } from './support/report.ts'

/** Units that move one by one, and moves of units that go to and fro. */
const SIZE = Number(process.env.BENCH_UNITS ?? 40_000)
const SAMPLES = 50

const page = (first: number, rest = '') =>
  `trace(input: { start: { asset: "WIDE" }, direction: FORWARD, first: ${first}${rest} }) { endCursor }`
const CLIENTS = 30

/** What traces of long histories cost, and what others notice while 30 clients ask for the longest pages. The clients are in the api's process. */
export async function benchTraces(): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'inpigritas-bench-'))
  const server = await startEmbedded({ dataDir: folder })
  const database = openDatabase(server.url('postgres'), { genericPlans: true, statementMs: 15_000 })
  try {
    await migrateDatabase(database)
    const genesis = longGenesis(SIZE)
    await initializeChain(database, genesis, applyGenesis(poseidon, genesis))
    await playLongHistory(new StoredChain(database, genesis), SIZE, SIZE)
    await database.sql`VACUUM ANALYZE`
    const api = await startApi({
      database,
      control: idleNode('00'.repeat(32)),
      poseidon,
      genesis,
      host: '127.0.0.1',
      port: 0,
      log: openLog('bench', 'error'),
      version: 'bench',
    })
    await measure(`${api.url}/graphql`)
    await api.stop()
  } finally {
    await database.close()
    await server.stop()
    rmSync(folder, { recursive: true, force: true })
  }
}

async function measure(url: string): Promise<void> {
  const times = async (query: string) => {
    const all: number[] = []
    for (let i = 0; i < SAMPLES; i++) all.push((await seconds(() => ask(url, query))) * 1000)
    return all
  }
  await times(`{ ${page(1)} }`)
  const first = await times(`{ ${page(1)} }`)
  const long = await times(`{ ${page(1_000)} }`)
  const { data } = await ask(url, `{ ${page(1_000)} }`)
  const next = await times(`{ ${page(1_000, `, after: "${data.trace!.endCursor}"`)} }`)
  const alone = await times('{ chain { finalizedHeight } }')
  const before = process.memoryUsage().rss
  const delay = monitorEventLoopDelay({ resolution: 5 })
  delay.enable()
  let codes: string[] = []
  let running = true
  const heavy = seconds(async () => {
    const answers = await Promise.all(Array.from({ length: CLIENTS }, () => ask(url, `{ ${page(1_000)} }`)))
    codes = answers.flatMap(({ errors }) => errors?.map(({ extensions }) => extensions.code) ?? [])
    running = false
  })
  const meanwhile: number[] = []
  while (running) meanwhile.push((await seconds(() => ask(url, '{ chain { finalizedHeight } }'))) * 1000)
  const took = await heavy
  delay.disable()
  globalThis.gc?.()
  await setTimeout(1_000)
  const grown = (process.memoryUsage().rss - before) / 2 ** 20
  const both = (ms: number[]) => `p50 ${milliseconds(median(ms))}, p99 ${milliseconds(percentile(ms, 99))}`
  printFigures(`Traces of an asset of ${2 * SIZE} moves`, [
    { name: 'first page of 1 hop', value: both(first) },
    { name: 'first page of 1,000 hops', value: both(long) },
    { name: 'second page of 1,000 hops', value: both(next) },
    {
      name: `${CLIENTS} clients at once, a page of 1,000 hops each`,
      value: `${took.toFixed(1)} s, ${codes.length} errors ${[...new Set(codes)].join(', ')}`,
    },
    {
      name: 'longest delay of the event loop meanwhile',
      value: milliseconds(delay.max / 1e6),
      goal: '100 ms',
    },
    { name: 'the height, asked by another client: alone', value: both(alone) },
    { name: 'the height, asked by another client: meanwhile', value: both(meanwhile) },
    { name: 'memory kept afterwards', value: `${Math.round(grown)} MB` },
  ])
}

interface Answer {
  data: Record<string, { endCursor: string } | null>
  errors?: { extensions: { code: string } }[]
}

async function ask(url: string, query: string): Promise<Answer> {
  const headers = { 'content-type': 'application/json', accept: 'application/json' }
  const response = await fetch(url, { method: 'POST', headers, body: JSON.stringify({ query }) })
  return (await response.json()) as Answer
}
