import { type ChildProcess, fork } from 'node:child_process'
import { once } from 'node:events'
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import type { Database } from '../../src/storage/database.ts'
import { refreshHolders } from '../../src/storage/holders.ts'
import { onBigDatabase } from './support/big-database.ts'
import { type Asked, type Question, questions } from './support/peer-questions.ts'
import { count, median, milliseconds, percentile, printFigures, seconds } from './support/report.ts'
import { WireClient } from './support/wire-client.ts'

const TRANSFERS = Number(process.env.BENCH_TRANSFERS ?? 1_000_000)
/** Requests per turn, and turns per server. */
const REQUESTS = Number(process.env.BENCH_REQUESTS ?? 1_000)
const TURNS = 3
const CLIENTS = 16

/** A GraphQL server that is measured. */
interface Peer {
  clients: WireClient[]
  process: ChildProcess
}

/** What a turn measured. */
interface Turn {
  perSecond: number
  p50: number
  p99: number
  /** CPU of the server's process, in milliseconds per request. */
  cpu: number
  /** Transactions of the database per request. A statement outside of one counts as one. */
  transactions: number
}

/** The servers that take turns. */
interface Peers {
  api: Peer
  peer: Peer
  /** The api once more, on the Node that runs the benchmark. */
  apiHere: Peer
}

/**
 * The api and PostGraphile 5 on the same tables and the same Node, in turns: questions that are new each time, and the same ones again. It needs
 * PEER, a folder where `npm install postgraphile@5.1.5 node@24` was run: PostGraphile is no dependency of this project, and needs a newer Node
 * than this project does. So the api takes turns on the Node that runs the benchmark too.
 */
export async function benchPeer(): Promise<void> {
  const folder = process.env.PEER
  const node = folder && join(folder, 'node_modules', 'node', 'bin', 'node')
  if (!folder || !node || !existsSync(node)) {
    console.log('\npeer: set PEER to a folder where `npm install postgraphile@5.1.5 node@24` was run')
    return
  }
  await onBigDatabase(TRANSFERS, async ({ database, databaseUrl, genesisPath, cast, height }) => {
    // As a node does in the background.
    await refreshHolders(database)
    await helpPeer(database)
    const module = (name: string) => new URL(`./support/${name}`, import.meta.url)
    const apiOn = (execPath: string) =>
      start(fork(module('api-process.ts'), [databaseUrl, genesisPath], { execPath }))
    const [api, apiHere] = [await apiOn(node), await apiOn(process.execPath)]
    const env = { ...process.env, NODE_ENV: 'production', GRAPHILE_ENV: 'production' }
    const options = { execPath: node, execArgv: [], env }
    const peer = await start(fork(module('postgraphile.mjs'), [databaseUrl, folder], options))
    const peers = { api, peer, apiHere }
    const cursor = {
      api: await cursorsOf(api, 'transfers'),
      peer: await cursorsOf(peer, 'allTransfers'),
    }
    for (const question of questions(cast, height, cursor)) {
      await compare(`${question.name}, asked anew`, anew(question), peers, database)
      await compare(`${question.name}, asked again`, again(question), peers, database)
    }
    for (const { clients, process } of Object.values(peers)) {
      for (const client of clients) client.close()
      process.disconnect()
    }
  })
}

/** What PostGraphile needs beside the project's tables: an index for the records of a block, and a function for holders by balance. */
async function helpPeer({ sql }: Database): Promise<void> {
  await sql`CREATE INDEX peer_by_height ON transfer (height, position)`
  await sql`CREATE INDEX peer_by_balance ON holding (asset, (in_total - out_total))`
  await sql`CREATE FUNCTION asset_top_holders(a asset) RETURNS SETOF holding LANGUAGE sql STABLE AS $$
    SELECT * FROM holding WHERE asset = a.id AND id <> a.mint_holding ORDER BY asset DESC, in_total - out_total DESC $$`
  await sql`ANALYZE`
}

/** What each server is asked, request by request. */
type Asks = Record<keyof Peers, (i: number) => Asked>

const again = ({ api, peer }: Question): Asks => ({ api, peer, apiHere: api })

/**
 * Questions that are new each time: each goes on where the last turn ended, and where there are no more (assets, people, blocks), a variable that
 * its document does not declare makes it a new one.
 */
