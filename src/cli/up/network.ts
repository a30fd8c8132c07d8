import { existsSync, readdirSync } from 'node:fs'
import { createServer } from 'node:net'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { type DataDirectory, openDataDirectory } from '../../config/data-directory.ts'
import { Failure } from '../../config/failure.ts'
import { makePrivateFolder, writePrivateFile } from '../../config/files.ts'
import { poseidonWasm } from '../../crypto/poseidon-wasm.ts'
import { applyGenesis } from '../../ledger/apply-genesis.ts'
import { superviseEmbedded } from '../../postgres/supervise.ts'
import { openDatabase } from '../../storage/database.ts'
import { initializeChain } from '../../storage/initialize-chain.ts'
import { migrateDatabase } from '../../storage/migrate.ts'
import { newGenesis, readGenesis, writeGenesis } from '../files/genesis-file.ts'
import { developmentVkHash } from '../files/proving-key.ts'
import { makeTokens } from '../files/tokens.ts'
import { createValidatorKeys, validatorOf } from '../files/validator.ts'

const HOST = '127.0.0.1'
const DATABASE = 'inpigritas'
const BATCH_SIZE = 4
const STATE_DEPTH = 12
const PORT_WAIT_MS = 2_000

/** Connections that a node opens at most: for blocks, intake and peers, its lock, set-up and hash worker (src/node). */
const NODE_CONNECTIONS = 2 + 2 + 2 + 1 + 1 + 1
/** Those of its api: its pool and the listener, and those of webhooks: reads, lock and listener (src/cli/commands/api.ts). */
const API_CONNECTIONS = 10 + 1 + 3
/** Those of `ictl up` itself, the server's reserve, and whoever looks with psql. */
const OTHER_CONNECTIONS = 12
/** What the embedded server allows at least. */
const MIN_CONNECTIONS = 60

/** Connections that the embedded server of so many nodes must allow. */
export function connectionsOf(nodes: number): number {
  return Math.max(MIN_CONNECTIONS, nodes * (NODE_CONNECTIONS + API_CONNECTIONS) + OTHER_CONNECTIONS)
}

/** One node of a network on this machine. */
export interface Member {
  index: number
  paths: DataDirectory
  /** Its database, and the role that owns it, on the embedded server. */
  database: string
}

/** Of a network on this machine, api i listens on the first api's port plus i, and node i listens for peers 100 above its api's port. */
const PEER_PORT_OFFSET = 100

const membersFolder = (paths: DataDirectory) => join(paths.root, 'nodes')

/** The nodes of a data directory: node 0 in the directory itself, the others in its `nodes` folder. */
function membersOf(paths: DataDirectory): Member[] {
  const folder = membersFolder(paths)
  const others = existsSync(folder) ? readdirSync(folder).filter((name) => /^[1-9]\d*$/.test(name)) : []
  const indexes = others.map(Number).sort((a, b) => a - b)
  return [
    { index: 0, paths, database: DATABASE },
    ...indexes.map((index) => ({
      index,
      paths: openDataDirectory(join(folder, `${index}`)),
      database: `${DATABASE}_${index}`,
    })),
  ]
}

/**
 * Makes genesis, keys and tokens of a network whose `nodes` validators all run here, where they are not there yet.
 * @throws Failure NO_GENESIS, ERA_FIXED, NODES_FIXED
 */
export function prepareNetwork(
  paths: DataDirectory,
  { eraMs, nodes }: { eraMs?: number | undefined; nodes?: number | undefined },
): Member[] {
  if (!existsSync(paths.genesis)) makeNetwork(paths, eraMs, nodes ?? 1)
  else checkNetwork(paths, eraMs, nodes)
  makeTokens(paths)
  return membersOf(paths)
}

function makeNetwork(paths: DataDirectory, eraMs: number | undefined, nodes: number): void {
  if (existsSync(join(paths.node, 'signer.json'))) {
    throw new Failure('NO_GENESIS', `${paths.genesis} is missing, but a chain has run here`, {
      hint: 'restore the file, or start a new chain with another --data',
    })
  }
  for (let i = 1; i < nodes; i++) makePrivateFolder(join(membersFolder(paths), `${i}`))
  const members = membersOf(paths).slice(0, nodes)
  const genesis = newGenesis({
    name: 'inpigritas-local',
    validators: members.map((member) =>
      validatorOf(`validator-${member.index}`, createValidatorKeys(member.paths.node)),
    ),
    vkHash: developmentVkHash(BATCH_SIZE, STATE_DEPTH),
    now: Date.now(),
    ...(eraMs === undefined ? {} : { eraMs }),
    rest: { batchSize: BATCH_SIZE, stateDepth: STATE_DEPTH },
  })
  // The first one's comes last: it says that all is there.
  for (const member of members.reverse()) writeGenesis(member.paths.genesis, genesis)
}

