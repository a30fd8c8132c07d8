import type { ControlHandler, NodeStatus } from '../control/client.ts'
import type { Poseidon } from '../crypto/poseidon.ts'
import { eraAt } from '../ledger/era.ts'
import { rulesOf } from '../ledger/rules.ts'
import { BlockExecutor } from './chain/block-executor.ts'
import { Committer } from './chain/committer.ts'
import { ConsensusLoop } from './chain/consensus-loop.ts'
import { EvidenceLog } from './chain/evidence-log.ts'
import { FinalityTimes } from './chain/finality-times.ts'
import type { Edges } from './edges.ts'
import { NodeEvents } from './events.ts'
import { Heartbeat } from './heartbeat.ts'
import { controlHandler } from './intake/control-handler.ts'
import { Submissions } from './intake/submissions.ts'
import { loadFinal, loadPool, loadReplica } from './load.ts'
import { Cosigning } from './log/cosigning.ts'
import { nodeMetrics } from './metrics.ts'
import type { NodeOptions } from './options.ts'
import { ActionStore } from './peers/action-store.ts'
import { Peering } from './peers/peering.ts'
import { storedBlocks } from './peers/stored-blocks.ts'
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
 * part tells those below it goes through `NodeEvents`. Only `edges` reach outside the process.
 */
export async function assemble(poseidon: Poseidon, options: NodeOptions, edges: Edges): Promise<Assembled> {
  const { genesis, log, onFatal } = options
  const { clock } = edges
  const rules = rulesOf(poseidon, genesis)
  const config = edges.replicaConfig()
  const era = () => eraAt(config, clock.now())
  const events = new NodeEvents()

  const store = await edges.openStore()
  const { tip, chain, hasher } = await loadFinal(rules, store, edges)
  const pool = await loadPool(options, rules, store, chain, { era: era(), events })
  const signatures = edges.signatures()
  const actions = new ActionStore(pool.limits)
  const executor = new BlockExecutor({
    ...{ chain, pool, signatures, hasher, rules, limits: genesis.limits },
    ...{ known: (id) => actions.get(id), roots: hasher.roots },
  })

  const { signer, start } = await loadReplica(options, store, { ...edges, config }, tip)
  const committer = new Committer({
    ...{ store, clock, chain, executor, signer, log, events, validators: config.validators },
  })
  const submissions = new Submissions({
    ...{ clock, poseidon, pool, signatures, era, events },
    store: (entries, gone) =>
      committer.repeat('store actions', async () => {
        await store.deletePool(gone)
        await store.insertPool(entries)
      }),
    unavailable: () => committer.failure,
    isFinal: (hash) => store.isFinal(hash),
  })
  const isBehind = () => peering?.sync.isBehind ?? false
  const finality = new FinalityTimes({ events, clock, eras: config, isBehind })
  const kept = await store.checkpoints()
  const cosigning = new Cosigning({ options, edges, store, kept, chain, events, isBehind })
  const peering: Peering | undefined =
    options.network &&
    new Peering({
      ...options.network,
      ...{ software: options.version, config, limits: genesis.limits, pool, submissions, cosigning },
      ...{ log, clock, events, onFatal },
      store: actions,
      transport: edges.transport(options.network.transportKey),
      tip: () => ({ height: chain.tip.header.height, hash: chain.tip.hash }),
      status: (await store.newestCertified()) ?? null,
      stored: storedBlocks(store, genesis),
    })
  const evidence = new EvidenceLog(store, genesis, log)
  const loop = new ConsensusLoop({ executor, committer, peering, evidence, clock, log, onFatal }, start)
  const heartbeat = new Heartbeat({ committer, store, clock }, onFatal)
  const parts = { options, era, chain, executor, committer, loop, pool, peering, cosigning, finality }
  const status = () => nodeStatus(parts)
  let metrics: ReturnType<typeof nodeMetrics> | undefined
  const collected = () => {
    metrics ??= nodeMetrics({ status, peering, pool, evidence, dir: options.dir })
    return metrics.metrics()
  }
  const checkpoint = () => cosigning.note() ?? null
  const handler = controlHandler(pool, submissions, { status, checkpoint, metrics: collected })
  return {
    peering,
    handler,
    status,
    start: async () => {
      await peering?.start(loop)
      loop.start()
      heartbeat.start()
    },
    stopMaking: async () => {
      heartbeat.stop()
      const keeping = cosigning.stop()
      const giveUp = clock.after(STOP_TIMEOUT_MS, () => {
        for (const part of [committer, cosigning]) part.abort()
      })
      await peering?.stop()
      await Promise.all([loop.stop(), submissions.idle(), keeping])
      clock.cancel(giveUp)
      committer.abort()
    },
  }
}
