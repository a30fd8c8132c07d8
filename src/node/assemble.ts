import { randomInt } from 'node:crypto'
import { bytesToHex, equalBytes } from '../codec/bytes.ts'
import { Failure } from '../config/failure.ts'
import { decodeCertificate } from '../consensus/codec.ts'
import type { Point, ReplicaConfig } from '../consensus/types.ts'
import { ed25519PublicKey, signEd25519, verifyEd25519 } from '../crypto/ed25519.ts'
import { fieldToHex } from '../crypto/field.ts'
import { applyGenesis } from '../ledger/apply-genesis.ts'
import { chainIdOf, type Genesis, paramsHashOf } from '../ledger/genesis.ts'
import { rulesOf } from '../ledger/rules.ts'
import { Pool } from '../mempool/pool.ts'
import type { ControlHandler, NodeStatus } from '../network/control.ts'
import { loadConsensus } from '../storage/consensus-store.ts'
import { type Database, openDatabase } from '../storage/database.ts'
import { initialiseChain, isInitialised } from '../storage/initialise-chain.ts'
import { loadLedgerState, loadTip, type StoredTip } from '../storage/load-state.ts'
import { migrateDatabase } from '../storage/migrate.ts'
import { holdNodeLock } from '../storage/node-lock.ts'
import { insertPoolEntries } from '../storage/pool-store.ts'
import { readTransfersByHash } from '../storage/reads/transfers.ts'
import { Chain } from './chain.ts'
import { eraAt } from './clock.ts'
import { Committer, lockTaken } from './committer.ts'
import { ConsensusLoop } from './consensus-loop.ts'
import { controlHandler } from './control-handler.ts'
import { type RunningHasher, startHasher } from './hasher.ts'
import { Pipeline } from './pipeline.ts'
import { openSigner, reloadPool } from './recover.ts'
import type { Resources } from './resources.ts'
import { Signatures } from './signatures.ts'
import type { NodeOptions } from './start-node.ts'
import { Submissions } from './submissions.ts'

/** Connections for blocks, the pool and reads; the lock and the hash worker have one each besides. */
const CONNECTIONS = 4
/** Longest wait, when the node stops, for a database that is away. */
const STOP_TIMEOUT_MS = 10_000

/** A node put together and not yet running. */
export interface Assembled {
  loop: ConsensusLoop
  handler: ControlHandler
  status(): NodeStatus
  /** Stops proposing and accepting, and waits for writes under way. */
  stopMaking(): Promise<void>
}