function checkNetwork(paths: DataDirectory, eraMs: number | undefined, nodes: number | undefined): void {
  const genesis = readGenesis(paths.genesis)
  if (eraMs !== undefined && genesis.eraMs !== eraMs) {
    throw new Failure('ERA_FIXED', `this chain has eras of ${genesis.eraMs} ms, fixed by its genesis`, {
      hint: 'leave out --era, or start a new chain with another --data',
    })
  }
  const here = membersOf(paths).length
  if (nodes !== undefined && nodes !== here) {
    throw new Failure(
      'NODES_FIXED',
      `this chain has ${genesis.validators.length} validators, and ${here} of them run here`,
      {
        hint: 'leave out --nodes, or start a new chain with another --data',
      },
    )
  }
}

/** Writes each node's `peers.json`, for several nodes on this machine. */
export function writeLocalPeers(members: readonly Member[], port: number): void {
  if (members.length === 1) return
  const addressOf = ({ index }: Member) => `${HOST}:${port + PEER_PORT_OFFSET + index}`
  for (const member of members) {
    const peers = members
      .filter((other) => other !== member)
      .map((other) => ({ name: `validator-${other.index}`, address: addressOf(other) }))
    const content = { format: '1', listen: addressOf(member), peers }
    writePrivateFile(member.paths.peers, `${JSON.stringify(content, null, 2)}\n`)
  }
}

/**
 * Prepares the nodes' databases, and returns their URLs in the nodes' order: the one of DATABASE_URL for a single node, else one per node on
 * the embedded server, which is supervised.
 * @throws Failure ONE_DATABASE, or as `superviseEmbedded`
 */
export async function prepareDatabases(
  members: readonly Member[],
  onRestart: (line: string) => void,
): Promise<{ urls: string[]; failed: Promise<never>; stop(): Promise<void> }> {
  const [first] = members
  const external = process.env.DATABASE_URL
  if (external) {
    if (members.length > 1) {
      throw new Failure(
        'ONE_DATABASE',
        'DATABASE_URL names one database, and this network has several nodes',
        {
          hint: 'unset it to use the embedded Postgres, or run each node with ictl node and its own DATABASE_URL',
        },
      )
    }
    await prepareSchema(external, first!.paths)
    return { urls: [external], failed: new Promise(() => {}), stop: async () => {} }
  }
  const server = await superviseEmbedded({
    dataDir: first!.paths.root,
    settings: { max_connections: `${connectionsOf(members.length)}` },
    onRestart,
  })
  try {
    const urls: string[] = []
    for (const { index, database, paths } of members) {
      const role = index === 0 ? undefined : database
      await createDatabase(server.url('postgres'), database, role)
      urls.push(server.url(database, role))
      await prepareSchema(urls.at(-1)!, paths)
    }
    return { urls, failed: server.failed, stop: server.stop }
  } catch (error) {
    await server.stop()
    throw error
  }
}

/** Makes a node's database, if it does not exist. Other nodes' roles cannot connect to it. */
async function createDatabase(adminUrl: string, database: string, role: string | undefined): Promise<void> {
  const admin = openDatabase(adminUrl, { max: 1 })
  try {
    const [known] = await admin.sql`SELECT 1 FROM pg_database WHERE datname = ${database}`
    if (known) return
    const [user] = await admin.sql`SELECT 1 FROM pg_roles WHERE rolname = ${role ?? ''}`
    if (role !== undefined && !user) await admin.sql.unsafe(`CREATE ROLE ${role} LOGIN`)
    await admin.sql.unsafe(`CREATE DATABASE ${database} ${role === undefined ? '' : `OWNER ${role}`}`)
    await admin.sql.unsafe(`REVOKE CONNECT ON DATABASE ${database} FROM PUBLIC`)
  } finally {
    await admin.close()
  }
}

async function prepareSchema(url: string, paths: DataDirectory): Promise<void> {
  const database = openDatabase(url, { max: 2 })
  try {
    await migrateDatabase(database)
    const genesis = readGenesis(paths.genesis)
    await initializeChain(database, genesis, applyGenesis(poseidonWasm(), genesis))
  } finally {
    await database.close()
  }
}

/**
 * Checks that a port can be used. If it is in use, waits up to 2 s: processes of a network that was just killed end by themselves.
 * @throws Failure PORT_TAKEN
 */
export async function checkPort(host: string, port: number): Promise<void> {
  for (const deadline = Date.now() + PORT_WAIT_MS; ; ) {
    const cause = await tryPort(host, port)
    if (cause === undefined) return
    const taken = cause.code === 'EADDRINUSE'
    if (!taken || Date.now() > deadline) {
      const reason = taken ? 'another program uses it' : cause.code
      throw new Failure('PORT_TAKEN', `port ${port} is taken or cannot be opened: ${reason}`, {
        hint: 'choose another with --port',
        cause,
      })
    }
    await sleep(100)
  }
}

function tryPort(host: string, port: number): Promise<NodeJS.ErrnoException | undefined> {
  return new Promise((resolve) => {
    const probe = createServer()
    probe.once('error', resolve)
    probe.listen(port, host, () => probe.close(() => resolve(undefined)))
  })
}

/** The folder of the children's logs. */
export const logFolder = (paths: DataDirectory) => join(paths.root, 'logs')
