import { randomBytes } from 'node:crypto'
import { existsSync } from 'node:fs'
import { createServer } from 'node:net'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import type { DataDirectory } from '../../config/data-directory.ts'
import { Failure } from '../../config/failure.ts'
import { writePrivateFile } from '../../config/files.ts'
import { applyGenesis } from '../../ledger/apply-genesis.ts'
import { openDatabase } from '../../storage/database.ts'
import { startEmbedded } from '../../storage/embedded/server.ts'
import { initialiseChain } from '../../storage/initialise-chain.ts'
import { migrateDatabase } from '../../storage/migrate.ts'
import { newGenesis, readGenesis, writeGenesis } from './genesis-file.ts'
import { developmentVkHash } from './proving-key.ts'
import { createValidatorKeys, readValidatorKeys, validatorOf } from './validator.ts'

const DATABASE = 'inpigritas'
const BATCH_SIZE = 4
const STATE_DEPTH = 12
const PORT_WAIT_MS = 2_000

/** Makes genesis, keys and tokens of a network of one, where they are not there yet. */
export function prepareNetwork(paths: DataDirectory, eraMs: number | undefined): void {
  if (!existsSync(paths.genesis)) {
    if (existsSync(join(paths.node, 'signer.json'))) {
      throw new Failure('NO_GENESIS', `${paths.genesis} is gone, and a chain was run here`, {
        hint: 'put the file back, or begin a new chain with another --data',
      })
    }
    const keys = createValidatorKeys(paths.node)
    const genesis = newGenesis({
      name: 'inpigritas-local',
      validators: [validatorOf('validator-0', keys)],
      vkHash: developmentVkHash(BATCH_SIZE, STATE_DEPTH),
      now: Date.now(),
      ...(eraMs === undefined ? {} : { eraMs }),
      rest: { batchSize: BATCH_SIZE, stateDepth: STATE_DEPTH },
    })
    writeGenesis(paths.genesis, genesis)
  } else {
    readValidatorKeys(paths.node)
    const fixed = readGenesis(paths.genesis).eraMs
    if (eraMs !== undefined && fixed !== eraMs) {
      throw new Failure('ERA_FIXED', `this chain has eras of ${fixed} ms, fixed by its genesis`, {
        hint: 'leave --era out, or begin a new chain with another --data',
      })
    }
  }
  for (const token of [paths.operatorToken, paths.proverToken]) {
    if (!existsSync(token)) writePrivateFile(token, `${randomBytes(32).toString('hex')}\n`)
  }
}

/** A database ready for the node: DATABASE_URL, or the embedded server's. */
export async function prepareDatabase(
  paths: DataDirectory,
): Promise<{ url: string; ended: Promise<void>; stop(): Promise<void> }> {
  const external = process.env.DATABASE_URL
  if (external) {
    await prepareSchema(external, paths)
    return { url: external, ended: new Promise(() => {}), stop: async () => {} }
  }
  const server = await startEmbedded({ dataDir: paths.root })
  try {
    await createDatabase(server.url('postgres'))
    const url = server.url(DATABASE)
    await prepareSchema(url, paths)
    return { url, ended: server.ended, stop: () => server.stop() }
  } catch (error) {
    await server.stop()
    throw error
  }
}

async function createDatabase(adminUrl: string): Promise<void> {
  const admin = openDatabase(adminUrl, { max: 1 })
  try {
    const [known] = await admin.sql`SELECT 1 FROM pg_database WHERE datname = ${DATABASE}`
    if (!known) await admin.sql.unsafe(`CREATE DATABASE ${DATABASE}`)
  } finally {
    await admin.close()
  }
}

async function prepareSchema(url: string, paths: DataDirectory): Promise<void> {
  const database = openDatabase(url, { max: 2 })
  try {
    await migrateDatabase(database)
    const genesis = readGenesis(paths.genesis)
    await initialiseChain(database, genesis, applyGenesis(genesis))
  } finally {
    await database.close()
  }
}

/** Waits a moment for the parts of a network that was killed just now; they end by themselves. @throws Failure PORT_TAKEN */
export async function checkPort(host: string, port: number): Promise<void> {
  for (const deadline = Date.now() + PORT_WAIT_MS; ; ) {
    const cause = await tryPort(host, port)
    if (cause === undefined) return
    const taken = cause.code === 'EADDRINUSE'
    if (!taken || Date.now() > deadline) {
      const what = taken ? 'is taken by another program' : `cannot be used (${cause.code})`
      throw new Failure('PORT_TAKEN', `port ${port} ${what}`, { hint: 'choose another with --port', cause })
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

/** Where the logs of the parts are. */
export const logFolder = (paths: DataDirectory) => join(paths.root, 'logs')
