import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { RunningApi } from '../../../src/api/start.ts'
import type { Genesis } from '../../../src/ledger/genesis.ts'
import { type Database, openDatabase } from '../../../src/storage/database.ts'
import { serveApi } from '../../support/api/served-api.ts'
import { Sse } from '../../support/api/sse.ts'
import { genesisOf } from '../../support/ledger/ledger-world.ts'
import { until } from '../../support/shared/until.ts'
import { chainDatabase } from '../../support/storage/postgres.ts'
import { proxyTo, type TestProxy } from '../../support/storage/proxy.ts'
import { stopServer } from '../../support/storage/stopped-server.ts'
import { StoredChain } from '../../support/storage/stored-chain.ts'

const CONNECTIONS = 4
const NAME = 'hanging'
/** Shorter than it takes to notice that the server hangs, so that the first requests run out of time. */
const TIMEOUT_MS = 1_000
const PATIENCE = { silenceMs: 700, probeMs: 700, graceMs: 700 }
const QUERY = '{ chain { finalizedHeight } }'
const CODES = ['TIMEOUT', 'POSTGRES_UNREACHABLE', 'TOO_MANY_REQUESTS']
/** More than fit the queue of one client. */
const QUERIES = 80
const OTHERS = 10

let genesis: Genesis
let own: Database
let chain: StoredChain
let proxy: TestProxy
let database: Database
let api: RunningApi

beforeEach(async () => {
  genesis = genesisOf({ eraMs: 200 })
  const made = await chainDatabase(genesis)
  own = made.database
  chain = new StoredChain(own, genesis)
  proxy = await proxyTo(made.url)
  database = openDatabase(proxy.url, {
    max: CONNECTIONS,
    applicationName: NAME,
    statementMs: 5_000,
    patience: PATIENCE,
  })
  api = await serveApi(database, genesis, { limits: { timeoutMs: TIMEOUT_MS } })
})
afterEach(async () => {
  await api.stop()
  await database.close()
  await proxy.close()
})

const ask = async (query = QUERY) => {
  const response = await fetch(`${api.url}/graphql`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', accept: 'application/json' },
    body: JSON.stringify({ query }),
  })
  return (await response.json()) as {
    data?: { chain: { finalizedHeight: string } }
    errors?: { extensions: { code: string } }[]
  }
}
const codeOf = async () => (await ask()).errors?.[0]?.extensions.code
const health = async () => {
  const response = await fetch(`${api.url}/health`)
  return { status: response.status, body: await response.json() }
}
const times = <T>(count: number, make: () => Promise<T>) => Promise.all(Array.from({ length: count }, make))

/** Whether requests of all kinds are answered, with codes, while the database hangs. */
async function allAnswered(): Promise<Set<string | undefined>> {
  const [codes, healths, exports, tiles] = await Promise.all([
    times(QUERIES, codeOf),
    times(OTHERS, health),
    times(OTHERS, async () => (await fetch(`${api.url}/export/transfers.ndjson`)).status),
    times(OTHERS, async () => (await fetch(`${api.url}/tile/0/000.p/1`)).status),
  ])
  for (const code of codes) expect(CODES).toContain(code)
  for (const answer of healths)
    expect(answer).toMatchObject({ status: 503, body: { height: null, database: 'unreachable' } })
  for (const status of [...exports, ...tiles]) expect([503, 429]).toContain(status)
  return new Set(codes)
}

/** Connections of the api, as its server sees them. */
async function sessions(): Promise<number> {
  const [row] = await own.sql<{ count: number }[]>`
    SELECT count(*)::int AS count FROM pg_stat_activity WHERE application_name = ${NAME}`
  return row!.count
}

const HANGS: readonly [what: string, hang: () => Promise<() => void>][] = [
  [
    'is behind a network that swallows everything',
    async () => {
      proxy.vanish()
      return () => proxy.comeBack()
    },
  ],
  ['is stopped in the middle of everything', () => stopServer(own)],
]

describe.each(HANGS)('an api whose Postgres %s', (_, hang) => {
  it('answers everything within its bounds, and goes on afterwards, with its subscriptions', async () => {
    const live = await Sse.open(fetch, `${api.url}/graphql`, `subscription ${QUERY}`)
    expect((await live.data()).chain.finalizedHeight).toBe('0')
    expect(await health()).toMatchObject({ status: 200, body: { database: 'ok' } })
    const goOn = await hang()
    try {
      expect(await allAnswered()).toContain('TIMEOUT')
      await until(() => database.isGone)
      expect(await allAnswered()).toContain('POSTGRES_UNREACHABLE')
      const late = await Sse.open(fetch, `${api.url}/graphql`, `subscription ${QUERY}`)
      expect((await late.next())?.errors).toMatchObject([{ extensions: { code: 'POSTGRES_UNREACHABLE' } }])
      await late.close()
    } finally {
      goOn()
    }
    await until(async () => (await ask()).data !== undefined)
    await chain.commit([])
    expect((await live.data()).chain.finalizedHeight).toBe('1')
    // On a busy machine a request may run out of its short time with nothing in its way.
    await until(async () => (await ask()).data?.chain.finalizedHeight === '1')
    await until(async () => (await health()).body.height === 1)
    expect(await health()).toMatchObject({ status: 200, body: { height: 1, database: 'ok' } })
    // One more listens. Nobody told the server that those from before the hang are gone.
    await until(async () => (await sessions()) <= 2 * (CONNECTIONS + 1))
    await live.close()
  })
})
