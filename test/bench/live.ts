import { type ChildProcess, fork } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { request } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { writeGenesis } from '../../src/cli/files/genesis-file.ts'
import { encodeAddress } from '../../src/crypto/address.ts'
import { applyGenesis } from '../../src/ledger/apply-genesis.ts'
import type { LedgerRecord } from '../../src/ledger/record.ts'
import { startEmbedded } from '../../src/postgres/server.ts'
import { openDatabase } from '../../src/storage/database.ts'
import { initializeChain } from '../../src/storage/initialize-chain.ts'
import { migrateDatabase } from '../../src/storage/migrate.ts'
import { poseidon } from '../support/crypto/poseidon.ts'
import { StoredChain } from '../support/storage/stored-chain.ts'
import { bigGenesis, type Cast, playTransfers } from './support/big-history.ts'
import { count, median, milliseconds, percentile, printFigures } from './support/report.ts'

const SUBSCRIBERS = Number(process.env.BENCH_SUBSCRIBERS ?? 1_000)
const BLOCKS = Number(process.env.BENCH_BLOCKS ?? 10)
const PER_BLOCK = 2_900
const ASSETS = 10
/** Milliseconds between blocks: the default era. */
const ERA_MS = 2_000

const OWN =
  'subscription ($account: String!) { transfers(filter: { account: $account }) { cursor node { hash amount } } }'
const HEIGHTS = 'subscription { blocks { height hash transferCount } }'

interface Watch {
  name: string
  query: string
  variables: (i: number, cast: Cast) => object
  /** Events that a block's records make for subscriber i. */
  expected: (i: number, cast: Cast, records: readonly LedgerRecord[]) => number
}

const WATCHES: Watch[] = [
  {
    name: 'the transfers of an account of its own each',
    query: OWN,
    variables: (i, { people }) => ({ account: encodeAddress(people[i % people.length]!.account) }),
    expected: (i, { people }, records) => {
      const { account } = people[i % people.length]!
      return records.filter(({ from, to }) => from === account || to === account).length
    },
  },
  { name: 'all blocks', query: HEIGHTS, variables: () => ({}), expected: () => 1 },
]

/** A chain whose blocks are an era apart, and that tells when each of them was stored. */
class PacedChain extends StoredChain {
  readonly stored: number[] = []
  onStored: (records: readonly LedgerRecord[]) => Promise<void> = async () => {}

  override async commit(...given: Parameters<StoredChain['commit']>): Promise<LedgerRecord[]> {
    const began = performance.now()
    const records = await super.commit(...given)
    this.stored.push(performance.now())
    await this.onStored(records)
    await new Promise((resolve) => setTimeout(resolve, ERA_MS - (performance.now() - began)))
    return records
  }
}

/** From the commit of a full block to its events at many subscribers over Server-Sent Events. */
export async function benchLive(): Promise<void> {
  for (const watch of WATCHES) await measure(watch)
}

async function measure(watch: Watch): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'inpigritas-bench-'))
  const server = await startEmbedded({ dataDir: folder })
  const admin = openDatabase(server.url('postgres'), { max: 1 })
  await admin.sql`CREATE DATABASE bench`
  await admin.close()
  const database = openDatabase(server.url('bench'), { max: 2 })
  try {
    await migrateDatabase(database)
    const { genesis, cast } = bigGenesis(SUBSCRIBERS, ASSETS)
    await initializeChain(database, genesis, applyGenesis(poseidon, genesis))
    const path = join(folder, 'genesis.json')
    writeGenesis(path, genesis)
    const api = fork(new URL('./support/api-process.ts', import.meta.url), [server.url('bench'), path])
    const [url] = (await once(api, 'message')) as [string]
    await follow(watch, cast, new PacedChain(database, genesis), api, `${url}/graphql`)
    api.disconnect()
  } finally {
    await database.close()
    await server.stop()
    rmSync(folder, { recursive: true, force: true })
  }
}

async function follow(
  watch: Watch,
  cast: Cast,
  chain: PacedChain,
  api: ChildProcess,
  url: string,
): Promise<void> {
  const delays: number[] = []
  let events = 0
  let waiting = 0
  let wake = () => {}
  const onEvents = (n: number) => {
    const now = performance.now()
    events += n
    waiting -= n
    for (let i = 0; i < n; i++) delays.push(now - chain.stored.at(-1)!)
    if (waiting === 0) wake()
  }
  await Promise.all(
    Array.from({ length: SUBSCRIBERS }, (_, i) =>
      subscribe(url, addressOf(i), watch.query, watch.variables(i, cast), onEvents),
    ),
  )
  chain.onStored = (records) => {
    for (let i = 0; i < SUBSCRIBERS; i++) waiting += watch.expected(i, cast, records)
    return waiting === 0
      ? Promise.resolve()
      : new Promise((resolve) => {
          wake = resolve
        })
  }
  await playTransfers(chain, cast, PER_BLOCK, PER_BLOCK)
  delays.length = events = 0
  const [started, cpu] = [performance.now(), await cpuOf(api)]
  await playTransfers(chain, cast, PER_BLOCK * BLOCKS, PER_BLOCK)
  const usedMs = ((await cpuOf(api)) - cpu) / 1000
  const share = usedMs / (performance.now() - started)
  printFigures(
    `${count(SUBSCRIBERS)} subscribers to ${watch.name}, blocks of ${count(PER_BLOCK)} transfers every ${ERA_MS / 1000} s`,
    [
      { name: 'events per block', value: count(events / BLOCKS) },
      {
        name: 'from commit to client',
        value: `p50 ${milliseconds(median(delays))}, p99 ${milliseconds(percentile(delays, 99))}`,
        goal: 'p99 250 ms',
      },
      {
        name: 'CPU of the api',
        value: `${Math.round(share * 100)} % of a core, ${Math.round((usedMs / events) * 1000)} µs per event`,
      },
    ],
  )
}

/** A loopback address for subscriber i: no more subscribe from one than a client may. */
const addressOf = (i: number) => `127.0.0.${2 + (i % 50)}`

/** Microseconds of CPU that the api has used. */
async function cpuOf(api: ChildProcess): Promise<number> {
  const answer = once(api, 'message')
  api.send('cpu')
  return ((await answer) as [number])[0]
}

/** Opens a stream of events from an address, and reports how many arrive at once. Resolves when the stream is open. */
function subscribe(
  url: string,
  localAddress: string,
  query: string,
  variables: object,
  onEvents: (n: number) => void,
): Promise<void> {
  return new Promise((resolve, reject) => {
    const headers = { 'content-type': 'application/json', accept: 'text/event-stream' }
    const client = request(url, { method: 'POST', headers, agent: false, localAddress }, (response) => {
      response.setEncoding('latin1')
      response.on('data', (chunk: string) => {
        const n = chunk.split('event: next').length - 1
        if (n > 0) onEvents(n)
        resolve()
      })
      response.on('error', () => {})
    })
    client.on('error', reject)
    client.end(JSON.stringify({ query, variables }))
  })
}
