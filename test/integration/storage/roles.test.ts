import { readFileSync } from 'node:fs'
import { beforeAll, describe, expect, it } from 'vitest'
import { createApi } from '../../../src/api/server.ts'
import { encodeAddress } from '../../../src/crypto/address.ts'
import { applyGenesis } from '../../../src/ledger/apply-genesis.ts'
import { type Database, openDatabase } from '../../../src/storage/database.ts'
import { listenHeights } from '../../../src/storage/heights.ts'
import { initializeChain } from '../../../src/storage/initialize-chain.ts'
import { migrateDatabase } from '../../../src/storage/migrate.ts'
import { claimJob } from '../../../src/storage/proof-jobs.ts'
import { API_ROLE, API_WRITES, APPEND_ONLY, NODE_ROLE } from '../../../src/storage/roles.ts'
import { type Answer, ApiWorld } from '../../support/api/api-server.ts'
import { poseidon } from '../../support/crypto/poseidon.ts'
import { eddsaKey, genesisOf } from '../../support/ledger/ledger-world.ts'
import { emptyDatabase, openForTest } from '../../support/storage/postgres.ts'
import { StoredChain } from '../../support/storage/stored-chain.ts'

const ROLES = readFileSync(new URL('../../../deploy/roles.sql', import.meta.url), 'utf8')
const OWNER_ROLE = 'inpigritas_owner'
const ann = eddsaKey('ann')
const bea = eddsaKey('bea')

function as(role: string, at: string): Database {
  const url = new URL(at)
  url.username = role
  return openForTest(url.href)
}

/** An empty database in which roles.sql was run. */
async function withRoles(): Promise<string> {
  const url = await emptyDatabase()
  const admin = openDatabase(url, { max: 1 })
  await admin.sql.unsafe(ROLES)
  await admin.sql.unsafe(ROLES)
  await admin.close()
  return url
}

describe('roles of the database', () => {
  const genesis = genesisOf()
  let url: string
  let node: Database
  let api: Database
  let chain: StoredChain

  beforeAll(async () => {
    url = await withRoles()
    await migrateDatabase(as(OWNER_ROLE, url))
    node = as(NODE_ROLE, url)
    api = as(API_ROLE, url)
    await initializeChain(node, genesis, applyGenesis(poseidon, genesis))
    chain = new StoredChain(node, genesis)
  })

  it('let the node start, store blocks, and use every table of its own', async () => {
    await migrateDatabase(node)
    await chain.commit([])
    const rights = await rightsOf(NODE_ROLE, node)
    for (const [table, held] of rights) {
      const finals = (APPEND_ONLY as readonly string[]).includes(table)
      expect([table, held]).toEqual([
        table,
        finals ? ['SELECT', 'INSERT'] : ['SELECT', 'INSERT', 'UPDATE', 'DELETE'],
      ])
    }
  })

  it('let the api write only its own tables', async () => {
    const rights = await rightsOf(API_ROLE, node)
    expect(rights.size).toBeGreaterThan(15)
    for (const [table, held] of rights) {
      const own = (API_WRITES as readonly string[]).includes(table)
      expect([table, held]).toEqual([table, own ? ['SELECT', 'INSERT', 'UPDATE', 'DELETE'] : ['SELECT']])
    }
  })

  it.each([
    'UPDATE transfer SET amount = 1',
    'DELETE FROM block',
    'TRUNCATE transfer',
    'ALTER TABLE transfer DISABLE TRIGGER ALL',
    'DROP TABLE transfer CASCADE',
    'CREATE TABLE mine ()',
    "SET session_replication_role = 'replica'",
  ])('let neither node nor api do: %s', async (statement) => {
    for (const role of [node, api]) {
      await expect(role.sql.unsafe(statement)).rejects.toMatchObject({ code: '42501' })
    }
  })

  it('let nobody else in', async () => {
    const admin = openForTest(url, 1)
    await admin.sql`CREATE ROLE inpigritas_stranger LOGIN`
    try {
      await expect(as('inpigritas_stranger', url).sql`SELECT 1`).rejects.toMatchObject({ code: '42501' })
    } finally {
      await admin.sql`DROP ROLE inpigritas_stranger`
    }
  })

  it('make a node that would have to migrate say who may', async () => {
    const fresh = await withRoles()
    await expect(migrateDatabase(as(NODE_ROLE, fresh))).rejects.toMatchObject({
      code: 'NO_PRIVILEGE',
      retry: false,
    })
  })
})

/** The rights of a role on each table. */
async function rightsOf(role: string, { sql }: Database): Promise<Map<string, string[]>> {
  const rows = await sql<{ table: string; held: string[] }[]>`
    SELECT tablename AS table, array(SELECT r FROM unnest(ARRAY['SELECT', 'INSERT', 'UPDATE', 'DELETE', 'TRUNCATE', 'TRIGGER']) AS r
      WHERE has_table_privilege(${role}, format('public.%I', tablename), r)) AS held
    FROM pg_tables WHERE schemaname = 'public'`
  return new Map(rows.map(({ table, held }) => [table, held]))
}

const EVERYTHING = `query ($ann: String!, $bea: String!) {
  chain { head { hash transfers(first: 5) { nodes { hash note noteMatches publicKey signature batch { status } } } } }
  blocks(first: 3) { nodes { hash } } assets(first: 3) { nodes { code issued holdings(first: 3) { nodes { balance nextStart } } } }
  transfers(filter: { account: $ann, asset: "LOT-1" }, first: 3) { nodes { hash } }
  account(address: $bea) { holdings(first: 3) { nodes { balance } } }
  batches(first: 2) { nodes { status proof } } pool { size }
}`

it('let the api answer queries, follow the chain, and serve provers', async () => {
  const world = await ApiWorld.open()
  const lot = await world.lot(ann, 'LOT-1', 100n)
  const { database: admin, url } = world
  await admin.sql.unsafe(ROLES)
  await migrateDatabase(admin)
  const database = as(API_ROLE, url)
  const api = createApi({ ...world.api.services, database, primary: database })
  const ask = async (query: string, variables: object = {}) => {
    const headers = { 'content-type': 'application/json', accept: 'application/json' }
    const body = JSON.stringify({ query, variables })
    const response = await api.yoga.fetch('http://api/graphql', { method: 'POST', headers, body })
    return (await response.json()) as Answer
  }
  const heights: number[] = []
  const listener = await listenHeights(database, (height) => heights.push(height), { checkMs: 600_000 })
  for (let i = 0; i < 6; i++) await world.chain.commit([world.move(ann, ann.account, bea.account, lot, 1n)])
  await expect.poll(() => heights.at(-1)).toBe(world.chain.header.height)
  await listener.stop()
  const addresses = { ann: encodeAddress(ann.account), bea: encodeAddress(bea.account) }
  expect((await ask(EVERYTHING, addresses)).errors).toBeUndefined()
  expect(
    (await ask('{ trace(input: { start: { asset: "LOT-1" } }) { hops { length } } }')).errors,
  ).toBeUndefined()
  expect((await ask('mutation { requestProof(index: 0) { index } }')).errors).toBeUndefined()
  expect(await claimJob(database, 'prover', 1_000)).toMatchObject({ batch: 0 })
})
