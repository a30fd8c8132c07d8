import type { NodeStatus } from '../control/client.ts'
import { serveControl } from '../control/server.ts'
import { checkPoseidonWasm } from '../crypto/poseidon-check.ts'
import type { Genesis } from '../ledger/genesis.ts'
import type { Address, Peer } from '../network/peers-file.ts'
import type { Logger } from '../telemetry/log.ts'
import { assemble } from './assemble.ts'
import { Resources } from './resources.ts'

/** What a node is started with. */
export interface NodeOptions {
  genesis: Genesis
  databaseUrl: string
  /** Folder of signer.json. */
  dir: string
  /** Path of the control socket, at most 100 bytes. */
  controlPath: string
  /** Ed25519 seed, 32 bytes; undefined for an observer, which follows and serves and never votes. */
  votingKey: Uint8Array | undefined
  /** How peers are spoken with; needed wherever there are others. */
  network?: { transportKey: Uint8Array; listen: Address | undefined; peers: readonly Peer[] } | undefined
  log: Logger
  /** Shown in the status. */
  version: string
  /** Takes the database as the whole truth about what this validator signed. */
  recover?: boolean
  /** Threads that check EdDSA signatures; 0 checks them on the main thread. Default 1. */
  signatureThreads?: number
  /** Milliseconds since 1970. Default: the system's clock. */
  now?: () => number
  /** Hears of an error that nothing can mend; the caller ends the process. */
  onFatal(error: unknown): void
}

/** A running node. */
export interface RunningNode {
  status(): NodeStatus
  /** Port for peers, if there is one. */
  peerPort: number | undefined
  /** Stops making blocks and taking actions, lets what is under way become durable (at most 10 s), and closes everything. */
  stop(): Promise<void>
}

/**
 * Starts a node: opens its database (made on first use), loads the final state, checks the trees against the newest header, takes up votes and
 * pool where they were left, and makes blocks from then on. Ready when it resolves.
 * @throws Failure, with what to do; nothing is left open then
 */
export async function startNode(options: NodeOptions): Promise<RunningNode> {
  const { log, onFatal } = options
  const started = performance.now()
  const resources = new Resources()
  try {
    await checkPoseidonWasm()
    const node = await assemble(options, resources)
    const control = await serveControl(options.controlPath, node.handler, (err) =>
      log.error({ err }, 'control'),
    )
    resources.add(() => control.stop())
    await node.start()
    resources.add(() => node.stopMaking())
    const { finalHeight, poolSize } = node.status()
    log.info(
      { height: finalHeight, pool: poolSize, ms: Math.round(performance.now() - started) },
      'node ready',
    )
    let stopping: Promise<void> | undefined
    return {
      status: () => node.status(),
      peerPort: node.peering?.set.port,
      stop: () => {
        stopping ??= resources.close().then(() => log.info('node stopped'), onFatal)
        return stopping
      },
    }
  } catch (error) {
    await resources.close()
    throw error
  }
}
