import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type GraphQLField, getNamedType, isLeafType, isObjectType } from 'graphql'
import { DEFAULT_LIMITS } from '../../src/api/limits.ts'
import { SharedHeights } from '../../src/api/live/height-feed.ts'
import { type ApiServer, createApi } from '../../src/api/server.ts'
import { inputOf } from '../../src/client/input.ts'
import { bytesToHex } from '../../src/codec/bytes.ts'
import { encodeAddress } from '../../src/crypto/address.ts'
import { fieldToBytes } from '../../src/crypto/field.ts'
import { h31 } from '../../src/crypto/h31.ts'
import { applyGenesis } from '../../src/ledger/apply-genesis.ts'
import { chainIdOf, type Genesis } from '../../src/ledger/genesis.ts'
import { startEmbedded } from '../../src/postgres/server.ts'
import { type Database, openDatabase } from '../../src/storage/database.ts'
import { initializeChain } from '../../src/storage/initialize-chain.ts'
import { migrateDatabase } from '../../src/storage/migrate.ts'
import { openLog } from '../../src/telemetry/log.ts'
import { poseidon } from '../support/crypto/poseidon.ts'
import { signTransfer } from '../support/ledger/ledger-world.ts'
import { idleNode } from '../support/node/idle-node.ts'
import { bigGenesis, type Cast, playTransfers } from './support/big-history.ts'
import { CertifiedStoredChain, storeTrees } from './support/certified-stored-chain.ts'
import { type Figure, median, printFigures } from './support/report.ts'

const RUNS = Number(process.env.BENCH_RUNS ?? 7)
/** Only types and fields whose name contains one of these, such as `Query.batches,Pool`. */
const WANTED = (process.env.BENCH_FIELDS ?? '').split(',')
/** Transfers in the newest block: a certificate sets back what it changed. */
const NEWEST = Number(process.env.BENCH_NEWEST ?? 4)
/** Microseconds of one unit of cost. */
const UNIT_US = 2

/** How to reach many objects of a type: the text around a selection, and how many objects it reaches. */
interface Path {
  open: string
  close: string
  parents: number
}

const nodes = (list: string, parents: number): Path => ({
  open: `{ ${list} { nodes { `,
  close: ' } } }',
  parents,
})

/**
 * Prints what each field of the schema costs: the processor time of a request with the field, less the time without it, per object that has it.
 * The time of the database's processes is included where /proc tells it. The weights in schema.graphql (`@cost`) come from this table.
 */
export async function benchFieldCosts(): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'inpigritas-bench-'))
  const server = await startEmbedded({ dataDir: folder })
  const admin = openDatabase(server.url('postgres'), { max: 1 })
  await admin.sql`CREATE DATABASE bench`
  await admin.close()
  const database = openDatabase(server.url('bench'), { max: 10, genericPlans: true })
  try {
    await migrateDatabase(database)
    const { genesis, cast } = bigGenesis(200, 100)
    await initializeChain(database, genesis, applyGenesis(poseidon, genesis))
    const chain = new CertifiedStoredChain(database, genesis)
    await playTransfers(chain, cast, 20_000)
    await playTransfers(chain, cast, NEWEST, NEWEST)
    await storeTrees(database, genesis)
    await proveAllButTheLast(database, (20_000 + cast.people.length * cast.assets.length) / genesis.batchSize)
    await database.sql`VACUUM ANALYZE`
    const { firstPosition } = applyGenesis(poseidon, genesis)
    const api = createApi({
      database,
      primary: database,
      control: idleNode('00'.repeat(32)),
      poseidon,
      genesis,
      chainId: chainIdOf(genesis),
      firstPosition,
      heights: new SharedHeights(chain.header.height),
      limits: { ...DEFAULT_LIMITS, cost: Number.MAX_SAFE_INTEGER, timeoutMs: 600_000 },
      nameOf: () => undefined,
      accountsNamed: () => [],
      now: Date.now,
      verificationKey: null,
      version: 'bench',
      corsOrigins: [],
      log: openLog('bench', 'error'),
    })
    await measure(api, encodeAddress(cast.people[0]!.account))
    await measureMany(api, genesis, cast)
  } finally {
    await database.close()
    await server.stop()
    rmSync(folder, { recursive: true, force: true })
  }
}