/** Opens storage, loads everything, and connects the parts. What it opens it adds to `resources`. */
export async function assemble(options: NodeOptions, resources: Resources): Promise<Assembled> {
  const { genesis, log, onFatal } = options
  const now = options.now ?? Date.now
  const self = indexOfValidator(genesis, options.votingKey)
  const { database, lockSession } = await openStorage(options, resources)
  const { tip, chain, hasher } = await loadFinal(options, database, resources)

  const rules = rulesOf(genesis)
  const { poolEntries, poolBytes, poolPerSigner } = genesis.limits
  const pool = new Pool(chain.state, {
    ledger: rules,
    limits: { entries: poolEntries, bytes: poolBytes, perSigner: poolPerSigner },
  })
  const clock = { startTimeMs: genesis.startTime, eraMs: genesis.eraMs }
  const era = () => eraAt(now(), clock)
  const { loaded, dropped } = await reloadPool(database, pool, era())
  if (loaded + dropped > 0) log.info({ loaded, dropped }, 'pool reloaded')

  const signatures = new Signatures(options.signatureThreads ?? 1, onFatal)
  resources.add(() => signatures.close())
  const parts = { chain, pool, signatures, hasher, rules, limits: genesis.limits, roots: hasher.roots }
  const pipeline = new Pipeline(parts)
  const limits = { validators: genesis.validators.length, maxBodyBytes: genesis.limits.maxBodyBytes }
  const stored = await loadConsensus(database, limits)
  const past = { chainId: rules.chainId, tipView: tip.header.view, stored }
  const signer = openSigner(options.dir, past, options.recover ?? false)
  const committer = new Committer({ database, lockSession, chain, pipeline, signer, log })
  const submissions = new Submissions({
    pool,
    signatures,
    era,
    store: (entries) => insertPoolEntries(database, entries),
    finalHeight: async (hash) => (await readTransfersByHash(database, [hash]))[0]?.height,
  })
  const loop = new ConsensusLoop(
    {
      pipeline,
      persist: (writes) => committer.persist(writes),
      commit: (proposal, certificate) => committer.commit(proposal, certificate),
      network: { send: () => undefined, fetch: () => undefined },
      now,
      onFatal,
      onInvalid: ({ hash, header }, reason) =>
        log.error({ hash, height: header.height, reason }, 'invalid block'),
    },
    {
      config: replicaConfig(genesis, self, options.votingKey),
      committed: pointOf(tip),
      certificate: tip.certificate && decodeCertificate(tip.certificate, limits.validators),
      stored,
    },
  )

  const status = (): NodeStatus => ({
    chainId: fieldToHex(rules.chainId),
    state: committer.paused ? 'PAUSED' : 'READY',
    height: loop.height,
    finalHeight: chain.tip.header.height,
    finalEra: chain.tip.header.era,
    era: era(),
    view: loop.view,
    hashLag: pipeline.hashLag,
    poolSize: pool.size,
    peers: 0,
    version: options.version,
  })
  const stopMaking = async (): Promise<void> => {
    const giveUp = setTimeout(() => committer.abort(), STOP_TIMEOUT_MS)
    await Promise.all([loop.stop(), submissions.idle()])
    clearTimeout(giveUp)
  }
  return { loop, handler: controlHandler(pool, submissions, status), status, stopMaking }
}

async function openStorage({ databaseUrl, genesis }: NodeOptions, resources: Resources) {
  const open = (max: number, applicationName: string): Database => {
    const database = openDatabase(databaseUrl, { max, applicationName })
    resources.add(() => database.close())
    return database
  }
  const database = open(CONNECTIONS, 'inpigritas node')
  const lockSession = open(1, 'inpigritas node lock')
  await migrateDatabase(database)
  if (!(await holdNodeLock(lockSession))) throw lockTaken()
  if (!(await isInitialised(database, genesis)))
    await initialiseChain(database, genesis, applyGenesis(genesis))
  return { database, lockSession }
}

/** Final state and trees, loaded side by side in two threads. */
async function loadFinal(
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

function indexOfValidator({ validators }: Genesis, votingKey: Uint8Array): number {
  const own = ed25519PublicKey(votingKey)
  const index = validators.findIndex((validator) => equalBytes(validator.votingKey, own))
  if (index < 0) {
    throw new Failure('NOT_A_VALIDATOR', 'The voting key is none of those in the genesis file.', {
      hint: 'Use the key that belongs to this chain, or the genesis that names this key.',
    })
  }
  return index
}

function replicaConfig(genesis: Genesis, self: number, votingKey: Uint8Array): ReplicaConfig {
  const keys = genesis.validators.map((validator) => validator.votingKey)
  return {
    chainId: chainIdOf(genesis),
    paramsHash: paramsHashOf(genesis),
    validators: keys.length,
    self,
    startTimeMs: genesis.startTime,
    eraMs: genesis.eraMs,
    baseMs: genesis.baseMs,
    skewMs: genesis.skewMs,
    sign: (message) => signEd25519(votingKey, message),
    verify: (validator, message, signature) => verifyEd25519(keys[validator]!, message, signature),
  }
}

function pointOf({ header, hash }: StoredTip): Point {
  const { height, view, era } = header
  return { hash: bytesToHex(hash), height, view, era }
}
