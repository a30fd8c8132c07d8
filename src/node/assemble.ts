import type { ControlHandler, NodeStatus } from '../control/client.ts'
import type { Poseidon } from '../crypto/poseidon.ts'
import { eraAt } from '../ledger/era.ts'
import { rulesOf } from '../ledger/rules.ts'
import { insertPoolEntries } from '../storage/pool-store.ts'
import { BlockExecutor } from './chain/block-executor.ts'
import { Committer } from './chain/committer.ts'
import { ConsensusLoop } from './chain/consensus-loop.ts'
import { EvidenceLog } from './chain/evidence-log.ts'
import { replicaConfig } from './chain/replica-config.ts'
import { NodeEvents } from './events.ts'
import { controlHandler } from './intake/control-handler.ts'
import { Signatures } from './intake/signatures.ts'
import { Submissions } from './intake/submissions.ts'
import { isFinal, loadFinal, loadPool, loadReplica, openStorage } from './load.ts'
import { nodeMetrics } from './metrics.ts'
import type { NodeOptions } from './options.ts'
import { ActionStore } from './peers/action-store.ts'
import { Peering } from './peers/peering.ts'
import { loadPeerStatus, storedBlocks } from './peers/stored-blocks.ts'
import type { Resources } from './resources.ts'
import { nodeStatus } from './status.ts'

/** How long a stopping node waits for a database that does not answer. */
const STOP_TIMEOUT_MS = 10_000

/** A node whose parts are connected and that is not yet running. */
export interface Assembled {
  peering: Peering | undefined
  /** Opens the port for peers and takes the first step. */
  start(): Promise<void>
  handler: ControlHandler
  status(): NodeStatus
  /** Stops proposing and accepting, and waits for writes under way. */
  stopMaking(): Promise<void>
}

/**
 * Opens storage, loads everything, and connects the parts, each one from those above it: state, then what changes it, then what feeds that. What a
 * part tells those below it goes through `NodeEvents`. What is opened is added to `resources`.
 */
export async function assemble(
  poseidon: Poseidon,
  options: NodeOptions,
  resources: Resources,
): Promise<Assembled> {
  const { genesis, log, onFatal } = options
  const now = options.now ?? Date.now
  const rules = rulesOf(poseidon, genesis)
  const { limits } = genesis
  const config = replicaConfig(genesis, options.votingKey)
  const era = () => eraAt(config, now())
  const events = new NodeEvents()

  const { database, lockSession } = await openStorage(poseidon, options, resources)
  const { tip, chain, hasher } = await loadFinal(poseidon, options, database, resources)
  const pool = await loadPool(options, rules, database, chain, era())
  const signatures = new Signatures(poseidon, options.signatureThreads ?? 1, onFatal)
  resources.add(() => signatures.close())
  const store = new ActionStore(pool.limits)
  const known = (id: string) => store.get(id)
  const { roots } = hasher
  const executor = new BlockExecutor({ chain, pool, signatures, hasher, rules, limits, known, roots })

  const { signer, start } = await loadReplica(options, database, config, tip)
  const { validators } = config
  const committer = new Committer({
    ...{ database, lockSession, chain, executor, signer, validators, log, events },
  })
  const submissions = new Submissions({
    ...{ poseidon, pool, signatures, era, events },
    store: (entries) => committer.repeat('store actions', () => insertPoolEntries(database, entries)),
    unavailable: () => committer.failure,
    isFinal: (hash) => isFinal(database, hash),
  })
  const peerStatus = await loadPeerStatus(database, validators)
  const peering =
    options.network &&
    new Peering({
      ...options.network,
      ...{ software: options.version, config, limits, pool, store, submissions, log, now, events, onFatal },
      tip: () => ({ height: chain.tip.header.height, hash: chain.tip.hash }),
      status: peerStatus,
      stored: storedBlocks(database, genesis),
    })
  const evidence = new EvidenceLog(database, genesis, log)
  const loop = new ConsensusLoop({ executor, committer, peering, evidence, now, log, onFatal }, start)

  const parts = { options, era, chain, executor, committer, loop, pool, peering }
  const status = () => nodeStatus(parts)
  const metrics = nodeMetrics({ status, peering, pool, evidence, dir: options.dir })
  const handler = controlHandler(pool, submissions, { status, metrics: () => metrics.metrics() })
  return {
    peering,
    handler,
    status,
    start: async () => {
      await peering?.start(loop)
      loop.start()
    },
    stopMaking: async () => {
      const giveUp = setTimeout(() => committer.abort(), STOP_TIMEOUT_MS)
      await peering?.stop()
      await Promise.all([loop.stop(), submissions.idle()])
      clearTimeout(giveUp)
    },
  }
}