/** Stores a proof of each batch but the last ten, so that a page of those without one looks at as many as it may. */
async function proveAllButTheLast({ sql }: Database, batches: number): Promise<void> {
  await sql`
    INSERT INTO batch_proof (batch, count, proof, public_signals, vk_hash)
    SELECT batch, 1000000, '{}', '[]', ''::bytea FROM generate_series(0, ${Math.floor(batches) - 11}::int) AS batch`
}

/** Selections with arguments that a field requires, or that make it cost most. */
const withArguments = (address: string): Record<string, readonly string[]> => ({
  Query: [
    `certificate(input: { start: { holding: { address: "${address}", asset: "ASSET-0" } }, length: "1" }) { sha256 }`,
    `quota(address: "${address}") { used limit }`,
    ...['UNPROVEN', 'PROVEN', 'QUEUED'].map(
      (status) => `batches(status: ${status}, first: 10) { nodes { __typename } }`,
    ),
  ],
})

function pathsTo(address: string): Record<string, Path> {
  const blocks = 'blocks(last: 10) { nodes { transfers(first: 100) { nodes { '
  const transfers = (field: string): Path => ({
    open: `{ ${blocks} ${field} { `,
    close: ' } } } } } }',
    parents: 1_000,
  })
  return {
    Transfer: { open: `{ ${blocks}`, close: ' } } } } }', parents: 1_000 },
    Block: transfers('block'),
    Account: transfers('from'),
    Asset: transfers('asset'),
    Batch: transfers('batch'),
    Holding: nodes(`account(address: "${address}") { holdings(first: 100)`, 100),
    Chain: { open: '{ chain { ', close: ' } }', parents: 1 },
    Service: { open: '{ service { ', close: ' } }', parents: 1 },
    Pool: { open: '{ pool { ', close: ' } }', parents: 1 },
    Query: { open: '{ ', close: ' }', parents: 1 },
  }
}

async function measure(api: ApiServer, address: string): Promise<void> {
  const schema = api.yoga.getEnveloped({} as never).schema
  const rows: { name: string; value: string }[] = []
  for (const [name, path] of Object.entries(pathsTo(address))) {
    const type = schema.getType(name)
    if (!isObjectType(type)) continue
    const close = name === 'Holding' ? `${path.close} }` : path.close
    const timeOf = (selection: string) =>
      timePerObject(api, `${path.open} ${selection} ${close}`, path.parents)
    const plain = Object.values(type.getFields()).flatMap((field) => selectionOf(field) ?? [])
    for (const selection of [...plain, ...(withArguments(address)[name] ?? [])]) {
      if (!WANTED.some((wanted) => `${name}.${selection}`.includes(wanted))) continue
      const costs: number[] = []
      for (let run = 0; run < RUNS; run++) {
        const without = await timeOf('__typename')
        costs.push((await timeOf(`__typename ${selection}`)) - without)
      }
      const us = median(costs)
      rows.push({
        name: `${name}.${selection}`,
        value: `${us.toFixed(1)} us, weight ${Math.max(1, Math.round(us / UNIT_US))}`,
      })
    }
  }
  printFigures(`Cost per field, unit ${UNIT_US} microseconds`, rows)
}

const SUBMIT_ALL =
  'mutation ($actions: [SignedActionInput!]!) { submitAll(actions: $actions) { __typename } }'
const SUBMISSIONS = 'query ($hashes: [String!]!) { submissions(hashes: $hashes) { __typename } }'
/** Most actions of a request. */
const MANY = 100

