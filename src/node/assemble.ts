import { bytesToHex, equalBytes } from '../codec/bytes.ts'
import { Failure } from '../config/failure.ts'
import { decodeCertificate } from '../consensus/codec.ts'
import { accusedBy } from '../consensus/evidence.ts'
import type { Point, ReplicaConfig } from '../consensus/types.ts'
import type { ControlHandler, NodeStatus } from '../control/client.ts'
import { ed25519PublicKey, signEd25519, verifyEd25519 } from '../crypto/ed25519.ts'
import { fieldToHex } from '../crypto/field.ts'
import { sha256 } from '../crypto/hash.ts'
import { chainIdOf, type Genesis, paramsHashOf } from '../ledger/genesis.ts'
import { rulesOf } from '../ledger/rules.ts'
import { Pool } from '../mempool/pool.ts'
import { loadConsensus } from '../storage/consensus-store.ts'
import { type Database, databaseFailure } from '../storage/database.ts'
import { insertEvidence } from '../storage/evidence.ts'
import type { StoredTip } from '../storage/load-state.ts'
import { insertPoolEntries } from '../storage/pool-store.ts'
import { readTransfersByHash } from '../storage/reads/transfers.ts'
import { Pipeline } from './chain/block-executor.ts'
import { Committer } from './chain/committer.ts'
import { ConsensusLoop } from './chain/consensus-loop.ts'
import { openSigner, reloadPool } from './chain/recover.ts'
import { SignerFile } from './chain/signer-file.ts'
import { eraAt } from './clock.ts'
import { controlHandler } from './intake/control-handler.ts'
import { Signatures } from './intake/signatures.ts'
import { Submissions } from './intake/submissions.ts'
import { loadFinal, openStorage } from './load.ts'
import { nodeMetrics } from './metrics.ts'
import { ActionStore } from './peers/action-store.ts'
import { Peering } from './peers/peering.ts'
import { loadPeerStatus, storedBlocks } from './peers/stored-blocks.ts'
import type { Resources } from './resources.ts'
import type { NodeOptions } from './start-node.ts'

/** Longest wait, when the node stops, for a database that is away. */
const STOP_TIMEOUT_MS = 10_000

/** A node put together and not yet running. */
export interface Assembled {
  peering: Peering | undefined
  /** Opens the port for peers and takes the first step. */
  start(): Promise<void>
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
  const store = new ActionStore(pool.limits)
  const pipeline = new Pipeline({
    chain,
    pool,
    signatures,
    hasher,
    rules,
    limits: genesis.limits,
    known: (id) => store.get(id),
    roots: hasher.roots,
  })
  const limits = { validators: genesis.validators.length, maxBodyBytes: genesis.limits.maxBodyBytes }
  const stored = await loadConsensus(database, limits)
  const past = {
    chainId: rules.chainId,
    validators: limits.validators,
    tipView: tip.header.view,
    stored,
  }
  const { signer, nonce } =
    self === undefined
      ? { signer: SignerFile.forgotten(options.dir, fieldToHex(rules.chainId)) }
      : openSigner(options.dir, past, options.recover ?? false)
  const committer = new Committer({
    database,
    lockSession,
    chain,
    pipeline,
    signer,
    validators: limits.validators,
    log,
    onCommitted: (proposal, certificate) => {
      if (certificate.hash === proposal.hash) ownStatus = { header: proposal.header, certificate }
      peering?.committed()
    },
  })
  const submissions = new Submissions({
    pool,
    signatures,
    era,
    store: (entries) => insertPoolEntries(database, entries),
    finalHeight: (hash) => finalHeight(database, hash),
    onAdmitted: (entry) => peering?.admitted(entry),
  })
  const config = replicaConfig(genesis, self, options.votingKey)
  let ownStatus = await loadPeerStatus(database, limits.validators)
  const peering =
    options.network &&
    new Peering({
      ...options.network,
      software: options.version,
      config,
      limits: genesis.limits,
      pool,
      store,
      submissions,
      log,
      now,
      tip: () => ({ height: chain.tip.header.height, hash: chain.tip.hash }),
      status: () => ownStatus,
      stored: storedBlocks(database, genesis),
      onDuplicate: () => onFatal(duplicateKey()),
      onFatal,
    })
  let equivocations = 0
  const loop = new ConsensusLoop(
    {
      pipeline,
      persist: (writes) => committer.persist(writes),
      commit: (proposal, certificate) => committer.commit(proposal, certificate),
      network: {
        send: (effect) => peering?.send(effect),
        fetch: (hash) => peering?.fetch(hash),
      },
      now,
      onFatal,
      onEvidence: (evidence) => {
        const { validator, view } = accusedBy(evidence)
        const { name } = genesis.validators[validator]!
        equivocations += 1
        log.error({ validator: name, view, kind: evidence.type }, 'a validator equivocated')
        insertEvidence(database, evidence).catch((err) => log.warn({ err }, 'evidence could not be stored'))
      },
      onInvalid: ({ hash, header }, reason) =>
        log.error({ hash, height: header.height, reason }, 'invalid block'),
    },
    {
      config,
      committed: pointOf(tip),
      certificate: tip.certificate && decodeCertificate(tip.certificate, limits.validators),
      stored,
      signed: signer.signed,
      nonce,
    },
  )

