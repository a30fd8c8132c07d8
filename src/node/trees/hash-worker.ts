import { constants, setPriority } from 'node:os'
import { setTimeout as sleep } from 'node:timers/promises'
import { workerData } from 'node:worker_threads'
import { Failure } from '../../config/failure.ts'
import type { TreeRoots } from '../../consensus/types.ts'
import { poseidonWasm } from '../../crypto/poseidon-wasm.ts'
import { serveWorker } from '../../process/worker-rpc.ts'
import { openDatabase } from '../../storage/database.ts'
import { refreshHolders } from '../../storage/holders.ts'
import { saveTreeNodes } from '../../storage/tree-store.ts'
import { openTrees } from './open-trees.ts'
import type { BlockDelta, ChangedNodes, TreeRules, Trees } from './trees.ts'

/** What a hash worker is started with. */
export interface HashWorkerData extends TreeRules {
  databaseUrl: string
  depth: number
}

/** Milliseconds between attempts to store nodes while the database does not answer. */
const RETRY_MS = 500

// TreeRoots are needed an era later and votes at once, so hashing runs at a lower priority. On Linux this changes the calling thread alone.
if (process.platform === 'linux') setPriority(constants.priority.PRIORITY_BELOW_NORMAL)

const rules = workerData as HashWorkerData
const database = openDatabase(rules.databaseUrl, { max: 1, applicationName: 'inpigritas hash worker' })
let trees: Trees | undefined
/** Nodes of final blocks that are not stored yet, oldest first. */
let unsaved: { height: number; nodes: ChangedNodes }[] = []
let saving: Promise<void> | undefined

function opened(): Trees {
  if (trees === undefined) throw new Error('the trees are not open')
  return trees
}

/** Stores the waiting nodes, several blocks at a time if they have queued up, and waits for a database that does not answer. */
async function saveAll(): Promise<void> {
  while (unsaved.length > 0) {
    const group = unsaved
    unsaved = []
    const nodes = {
      state: group.flatMap((one) => one.nodes.state),
      history: group.flatMap((one) => one.nodes.history),
    }
    await untilStored(() => saveTreeNodes(database, group.at(-1)!.height, nodes))
    // Not part of the trees, but of what can wait until a block is final.
    await untilStored(() => refreshHolders(database))
  }
}

async function untilStored(write: () => Promise<unknown>): Promise<void> {
  for (;;) {
    try {
      await write()
      return
    } catch (error) {
      if (!(error instanceof Failure && error.retry)) throw error
      await sleep(RETRY_MS)
    }
  }
}

/** The methods of a hash worker. */
const methods = {
  /** Loads the trees and brings them up to the newest final block. */
  open: async (): Promise<TreeRoots> => {
    trees = await openTrees(database, poseidonWasm(), rules)
    await refreshHolders(database)
    return trees.roots
  },
  /** TreeRoots after a block on its parent, and the milliseconds it took. */
  add: (block: BlockDelta): { roots: TreeRoots; ms: number } => {
    const started = performance.now()
    const roots = opened().add(block)
    return { roots, ms: performance.now() - started }
  },
  /** Makes a block final; its nodes are stored in the background. */
  finalize: ({ hash, height }: { hash: string; height: number }): void => {
    unsaved.push({ height, nodes: opened().finalize(hash) })
    saving ??= saveAll().finally(() => {
      saving = undefined
    })
    // A failure that a retry cannot help ends the worker, which ends the node.
    saving.catch((error) => {
      setImmediate(() => {
        throw error
      })
    })
  },
  /** Stores everything that is final, and closes. */
  close: async (): Promise<void> => {
    await saving
    await database.close()
  },
}
export type HashMethods = typeof methods

serveWorker(methods)