/** Costs of fields that take many actions: with one action, and of each further one. The node's own work is not among them. */
async function measureMany(api: ApiServer, genesis: Genesis, { people, assets }: Cast): Promise<void> {
  const [chainId, sender] = [chainIdOf(genesis), people[0]!]
  const actions = Array.from({ length: MANY }, (_, i) => {
    const [to, assetId] = [people[1 + (i % 50)]!.account, assets[i]!.id]
    const transfer = {
      chainId,
      from: sender.account,
      to,
      assetId,
      fromStart: 0n,
      amount: 1n,
      era: 9,
      memo: 1n,
    }
    return { transfer: inputOf(signTransfer(sender, transfer)) }
  })
  const rows = await api.services.database.sql<{ hash: Uint8Array }[]>`
    SELECT hash FROM transfer ORDER BY position DESC LIMIT ${MANY * REQUESTS}`
  // Half of them are final, and the node knows none of the others.
  const hashes = rows.map(({ hash }, i) => bytesToHex(i % 2 === 0 ? hash : fieldToBytes(h31(hash))))
  const sets: [name: string, query: string, variables: (count: number, i: number) => object][] = [
    ['Mutation.submitAll', SUBMIT_ALL, (count) => ({ actions: actions.slice(0, count) })],
    ['Query.submissions', SUBMISSIONS, (count, i) => ({ hashes: hashes.slice(i * MANY, i * MANY + count) })],
  ]
  const figures: Figure[] = []
  for (const [name, query, variables] of sets) {
    if (!WANTED.some((wanted) => name.includes(wanted))) continue
    const [one, more]: [number[], number[]] = [[], []]
    for (let run = 0; run < RUNS; run++) {
      const time = (count: number) => timePerRequest(api, query, (i) => variables(count, i), REQUESTS)
      const alone = await time(1)
      one.push(alone - (await timePerRequest(api, '{ __typename }', () => ({}), REQUESTS)))
      more.push(((await time(MANY)) - alone) / (MANY - 1))
    }
    const text = (us: number) => `${us.toFixed(1)} us, weight ${Math.max(1, Math.round(us / UNIT_US))}`
    figures.push({ name: `${name} of one`, value: text(median(one)) })
    figures.push({ name: `${name}, each further`, value: text(median(more)) })
  }
  printFigures(`Cost per action, unit ${UNIT_US} microseconds`, figures)
}

/** A field with as little inside as it takes; undefined if it needs arguments. */
function selectionOf(field: GraphQLField<unknown, unknown>): string | undefined {
  if (field.args.some(({ type }) => String(type).endsWith('!'))) return undefined
  const type = getNamedType(field.type)
  if (isLeafType(type)) return field.name
  if (!type.name.endsWith('Connection')) return `${field.name} { __typename }`
  return `${field.name}(first: 10) { nodes { __typename } }`
}

/** Objects that one measurement reaches at least, by repeating the request. */
const SAMPLE = 4_000
/** Microseconds per tick of /proc. */
const TICK_US = 10_000

/** Requests that one measurement makes at most. */
const REQUESTS = 40

/** Microseconds of processor time that requests take, here and in the database, per object that they reach. */
async function timePerObject(api: ApiServer, query: string, parents: number): Promise<number> {
  const requests = Math.min(REQUESTS, Math.max(1, Math.ceil(SAMPLE / parents)))
  return (await timePerRequest(api, query, () => ({}), requests)) / parents
}

async function timePerRequest(
  api: ApiServer,
  query: string,
  variables: (i: number) => object,
  requests: number,
): Promise<number> {
  const before = await databaseUs(api)
  const own = process.cpuUsage()
  for (let i = 0; i < requests; i++) await ask(api, query, variables(i))
  const { user, system } = process.cpuUsage(own)
  return (user + system + (await databaseUs(api)) - before) / requests
}

/** Processor time of the database's processes so far, in microseconds; 0 without /proc. */
async function databaseUs(api: ApiServer): Promise<number> {
  const pids = await api.services.database.sql<{ pid: number }[]>`SELECT pid FROM pg_stat_activity`
  return pids.reduce((sum, { pid }) => sum + ticksOf(pid) * TICK_US, 0)
}

/** User and system time of a process, in ticks of the kernel. */
function ticksOf(pid: number): number {
  try {
    const fields = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1]!.split(' ')
    return Number(fields[11]) + Number(fields[12])
  } catch {
    return 0
  }
}

async function ask(api: ApiServer, query: string, variables: object): Promise<void> {
  const response = await api.yoga.fetch('http://api/graphql', {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ query, variables }),
  })
  const text = await response.text()
  if (text.includes('"errors"')) throw new Error(`${query}: ${text.slice(0, 500)}`)
}
