import { randomInt } from 'node:crypto'
import { setTimeout as sleep } from 'node:timers/promises'
import { bytesToHex } from '../codec/bytes.ts'
import { applyGenesis } from '../ledger/apply-genesis.ts'
import { chainIdOf } from '../ledger/genesis.ts'
import { type Database, openDatabase } from '../storage/database.ts'
import { initializeChain, isInitialized } from '../storage/initialize-chain.ts'
import { loadLedgerState, loadTip, type StoredTip } from '../storage/load-state.ts'
import { migrateDatabase } from '../storage/migrate.ts'
import { holdNodeLock } from '../storage/node-lock.ts'
import { Chain } from './chain/chain.ts'
import { lockTaken } from './chain/committer.ts'
import type { Resources } from './resources.ts'
import type { NodeOptions } from './start-node.ts'
import { type RunningHasher, startHasher } from './trees/hasher.ts'

/** Connections for blocks, the pool and reads; the lock and the hash worker have one each besides. */
const CONNECTIONS = 4
/** Longest wait for another node's lock. */
const LOCK_TIMEOUT_MS = 3_000

/** Opens the database, made on first use, and keeps every other node off it. */
export async function openStorage({ databaseUrl, genesis }: NodeOptions, resources: Resources) {
  const open = (max: number, applicationName: string): Database => {
    const database = openDatabase(databaseUrl, { max, applicationName })
    resources.add(() => database.close())
    return database
  }
  const database = open(CONNECTIONS, 'inpigritas node')
  const lockSession = open(1, 'inpigritas node lock')
  await migrateDatabase(database)
  await takeLock(lockSession)
  if (!(await isInitialized(database, genesis)))
    await initializeChain(database, genesis, applyGenesis(genesis))
  return { database, lockSession }
}

/** A node killed a moment ago may leave a session behind that Postgres has yet to notice. */
async function takeLock(session: Database): Promise<void> {
  const deadline = performance.now() + LOCK_TIMEOUT_MS
  while (!(await holdNodeLock(session))) {
    if (performance.now() > deadline) throw lockTaken()
    await sleep(50)
  }
}

/** Final state and trees, loaded side by side in two threads. */
export async function loadFinal(
  { genesis, databaseUrl, onFatal }: NodeOptions,
  database: Database,
  resources: Resources,
): Promise<{ tip: StoredTip; chain: Chain; hasher: RunningHasher }> {
  const { stateDepth: depth, batchSize } = genesis
  const tip = await loadTip(database)
  if (tip === undefined) throw new Error('the database has no genesis block')
  const hashing = startHasher({ databaseUrl, depth, batchSize, chainId: chainIdOf(genesis) }, onFatal)
  const loading = loadLedgerState(database, randomInt(2 ** 32))
  await Promise.allSettled([hashing, loading])
  const hasher = await hashing
  resources.add(() => hasher.close())
  const state = await loading
  return { tip, hasher, chain: new Chain({ header: tip.header, hash: bytesToHex(tip.hash) }, state) }
}
