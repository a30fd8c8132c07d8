import { fork } from 'node:child_process'
import { once } from 'node:events'
import { encodeAddress } from '../../src/crypto/address.ts'
import { onBigDatabase } from './support/big-database.ts'
import type { Cast } from './support/big-history.ts'
import { count, median, milliseconds, percentile, printFigures, seconds } from './support/report.ts'

const TRANSFERS = Number(process.env.BENCH_TRANSFERS ?? 1_000_000)
const SAMPLES = 1_000
const CONNECTIONS = 16

const TRACE = `query ($input: TraceInput!) { trace(input: $input) { truncated hops { length transfer { hash from { address } to { address } } }
  origins { length serialFrom transfer { hash } } } }`
const BLOCK = `query ($height: BigInt!) { block(by: { height: $height }) { hash timestamp transferCount transfers(first: 50) { nodes {
  hash kind amount from { address } to { address } asset { code } } } } }`

/** Reads through GraphQL over HTTP, on a history of a million transfers. */
export async function benchQueries(): Promise<void> {
  await onBigDatabase(TRANSFERS, async ({ databaseUrl, genesisPath, cast, height }) => {
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
