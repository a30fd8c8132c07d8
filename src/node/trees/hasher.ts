import type { TreeRoots } from '../../consensus/types.ts'
import { moduleUrl } from '../../process/module-url.ts'
import { WorkerClient } from '../../process/worker-rpc.ts'
import type { Hasher } from '../chain/block-executor.ts'
import type { HashMethods, HashWorkerData } from './hash-worker.ts'

/** How long a stopping node waits for the worker's last writes. */
const CLOSE_TIMEOUT_MS = 5_000

/** The hash worker of a running node. */
export interface RunningHasher extends Hasher {
  /** TreeRoots after the newest final block when the node started. */
  roots: TreeRoots
  close(): Promise<void>
}

/**
 * Starts the hash worker and waits until its trees are loaded and checked. Nodes not stored when it closes are hashed again at the next start.
 * @throws Error if the trees do not have the roots of the newest header
 */
export async function startHasher(
  data: HashWorkerData,
  onDeath: (error: Error) => void,
): Promise<RunningHasher> {
  const url = moduleUrl(import.meta.url, './hash-worker')
  const worker = new WorkerClient<HashMethods>(url, data, onDeath)
  try {
    const roots = await worker.call('open', undefined)
    return {
      roots,
      add: (block) => worker.call('add', block),
      finalize: (block) => worker.call('finalize', block),
      async close() {
        let timer: NodeJS.Timeout | undefined
        const timeout = new Promise((resolve) => {
          timer = setTimeout(resolve, CLOSE_TIMEOUT_MS)
        })
        await Promise.race([worker.call('close', undefined).catch(() => undefined), timeout])
        clearTimeout(timer)
        await worker.close()
      },
    }
  } catch (error) {
    await worker.close()
    throw error
  }
}
