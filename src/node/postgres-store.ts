import type { Poseidon } from '../crypto/poseidon.ts'
import { applyGenesis } from '../ledger/apply-genesis.ts'
import type { Genesis } from '../ledger/genesis.ts'
import { keepCheckpoints, loadCheckpoints } from '../storage/checkpoints.ts'
import { commitBlock } from '../storage/commit-block.ts'
import { loadConsensus, persistConsensus, pruneConsensus } from '../storage/consensus-store.ts'
import { type Database, type DatabaseOptions, databaseFailure, openDatabase } from '../storage/database.ts'
import { insertEvidence } from '../storage/evidence.ts'
import { initializeChain, isInitialized } from '../storage/initialize-chain.ts'
import { loadLedgerState, loadTip } from '../storage/load-state.ts'
import { loadLog, readLogTile } from '../storage/log.ts'
import { migrateDatabase } from '../storage/migrate.ts'
import { NodeLock } from '../storage/node-lock.ts'
import { deletePoolEntries, insertPoolEntries, loadPool } from '../storage/pool-store.ts'
import { readFinalBlock, readFinalBlocks, readNewestCertified } from '../storage/reads/final-blocks.ts'
import { readFinal } from '../storage/reads/transfers.ts'
import type { NodeOptions } from './options.ts'
import type { Resources } from './resources.ts'
import type { NodeStore } from './store.ts'
import { lockTaken, takeLock } from './take-lock.ts'

/**
 * Connections by purpose, so that no purpose waits for another: votes and commits, which run at the same time; what clients submit; what peers read.
 * The lock and the hash worker have one more each.
 */
const CONNECTIONS = { blocks: 2, intake: 2, peers: 2 }
/** What a statement of a node may take. The largest blocks take a few seconds. */
const STATEMENT_MS = 60_000
/** What a look at the lock may take. */
const LOCK_STATEMENT_MS = 5_000

/** Opens the database, creates its tables on first use, and takes the lock that keeps other nodes off it. */
export async function openPostgresStore(
  poseidon: Poseidon,
  { databaseUrl, genesis, patience, log }: Pick<NodeOptions, 'databaseUrl' | 'genesis' | 'patience' | 'log'>,
  resources: Resources,
): Promise<NodeStore> {
  const open = (options: DatabaseOptions): Database => {
    const database = openDatabase(databaseUrl, patience === undefined ? options : { ...options, patience })
    resources.add(() => database.close())
    return database
  }
  const setup = open({ max: 1, applicationName: 'inpigritas node setup' })
  const lock = new NodeLock(
    open({ max: 1, applicationName: 'inpigritas node lock', statementMs: LOCK_STATEMENT_MS }),
  )
  await migrateDatabase(setup)
  await takeLock(lock, log)
  if (!(await isInitialized(setup, genesis)))
    await initializeChain(setup, genesis, applyGenesis(poseidon, genesis))
  await setup.close()
  const pool = (max: number, applicationName: string) =>
    open({ max, applicationName, statementMs: STATEMENT_MS })
  return postgresStore(
    {
      database: pool(CONNECTIONS.blocks, 'inpigritas node'),
      intake: pool(CONNECTIONS.intake, 'inpigritas node intake'),
      peers: pool(CONNECTIONS.peers, 'inpigritas node peers'),
      lock,
    },
    genesis,
  )
}

async function holdLock(lock: NodeLock): Promise<void> {
  if (!(await lock.hold())) throw lockTaken()
}

/** Connections by what they are for. */
interface Pools {
  database: Database
  intake: Database
  peers: Database
  lock: NodeLock
}

function postgresStore({ database, intake, peers, lock }: Pools, genesis: Genesis): NodeStore {
  const validators = genesis.validators.length
  const { maxBodyBytes } = genesis.limits
  return {
    async tip() {
      const tip = await loadTip(database)
      if (tip === undefined) throw new Error('the database has no genesis block')
      return tip
    },
    state: (rules, seed) => loadLedgerState(database, rules, seed),
    log: () => loadLog(database),
    logTile: (tile) => readLogTile(peers, tile),
    consensus: () => loadConsensus(database, { validators, maxBodyBytes }),
    pool: (onDamaged) => loadPool(database, onDamaged),
    persist: (writes) => persistConsensus(database, writes, validators),
    prune: (view) => pruneConsensus(database, view),
    async commit(block) {
      await holdLock(lock)
      await commitBlock(database, block)
    },
    beat: () => holdLock(lock),
    insertPool: (entries) => insertPoolEntries(intake, entries),
    deletePool: (hashes) => deletePoolEntries(database, hashes),
    checkpoints: () => loadCheckpoints(database, validators),
    keepCheckpoints: (checkpoints) => keepCheckpoints(peers, checkpoints),
    insertEvidence: (evidence) => insertEvidence(database, evidence),
    async isFinal(hash) {
      try {
        return (await readFinal(intake, [hash])).has(hash)
      } catch (error) {
        throw databaseFailure(error)
      }
    },
    newestCertified: () => readNewestCertified(database, validators),
    block: (hash) => readFinalBlock(peers, hash),
    blocks: (page) => readFinalBlocks(peers, page),
  }
}
