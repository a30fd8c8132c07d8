import { fork } from 'node:child_process'
import { once } from 'node:events'
import { encodeAddress } from '../../src/crypto/address.ts'
import { fieldToHex } from '../../src/crypto/field.ts'
import { h31 } from '../../src/crypto/h31.ts'
import type { Database } from '../../src/storage/database.ts'
import { refreshHolders } from '../../src/storage/holders.ts'
import { genesisOf } from '../support/ledger/ledger-world.ts'
import { onBigDatabase } from './support/big-database.ts'
import type { Cast } from './support/big-history.ts'
import { count, median, milliseconds, percentile, printFigures, seconds } from './support/report.ts'

const TRANSFERS = Number(process.env.BENCH_TRANSFERS ?? 1_000_000)
const SAMPLES = 1_000
const CONNECTIONS = 16
const { startTime: START_TIME, eraMs: ERA_MS } = genesisOf()
const HUNDRED_DAYS = {
  from: new Date(START_TIME - 50 * 86_400_000).toISOString(),
  to: new Date(START_TIME + 49 * 86_400_000).toISOString(),
}

interface Question {
  query: string
  variables: (i: number) => object
}

const TRACE = `query ($input: TraceInput!) { trace(input: $input) { truncated hops { length transfer { hash from { address } to { address } } }
  origins { length serialFrom transfer { hash } } } }`
const SEARCH = 'query ($text: String!) { search(text: $text) { matched node { id } } }'
const BLOCK = `query ($height: BigInt!) { block(by: { height: $height }) { hash timestamp transferCount transfers(first: 50) { nodes {
  hash kind amount from { address } to { address } asset { code } } } } }`

/** What a page of an explorer asks: the variables of each request follow from its number. */
function explorerQuestions({ people, assets }: Cast, height: number): Record<string, Question> {
  const asset = (i: number) => assets[i % assets.length]!.code
  const address = (i: number) => encodeAddress(people[(i * 7) % people.length]!.account)
  const time = (of: number) => new Date(START_TIME + of * ERA_MS).toISOString()
  const span = (i: number) => ({ from: time(i % height), to: time((i % height) + 20) })
  return {
    '50 largest holders of an asset, counted': {
      query: `query ($asset: String!) { asset(by: { code: $asset }) { holders(first: 50) { totalCount nodes { balance account { address } } } } }`,
      variables: (i) => ({ asset: asset(i) }),
    },
    'activity of an asset, 100 days': {
      query: `query ($asset: String!, $from: DateTime!, $to: DateTime!) {
        asset(by: { code: $asset }) { activity(from: $from, to: $to) { records units holders } } }`,
      variables: (i) => ({ asset: asset(i), ...HUNDRED_DAYS }),
    },
    'activity of an account, 100 days': {
      query: `query ($address: String!, $from: DateTime!, $to: DateTime!) {
        account(address: $address) { activity(from: $from, to: $to) { records transfers } } }`,
      variables: (i) => ({ address: address(i), ...HUNDRED_DAYS }),
    },
    'activity of the chain, 100 days': {
      query: `query ($from: DateTime!, $to: DateTime!) { chain { activity(from: $from, to: $to) { records transfers } } }`,
      variables: () => HUNDRED_DAYS,
    },
    'search by 8 characters of an address': {
      query: SEARCH,
      variables: (i) => ({ text: address(i).slice(0, 12) }),
    },
    'search by 8 digits of a hash': {
      query: SEARCH,
      variables: (i) => ({
        text: fieldToHex(h31(`transfer ${people.length * assets.length + 4 * i}`)).slice(0, 8),
      }),
    },
    'search by a word': { query: SEARCH, variables: (i) => ({ text: asset(i) }) },
    'the last 50 transfers of 5 accounts': {
      query: `query ($accounts: [String!]) { transfers(filter: { accounts: $accounts }, last: 50) { nodes { hash amount } } }`,
      variables: (i) => ({ accounts: [0, 1, 2, 3, 4].map((n) => address(5 * i + n)) }),
    },
    'the last 50 transfers of a span of 20 blocks': {
      query: `query ($from: DateTime!, $to: DateTime!) { transfers(filter: { timeFrom: $from, timeTo: $to }, last: 50) { nodes { hash amount } } }`,
      variables: span,
    },
    'the blocks of a span of 20 blocks': {
      query: `query ($from: DateTime!, $to: DateTime!) { blocks(timeFrom: $from, timeTo: $to) { totalCount nodes { hash } } }`,
      variables: span,
    },
    'unproven batches, where all are proven': {
      query:
        '{ batches(status: UNPROVEN, order: NEWEST_FIRST) { pageInfo { hasNextPage } nodes { index } } }',
      variables: () => ({}),
    },
  }
}

/** Stores a proof of every batch, so that a search for one without looks at as many as it may. */
async function proveAllBatches({ sql }: Database): Promise<void> {
  await sql`
    INSERT INTO batch_proof (batch, count, proof, public_signals, vk_hash)
    SELECT batch, 4, '{}', '[]', '\\x00' FROM generate_series(0, (SELECT max(position) / 4 FROM transfer)) AS batch`
  await sql`VACUUM ANALYZE batch_proof`
}

/** Reads through GraphQL over HTTP, on a history of a million transfers. */
export async function benchQueries(): Promise<void> {
  await onBigDatabase(TRANSFERS, async ({ database, databaseUrl, genesisPath, cast, height }) => {
    await refreshHolders(database)
    await proveAllBatches(database)
    const api = fork(new URL('./support/api-process.ts', import.meta.url), [databaseUrl, genesisPath])
    const [url] = (await once(api, 'message')) as [string]
    await measure(`${url}/graphql`, cast, height)
    api.disconnect()
  })
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
  const perSecond = await throughput(url, BLOCK, (i) => ({ height: String(1 + (i % height)) }))
  const traces = await throughput(url, TRACE, (i) => input(i, { offset: String(i % 50), length: '1' }))
  const explorer: Record<string, number[]> = {}
  for (const [name, { query, variables }] of Object.entries(explorerQuestions({ people, assets }, height)))
    explorer[name] = await times(query, variables)
  const both = (ms: number[]) => `p50 ${milliseconds(median(ms))}, p99 ${milliseconds(percentile(ms, 99))}`
  printFigures(`Queries, ${count(TRANSFERS)} transfers, GraphQL over HTTP`, [
    { name: 'a request that asks for nothing', value: both(nothing) },
    { name: 'trace of one unit', value: both(unit), goal: 'p99 8 ms' },
    { name: 'trace of a balance', value: both(balance) },
    { name: `traces of one unit, ${CONNECTIONS} clients`, value: `${count(traces)} per second` },
    {
      name: `block page with 50 transfers, ${CONNECTIONS} clients`,
      value: `${count(perSecond)} requests per second`,
    },
    ...Object.entries(explorer).map(([name, ms]) => ({ name, value: both(ms) })),
  ])
}

async function throughput(url: string, query: string, variables: (i: number) => object): Promise<number> {
  let asked = 0
  const took = await seconds(() =>
    Promise.all(
      Array.from({ length: CONNECTIONS }, async () => {
        while (asked < 4_000) await ask(url, query, variables(asked++))
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