  const status = (): NodeStatus => ({
    chainId: fieldToHex(rules.chainId),
    state: stateOf(committer, loop, peering, genesis.skewMs),
    height: loop.height,
    finalHeight: chain.tip.header.height,
    finalEra: chain.tip.header.era,
    era: era(),
    view: loop.view,
    hashLag: pipeline.hashLag,
    poolSize: pool.size,
    peers: (peering?.set.links ?? []).map(({ peer, software, status: reported }) => ({
      name: peer.name,
      validator: peer.validator !== undefined,
      height: reported?.header.height ?? null,
      software,
    })),
    clockOffsetMs: Math.round(peering?.set.clock.medianMs ?? 0),
    version: options.version,
  })
  const stopMaking = async (): Promise<void> => {
    const giveUp = setTimeout(() => committer.abort(), STOP_TIMEOUT_MS)
    await peering?.stop()
    await Promise.all([loop.stop(), submissions.idle()])
    clearTimeout(giveUp)
  }
  const start = async (): Promise<void> => {
    await peering?.start(loop)
    loop.start()
  }
  const metrics = nodeMetrics({
    status,
    peering,
    poolBytes: () => pool.bytes,
    evidence: () => equivocations,
    dir: options.dir,
  })
  const handler = controlHandler(pool, submissions, { status, metrics: () => metrics.metrics() })
  return { start, peering, handler, status, stopMaking }
}

function stateOf(
  committer: Committer,
  loop: ConsensusLoop,
  peering: Peering | undefined,
  skewMs: number,
): NodeStatus['state'] {
  if (committer.paused) return 'PAUSED'
  if (peering?.sync.isBehind) return 'SYNCING'
  if (loop.isRecovering) return 'RECOVERING'
  return Math.abs(peering?.set.clock.medianMs ?? 0) > skewMs ? 'CLOCK_OFF' : 'READY'
}

/** Two processes with one key could sign against each other. */
function duplicateKey(): Failure {
  return new Failure('DUPLICATE_KEY', 'another process speaks to the peers with the key of this one', {
    hint: 'find where it runs and stop one of the two; never run two from copies of one data directory',
  })
}

/** @throws Failure while the database does not answer */
async function finalHeight(database: Database, hash: bigint): Promise<number | undefined> {
  try {
    return (await readTransfersByHash(database, [hash]))[0]?.height
  } catch (error) {
    throw databaseFailure(error)
  }
}

function indexOfValidator({ validators }: Genesis, votingKey: Uint8Array | undefined): number | undefined {
  if (votingKey === undefined) return undefined
  const own = ed25519PublicKey(votingKey)
  const index = validators.findIndex((validator) => equalBytes(validator.votingKey, own))
  if (index < 0) {
    throw new Failure('NOT_A_VALIDATOR', 'the voting key is none of those in the genesis file', {
      hint: 'use the key that belongs to this chain, or the genesis that names this key; --observer follows without voting',
    })
  }
  return index
}

function replicaConfig(
  genesis: Genesis,
  self: number | undefined,
  votingKey: Uint8Array | undefined,
): ReplicaConfig {
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
    sign: (message) => {
      if (votingKey === undefined) throw new Error('an observer signs nothing')
      return signEd25519(votingKey, message)
    },
    verify: (validator, message, signature) => verifyEd25519(keys[validator]!, message, signature),
    hashBody: sha256,
  }
}

function pointOf({ header, hash }: StoredTip): Point {
  const { height, view, era } = header
  return { hash: bytesToHex(hash), height, view, era }
}
