import { randomInt } from 'node:crypto'
import { setTimeout as sleep } from 'node:timers/promises'
import { bytesToHex } from '../codec/bytes.ts'
import { decodeCertificate } from '../consensus/codec.ts'
import type { ReplicaConfig } from '../consensus/types.ts'
import { fieldToHex } from '../crypto/field.ts'
import type { Poseidon } from '../crypto/poseidon.ts'
import { applyGenesis } from '../ledger/apply-genesis.ts'
import { chainIdOf } from '../ledger/genesis.ts'
import type { Rules } from '../ledger/rules.ts'
import { Pool } from '../mempool/pool.ts'
import { loadConsensus } from '../storage/consensus-store.ts'
import { type Database, databaseFailure, openDatabase } from '../storage/database.ts'
import { initializeChain, isInitialized } from '../storage/initialize-chain.ts'
import { loadLedgerState, loadTip, type StoredTip } from '../storage/load-state.ts'
import { migrateDatabase } from '../storage/migrate.ts'
import { holdNodeLock } from '../storage/node-lock.ts'
import { readFinal } from '../storage/reads/transfers.ts'
import { Chain } from './chain/chain.ts'
import { lockTaken } from './chain/committer.ts'
import type { LoopStart } from './chain/consensus-loop.ts'
import { openSigner, reloadPool } from './chain/recover.ts'
import { SignerFile } from './chain/signer-file.ts'
import type { NodeOptions } from './options.ts'
import type { Resources } from './resources.ts'
import { type RunningHasher, startHasher } from './trees/hasher.ts'

/** Connections for blocks, the pool and reads. The lock and the hash worker have one more each. */
const CONNECTIONS = 4
/** Longest wait for another node's lock. */
const LOCK_TIMEOUT_MS = 3_000

/** Connections of a node to its database. */
export interface Storage {
  database: Database
  /** One connection that holds the node's lock. */
  lockSession: Database
}

/** Opens the database, creates its tables on first use, and takes the lock that keeps other nodes off it. */
export async function openStorage(
  poseidon: Poseidon,
  { databaseUrl, genesis }: NodeOptions,
  resources: Resources,
): Promise<Storage> {
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
    await initializeChain(database, genesis, applyGenesis(poseidon, genesis))
  return { database, lockSession }
}

/** Waits a moment for the lock: Postgres may not have noticed yet that a node was killed. */
async function takeLock(session: Database): Promise<void> {
  const deadline = performance.now() + LOCK_TIMEOUT_MS
  while (!(await holdNodeLock(session))) {
    if (performance.now() > deadline) throw lockTaken()
    await sleep(50)
  }
}

/** Loads the final state here and the trees in the hash worker, at the same time. */
export async function loadFinal(
  poseidon: Poseidon,
  { genesis, databaseUrl, onFatal }: NodeOptions,
  database: Database,
  resources: Resources,
): Promise<{ tip: StoredTip; chain: Chain; hasher: RunningHasher }> {
  const { stateDepth: depth, batchSize } = genesis
  const tip = await loadTip(database)
  if (tip === undefined) throw new Error('the database has no genesis block')
  const hashing = startHasher({ databaseUrl, depth, batchSize, chainId: chainIdOf(genesis) }, onFatal)
  const loading = loadLedgerState(database, poseidon, randomInt(2 ** 32))
  await Promise.allSettled([hashing, loading])
  const hasher = await hashing
  resources.add(() => hasher.close())
  const state = await loading
  return { tip, hasher, chain: new Chain({ header: tip.header, hash: bytesToHex(tip.hash) }, state) }
}

/** Loads the stored pool on top of the final state, and drops the actions that no longer apply. */
export async function loadPool(
  { genesis, log }: NodeOptions,
  rules: Rules,
  database: Database,
  { state }: Chain,
  era: number,
): Promise<Pool> {
  const { poolEntries, poolBytes, poolPerSigner } = genesis.limits
  const limits = { entries: poolEntries, bytes: poolBytes, perSigner: poolPerSigner }
  const pool = new Pool(state, { ledger: rules, limits })
  const { loaded, dropped } = await reloadPool(database, rules.poseidon, pool, era)
  if (loaded + dropped > 0) log.info({ loaded, dropped }, 'pool reloaded')
  return pool
}

/** Loads what the replica resumes from: what consensus stored, and what this validator signed. @throws Failure as openSigner */
export async function loadReplica(
  { genesis, dir, votingKey, recover = false }: NodeOptions,
  database: Database,
  config: ReplicaConfig,
  tip: StoredTip,
): Promise<{ signer: SignerFile; start: LoopStart }> {
  const { chainId, validators } = config
  const { maxBodyBytes } = genesis.limits
  const stored = await loadConsensus(database, { validators, maxBodyBytes })
  const { height, view, era } = tip.header
  const { signer, nonce } =
    votingKey === undefined
      ? { signer: SignerFile.forgotten(dir, fieldToHex(chainId)) }
      : openSigner(dir, { chainId, validators, tipView: view, stored }, recover)
  const committed = { hash: bytesToHex(tip.hash), height, view, era }
  const certificate = tip.certificate && decodeCertificate(tip.certificate, validators)
  return { signer, start: { config, committed, certificate, stored, signed: signer.signed, nonce } }
}

/** Whether an action of this hash is in the history. @throws Failure while the database does not answer */
export async function isFinal(database: Database, hash: bigint): Promise<boolean> {
  try {
    return (await readFinal(database, [hash])).has(hash)
  } catch (error) {
    throw databaseFailure(error)
  }
}
