import { bytesToHex, equalBytes } from '../../codec/bytes.ts'
import { HistoryTree } from '../../crypto/history-tree.ts'
import type { Poseidon } from '../../crypto/poseidon.ts'
import type { StateTree } from '../../crypto/state-tree.ts'
import type { TreeNodes } from '../../crypto/tree-nodes.ts'
import { batchStart } from '../../ledger/batch.ts'
import { recordHashes } from '../../ledger/hashes.ts'
import { blockHash } from '../../ledger/header.ts'
import { HISTORY_DEPTH } from '../../ledger/params.ts'
import type { LedgerRecord } from '../../ledger/record.ts'
import type { Holding } from '../../ledger/state.ts'
import { damaged, damagedIfNode } from '../../storage/damaged.ts'
import type { Database } from '../../storage/database.ts'
import { positionAfter } from '../../storage/heights.ts'
import { loadTip, type StoredTip } from '../../storage/load-state.ts'
import { currentHoldings } from '../../storage/reads/holdings.ts'
import { recordsFrom } from '../../storage/reads/transfers.ts'
import { loadHistoryTree, loadStateTree, loadTreeHeight, saveTreeNodes } from '../../storage/tree-store.ts'
import { doesFollow, rewind } from './rewind.ts'
import { leavesOf, type TreeRules, Trees } from './trees.ts'

/** Records per step while the trees catch up with the stored blocks. */
const CHUNK = 8192

/** Trees as of the newest final block. */
interface Loaded {
  state: StateTree
  history: HistoryTree
}

/**
 * Loads both trees, applies the records of final blocks that came after they were stored, compares the result with the roots in the newest
 * header, and stores the nodes that changed. No block may be committed in the meantime.
 * @throws Failure DATABASE_DAMAGED if the roots differ, or a node that is needed is not the hash of its children
 */
export async function openTrees(
  database: Database,
  poseidon: Poseidon,
  rules: TreeRules & { depth: number },
): Promise<Trees> {
  try {
    return await opened(database, poseidon, rules)
  } catch (error) {
    throw damagedIfNode(error)
  }
}

async function opened(
  database: Database,
  poseidon: Poseidon,
  rules: TreeRules & { depth: number },
): Promise<Trees> {
  const tip = await loadTip(database)
  if (tip === undefined) throw new Error('the database has no genesis block')
  if (!equalBytes(blockHash(tip.header), tip.hash))
    throw damaged(`the header of block ${tip.header.height} has another hash`)
  const loaded = await loadAndCatchUp(database, poseidon, tip.header.height, rules)
  const { batchSize } = rules
  const end = await positionAfter(database, tip.header.height)
  const batchEnd = batchStart(end, batchSize)
  const [undone, batchStateRoot] = await Promise.all([
    rootBefore(database, loaded.state, tip.header.position),
    rootBefore(database, loaded.state, batchEnd),
  ])
  if (tip.header.height > 0) await checkTip(database, poseidon, tip, undone)
  return new Trees(rules, bytesToHex(tip.hash), { ...loaded, batchStateRoot })
}

async function loadAndCatchUp(
  database: Database,
  poseidon: Poseidon,
  height: number,
  rules: TreeRules & { depth: number },
): Promise<Loaded> {
  const stored = await loadTreeHeight(database)
  const from = stored < 0 ? 0 : await positionAfter(database, stored)
  const state = await loadStateTree(database, poseidon, rules.depth)
  const history =
    stored < 0 ? new HistoryTree(poseidon, HISTORY_DEPTH) : await loadHistoryTree(database, poseidon, from)
  if (stored === height) return { state, history }
  const nodes = { state: [] as TreeNodes[], history: [] as TreeNodes[] }
  for (let next = from; ; ) {
    const records = await recordsFrom(database, next, CHUNK)
    if (records.length === 0) break
    nodes.state.push(state.setLeaves(leavesOf(poseidon, await touchedBy(database, records))))
    const hashes = recordHashes(poseidon, records, rules.chainId)
    records.forEach(({ position }, i) => {
      // The leaves between the last genesis record and the next batch stay empty.
      nodes.history.push(history.padTo(position))
      nodes.history.push(history.append([hashes[i]!]))
    })
    next = records.at(-1)!.position + 1
  }
  nodes.history.push(history.padTo(await positionAfter(database, height)))
  await saveTreeNodes(database, height, nodes)
  return { state, history }
}

/** The state root before the record at `position`: the records from there on, at most one block of them, are undone on a copy. */
async function rootBefore(database: Database, state: StateTree, position: number): Promise<bigint> {
  const tail = await recordsFrom(database, position, Number.MAX_SAFE_INTEGER)
  const undone = state.fork()
  const touched = await touchedBy(database, tail)
  // Undoing a record takes a holding's counter from the record, whatever it was in the holding.
  if (!doesFollow(touched, tail)) throw damaged('holdings are not what the newest records lead to')
  undone.setLeaves(leavesOf(state.poseidon, rewind(touched, tail)))
  return undone.root
}

async function checkTip(
  database: Database,
  poseidon: Poseidon,
  { header }: StoredTip,
  stateRoot: bigint,
): Promise<void> {
  const history = await loadHistoryTree(database, poseidon, header.position)
  if (stateRoot !== header.stateRoot || history.root() !== header.historyRoot) {
    throw damaged(`the stored trees do not lead to the roots in block ${header.height}`)
  }
}

function touchedBy(database: Database, records: readonly LedgerRecord[]): Promise<Map<number, Holding>> {
  return currentHoldings(database, [...new Set(records.flatMap((r) => [r.fromHolding, r.toHolding]))])
}
