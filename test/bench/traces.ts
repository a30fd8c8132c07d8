import { type ChildProcess, fork } from 'node:child_process'
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
import { longGenesis, playLongHistory } from '../support/storage/long-history.ts'
import { StoredChain } from '../support/storage/stored-chain.ts'
import { usageOf } from './support/api-usage.ts'
import { Asker, both, ratio } from './support/asker.ts'
import { count, milliseconds, printFigures, seconds } from './support/report.ts'

/** Units that move one by one, and moves of units that go to and fro. */
const SIZE = Number(process.env.BENCH_UNITS ?? 40_000)
const SAMPLES = 50
/** Cheap questions in a row while nothing else is asked. */
const QUIET = 300
const CLIENTS = 30
/** Pages that each of them asks for: a client's bucket has enough for more. */
const PAGES = 8
/** Traces of one unit that each of them asks for. */
const UNITS = 40

const page = (first: number, rest = '') =>
  `{ trace(input: { start: { asset: "WIDE" }, direction: FORWARD, first: ${first}${rest} }) { endCursor } }`
/** A trace of one unit, each time another one, so that no answer is kept. */
const unit = (n: number) =>
  `{ trace(input: { start: { asset: "WIDE" }, offset: "${n}", length: "1" }) { hops { unit depth length transfer { hash } } } }`
const HEIGHT = '{ chain { finalizedHeight } }'

/** What traces of long histories cost, and what another client notices while 30 clients ask for the longest pages. */
export async function benchTraces(): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'inpigritas-bench-'))
  const server = await startEmbedded({ dataDir: folder })
  const database = openDatabase(server.url('postgres'), { max: 2 })
  try {
    await migrateDatabase(database)
    const genesis = longGenesis(SIZE)
    await initializeChain(database, genesis, applyGenesis(poseidon, genesis))
    await playLongHistory(new StoredChain(database, genesis), SIZE, SIZE)
    await database.sql`VACUUM ANALYZE`
    const path = join(folder, 'genesis.json')
    writeGenesis(path, genesis)
    const program = new URL('./support/api-process.ts', import.meta.url)
    const api = fork(program, [server.url('postgres'), path, 'limited'])
    const [url] = (await once(api, 'message')) as [string]
    await measure(url, api)
    api.disconnect()
  } finally {
    await database.close()
    await server.stop()
    rmSync(folder, { recursive: true, force: true })
  }
}

async function measure(url: string, api: ChildProcess): Promise<void> {
  const [first, other] = [new Asker(url, 0), new Asker(url, 1)]
  const times = (query: string) => first.askUntil((asked) => asked === SAMPLES, query)
  await times(page(1))
  const short = await times(page(1))
  const long = await times(page(1_000))
  const { body } = await first.ask(page(1_000))
  const next = await times(page(1_000, `, after: "${body.data.trace.endCursor}"`))
  const clients = Array.from({ length: CLIENTS }, (_, i) => new Asker(url, 2 + i))
  // Quiet and busy in turns, so that other work on the machine counts for both.
  const [quiet, busy]: [number[], number[]] = [[], []]
  let [took, refused] = [0, 0]
  await usageOf(api)
  for (let round = 0; round < PAGES; round += 2) {
    quiet.push(...(await other.askUntil((asked) => asked === QUIET, HEIGHT)))
    const began = performance.now()
    let left = CLIENTS
    const asking = clients.map(async (client) => {
      for (let i = 0; i < 2; i++) if ((await client.ask(page(1_000))).body.errors) refused += 1
      left -= 1
    })
    busy.push(...(await other.askUntil(() => left === 0, HEIGHT)))
    await Promise.all(asking)
    took += performance.now() - began
  }
  const { longestBlockMs } = await usageOf(api)
  const units = await unitsPerSecond(clients)
  for (const client of [first, other, ...clients]) client.close()
  printFigures(`Traces of an asset of ${2 * SIZE} moves`, [
    { name: 'first page of 1 hop', value: both(short) },
    { name: 'first page of 1,000 hops', value: both(long) },
    { name: 'second page of 1,000 hops', value: both(next) },
    {
      name: `${CLIENTS} clients at once, a page of 1,000 hops each`,
      value: `${(took / PAGES / 1_000).toFixed(1)} s, ${refused} refused; ${Math.round((CLIENTS * PAGES - refused) / (took / 1_000))} pages per second`,
    },
    { name: `traces of one unit, ${CLIENTS} clients at once`, value: `${count(units)} per second` },
    {
      name: "longest time for which the api's thread did nothing else",
      value: milliseconds(longestBlockMs),
      goal: '100 ms',
    },
    { name: 'the height, asked by another client: alone', value: both(quiet) },
    { name: 'the height, asked by another client: meanwhile', value: both(busy) },
    { name: 'meanwhile, as multiples of alone', value: ratio(busy, quiet), goal: 'p99 3' },
  ])
}

/** Traces of one unit that all clients together are answered per second. */
async function unitsPerSecond(clients: readonly Asker[]): Promise<number> {
  const took = await seconds(() =>
    Promise.all(
      clients.map(async (client, c) => {
        for (let i = 0; i < UNITS; i++) {
          const { status, body } = await client.ask(unit(c * UNITS + i))
          if (status !== 200 || body.errors) throw new Error(`status ${status}: ${JSON.stringify(body)}`)
        }
      }),
    ),
  )
  return Math.round((clients.length * UNITS) / took)
}
