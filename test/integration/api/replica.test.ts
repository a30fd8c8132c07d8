import { afterAll, beforeAll, expect, it } from 'vitest'
import type { RunningApi } from '../../../src/api/start.ts'
import { hashAction } from '../../../src/ledger/action-hash.ts'
import { applyGenesis } from '../../../src/ledger/apply-genesis.ts'
import { chainIdOf } from '../../../src/ledger/genesis.ts'
import { HEIGHT_CHANNEL } from '../../../src/storage/commit-block.ts'
import { type Database, openDatabase } from '../../../src/storage/database.ts'
import { currentHeight } from '../../../src/storage/heights.ts'
import { initializeChain } from '../../../src/storage/initialize-chain.ts'
import { migrateDatabase } from '../../../src/storage/migrate.ts'
import { serveApi } from '../../support/api/served-api.ts'
import { Sse } from '../../support/api/sse.ts'
import { poseidon } from '../../support/crypto/poseidon.ts'
import { definitionOf, eddsaKey, genesisOf, signRegister } from '../../support/ledger/ledger-world.ts'
import { until } from '../../support/shared/until.ts'
import { type Replicated, startReplicated } from '../../support/storage/replica.ts'
import { StoredChain } from '../../support/storage/stored-chain.ts'

// Long eras, so that nothing but an announcement makes an api look for a new block.
const genesis = genesisOf({ eraMs: 600_000 })
const ann = eddsaKey('ann')
let servers: Replicated
let primary: Database
let replica: Database
let chain: StoredChain
let direct: RunningApi
let behind: RunningApi

beforeAll(async () => {
  servers = await startReplicated('chain')
  primary = openDatabase(servers.primary.url('chain'), { max: 4 })
  await migrateDatabase(primary)
  await initializeChain(primary, genesis, applyGenesis(poseidon, genesis))
  chain = new StoredChain(primary, genesis)
  replica = openDatabase(servers.replica.url('chain'), { max: 4 })
  await until(async () => (await currentHeight(replica).catch(() => -1)) === 0)
  direct = await serveApi(primary, genesis)
  behind = await serveApi(primary, genesis, { replica })
})
afterAll(async () => {
  await Promise.all([direct, behind].map((api) => api.stop()))
  await Promise.all([primary, replica].map((database) => database.close()))
  await servers.stop()
})

const block = () => {
  const era = chain.header.era + 1
  const definition = definitionOf(ann, { code: `LOT-${era}` })
  return chain.commit([
    hashAction(poseidon, signRegister(ann, { chainId: chainIdOf(genesis), definition, era })),
  ])
}

const HEIGHTS =
  'subscription ($after: BigInt) { blocks(after: $after) { height transfers(first: 1) { nodes { asset { code } } } } }'
const watch = ({ url }: RunningApi, variables = {}) => Sse.open(fetch, `${url}/graphql`, HEIGHTS, variables)
const heightOf = async (sse: Sse) => Number((await sse.data()).blocks.height)

/** Runs while the replica gets blocks and does not show them. */
async function whilePaused(work: () => Promise<void>): Promise<void> {
  await replica.sql`SELECT pg_wal_replay_pause()`
  await until(async () => {
    const [row] = await replica.sql<{ state: string }[]>`SELECT pg_get_wal_replay_pause_state() AS state`
    return row!.state === 'paused'
  })
  try {
    await work()
  } finally {
    await replica.sql`SELECT pg_wal_replay_resume()`
  }
}

it('sends an event once the replica has its block, not when it is announced', async () => {
  const [fast, slow] = [await watch(direct), await watch(behind)]
  let late: Promise<number> | undefined
  let shown = false
  await whilePaused(async () => {
    const announced = new Promise((resolve) => primary.sql.listen(HEIGHT_CHANNEL, resolve))
    late = heightOf(slow).then((height) => {
      shown = true
      return height
    })
    await block()
    await announced
    expect(await heightOf(fast)).toBe(chain.header.height)
    const { data } = (await (await ask(behind, '{ chain { finalizedHeight } }')).json()) as never as {
      data: { chain: { finalizedHeight: string } }
    }
    expect(data.chain.finalizedHeight).toBe(String(chain.header.height - 1))
    expect(shown).toBe(false)
  })
  expect(await late).toBe(chain.header.height)
  await Promise.all([fast.close(), slow.close()])
})

it('waits for the block that a client knows from another server', async () => {
  let resumed: Promise<Sse> | undefined
  await whilePaused(async () => {
    await block()
    resumed = watch(behind, { after: chain.header.height })
    await ask(behind, '{ chain { finalizedHeight } }')
  })
  const live = await resumed!
  const next = heightOf(live)
  await until(async () => (await currentHeight(replica)) === chain.header.height)
  await block()
  expect(await next).toBe(chain.header.height)
  await live.close()
})

it('writes to the primary', async () => {
  for (let i = 0; i < genesis.batchSize; i++) await block()
  await until(async () => (await currentHeight(replica)) === chain.header.height)
  const answer = await ask(behind, 'mutation { requestProof(index: 0) { index } }')
  expect(await answer.json()).toMatchObject({ data: { requestProof: { index: '0' } } })
  expect(await primary.sql`SELECT batch FROM batch_job`).toHaveLength(1)
})

function ask({ url }: RunningApi, query: string): Promise<Response> {
  const headers = { 'content-type': 'application/json', accept: 'application/json' }
  return fetch(`${url}/graphql`, { method: 'POST', headers, body: JSON.stringify({ query }) })
}