function anew({ api, peer }: Question): Asks {
  const differing = (ask: (i: number) => Asked) => {
    let asked = 0
    return () => {
      const { query, variables } = ask(asked)
      asked += 1
      return { query, variables: { ...variables, asked } }
    }
  }
  return { api: differing(api), peer: differing(peer), apiHere: differing(api) }
}

async function start(process: ChildProcess): Promise<Peer> {
  const [url] = (await once(process, 'message')) as [string]
  return { clients: Array.from({ length: CLIENTS }, () => new WireClient(`${url}/graphql`)), process }
}

async function compare(name: string, asks: Asks, peers: Peers, database: Database): Promise<void> {
  const turns: Record<keyof Peers, Turn[]> = { api: [], peer: [], apiHere: [] }
  const names = Object.keys(turns) as (keyof Peers)[]
  for (let i = 0; i <= TURNS; i++) {
    for (const one of names) {
      const measured = await turn(peers[one], asks[one], database)
      if (i > 0) turns[one].push(measured) // in the first one, code is compiled and caches are filled
    }
  }
  const of = (one: keyof Peers, part: keyof Turn) => median(turns[one].map((turn) => turn[part]))
  const line = (one: keyof Peers) =>
    `${count(of(one, 'perSecond'))} per second, p50 ${milliseconds(of(one, 'p50'))}, p99 ${milliseconds(of(one, 'p99'))}, CPU ${of(one, 'cpu').toFixed(2)} ms, ${of(one, 'transactions').toFixed(1)} statements`
  const ratio = (one: keyof Peers) =>
    `${(of(one, 'perSecond') / of('peer', 'perSecond')).toFixed(2)} of its requests per second, ${(of(one, 'cpu') / of('peer', 'cpu')).toFixed(2)} of its CPU`
  printFigures(`${name}, ${CLIENTS} clients, ${count(TRANSFERS)} transfers`, [
    { name: 'api', value: line('api') },
    { name: 'PostGraphile', value: line('peer') },
    { name: 'ratio', value: ratio('api') },
    { name: `api on Node ${process.versions.node}`, value: line('apiHere') },
    { name: 'its ratio', value: ratio('apiHere') },
  ])
}

async function turn(peer: Peer, asked: (i: number) => Asked, database: Database): Promise<Turn> {
  const times: number[] = []
  const [cpu, transactions] = [await cpuMs(peer), await committed(database)]
  let next = 0
  const took = await seconds(() =>
    Promise.all(
      peer.clients.map(async (client) => {
        while (next < REQUESTS) {
          const question = JSON.stringify(asked(next++))
          times.push(1_000 * (await seconds(() => client.ask(question))))
        }
      }),
    ),
  )
  return {
    perSecond: REQUESTS / took,
    p50: median(times),
    p99: percentile(times, 99),
    cpu: ((await cpuMs(peer)) - cpu) / REQUESTS,
    transactions: ((await committed(database)) - transactions) / REQUESTS,
  }
}

async function cpuMs({ process }: Peer): Promise<number> {
  process.send('cpu')
  const [microseconds] = (await once(process, 'message')) as [number]
  return microseconds / 1_000
}

async function committed({ sql }: Database): Promise<number> {
  await sql`SELECT pg_stat_clear_snapshot()`
  const [row] = await sql<{ count: number }[]>`
    SELECT xact_commit AS count FROM pg_stat_database WHERE datname = current_database()`
  return row!.count
}

/** Makes cursors of positions like one that the server gives. */
async function cursorsOf({ clients }: Peer, list: string): Promise<(position: number) => string> {
  const answer = await clients[0]!.ask(
    JSON.stringify({ query: `{ ${list}(first: 1) { edges { cursor } } }` }),
  )
  const { data } = JSON.parse(answer) as { data: Record<string, { edges: [{ cursor: string }] }> }
  const { cursor } = data[list]!.edges[0]
  const parts = JSON.parse(Buffer.from(cursor, 'base64').toString()) as unknown[]
  const isText = typeof parts.at(-1) === 'string'
  const encoding = list === 'transfers' ? 'base64url' : 'base64'
  return (position) =>
    Buffer.from(JSON.stringify([...parts.slice(0, -1), isText ? String(position) : position])).toString(
      encoding,
    )
}
