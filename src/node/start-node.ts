import type { NodeStatus } from '../control/client.ts'
import { serveControl } from '../control/server.ts'
import { checkPoseidon } from '../crypto/poseidon-check.ts'
import { poseidonWasm } from '../crypto/poseidon-wasm.ts'
import { assemble } from './assemble.ts'
import { systemEdges } from './edges.ts'
import type { NodeOptions } from './options.ts'
import { Resources } from './resources.ts'

/** A running node. */
export interface RunningNode {
  status(): NodeStatus
  /** Port for peers, if there is one. */
  peerPort: number | undefined
  /** Stops making blocks and taking actions, waits at most 10 s for writes under way, and closes everything. */
  stop(): Promise<void>
}

/**
 * Starts a node: opens its database (creating the tables on first use), loads the final state, checks the trees against the newest header, loads
 * the stored votes and pool, and takes part in consensus from then on. The node is ready when this resolves.
 * @throws Failure with a hint for the operator; everything that was opened is closed again
 */
export async function startNode(options: NodeOptions): Promise<RunningNode> {
  const { log, onFatal } = options
  const started = performance.now()
  const resources = new Resources()
  try {
    const poseidon = poseidonWasm()
    await checkPoseidon(poseidon)
    const node = await assemble(poseidon, options, systemEdges(poseidon, options, resources))
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
