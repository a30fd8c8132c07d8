import type { TreeRoots } from '../../consensus/types.ts'
import { BitSet } from '../../crypto/bit-set.ts'
import type { HistoryTree } from '../../crypto/history-tree.ts'
import type { Poseidon } from '../../crypto/poseidon.ts'
import type { StateTree, StateTreeOverlay } from '../../crypto/state-tree.ts'
import type { TreeNodes } from '../../crypto/tree-nodes.ts'
import { batchStart } from '../../ledger/batch.ts'
import { leafHashes, recordHashes } from '../../ledger/hashes.ts'
import type { LedgerRecord } from '../../ledger/record.ts'
import type { Holding } from '../../ledger/state.ts'
import { damaged, damagedIfNode } from '../../storage/damaged.ts'
import { rewind } from './rewind.ts'

/** The part of an applied block that changes the trees. */
export interface BlockDelta {
  /** Block hash, hex. */
  hash: string
  parentHash: string
  /** Every holding that the block changed, with its value after the block. */
  holdings: Holding[]
  records: LedgerRecord[]
}

/** Nodes that a block changed, to be stored once it is final. Where a node occurs twice, the later value counts. */
export interface ChangedNodes {
  state: TreeNodes[]
  history: TreeNodes[]
}

/** The trees after one block that is not final. */
interface Branch {
  hash: string
  parentHash: string
  state: StateTreeOverlay
  history: HistoryTree
  roots: TreeRoots
  nodes: ChangedNodes
}

/** What all trees of a chain have in common. */
export interface TreeRules {
  chainId: bigint
  batchSize: number
}

/**
 * The state tree and the history tree of the final chain, and an overlay of both for each block that is not final yet.
 *
 * Why overlays: a header carries the roots after its parent, so several blocks above the final one may need roots at once, and rivals of the
 * same height need different ones. `add` hashes a block on a fork of its parent's trees and keeps the fork; `finalize` merges the fork of the
 * block that won into the base trees and drops its rivals. Forks share every node that they do not change.
 *
 * Why three roots: besides the state and history roots after the block, the header carries the state root at the last multiple of the batch
 * size (`batchStateRoot`), where a batch proof begins or ends. Where a batch ends inside a block, the records behind its end are undone on the
 * holdings (`rewind`), the tree is hashed in that state, and then in the state after the block; so each node is hashed once per block, and
 * twice near the root when a batch ends inside. All of this runs in the hash worker, off the path to finality. PROTOCOL.md, "Trees".
 */
export class Trees {
  readonly #rules: TreeRules
  readonly #state: StateTree
  #history: HistoryTree
  #roots: TreeRoots
  #tip: string
  readonly #branches = new Map<string, Branch>()
  /** Holdings that were compared with their leaves. */
  readonly #compared = new BitSet()

  /** @param tip hash of the final block that `base` is the state after, hex */
  constructor(
    rules: TreeRules,
    tip: string,
    base: { state: StateTree; history: HistoryTree; batchStateRoot: bigint },
  ) {
    this.#rules = rules
    this.#tip = tip
    this.#state = base.state
    this.#history = base.history
    this.#roots = {
      stateRoot: base.state.root,
      historyRoot: base.history.root(),
      batchStateRoot: base.batchStateRoot,
    }
  }

  /** TreeRoots after the final block. */
  get roots(): TreeRoots {
    return this.#roots
  }

  /**
   * Hashes a block on its parent and keeps the result until the block, or another of its height, is final.
   * @throws Failure DATABASE_DAMAGED if it changes a holding or a node that was loaded and is not what it was when it was stored
   */
  add(block: BlockDelta): TreeRoots {
    const known = this.#branches.get(block.hash)
    if (known !== undefined) return known.roots
    try {
      return this.#hash(block)
    } catch (error) {
      throw damagedIfNode(error)
    }
  }

  #hash(block: BlockDelta): TreeRoots {
    const parent = this.#branches.get(block.parentHash)
    if (parent === undefined && block.parentHash !== this.#tip) {
      throw new Error(`block ${block.hash} is hashed before its parent`)
    }
    const { poseidon } = this.#state
    const state = (parent?.state ?? this.#state).fork()
    const history = (parent?.history ?? this.#history).fork()
    const nodes: ChangedNodes = { state: [], history: [] }

    const tailStart = this.#tailStart(history.size, block.records.length)
    let { batchStateRoot } = parent?.roots ?? this.#roots
    const tail = tailStart === undefined ? [] : block.records.slice(tailStart)
    const holdings = new Map(block.holdings.map((holding) => [holding.index, holding]))
    this.#compare(state, rewind(holdings, block.records))
    if (tailStart !== undefined) {
      const atBatchEnd = new Map<number, Holding | undefined>([...holdings, ...rewind(holdings, tail)])
      nodes.state.push(state.setLeaves(leavesOf(poseidon, atBatchEnd)))
      batchStateRoot = state.root
    }
    const rest = tailStart === undefined ? holdings : touchedBy(tail, holdings)
    if (rest.size > 0) nodes.state.push(state.setLeaves(leavesOf(poseidon, rest)))
    const { chainId } = this.#rules
    nodes.history.push(history.append(recordHashes(poseidon, block.records, chainId)))

    const roots = { stateRoot: state.root, historyRoot: history.root(), batchStateRoot }
    this.#branches.set(block.hash, {
      hash: block.hash,
      parentHash: block.parentHash,
      state,
      history,
      roots,
      nodes,
    })
    return roots
  }

  /** Makes a child of the final block final and drops its rivals. @returns the nodes that the block changed */
  finalize(hash: string): ChangedNodes {
    const branch = this.#branches.get(hash)
    if (branch === undefined || branch.parentHash !== this.#tip) {
      throw new Error(`block ${hash} does not follow the final block`)
    }
    this.#state.merge(branch.state)
    this.#history = branch.history
    this.#roots = branch.roots
    this.#tip = hash
    this.#branches.delete(hash)
    this.#forgetOrphans()
    return branch.nodes
  }

  /**
   * Compares holdings, when they first change, with their leaves: rules are applied to what was loaded as holdings, and roots are computed from
   * what was loaded as nodes.
   */
  #compare(state: StateTreeOverlay, before: ReadonlyMap<number, Holding | undefined>): void {
    const first = [...before].filter(([index]) => this.#compared.add(index))
    for (const [index, leaf] of leavesOf(state.poseidon, new Map(first))) {
      if (state.leaf(index) !== leaf) throw damaged(`holding ${index} is not the one in the state tree`)
    }
  }

  /** How many of a block's records belong to batches that end in it; undefined if no batch ends in the block. */
  #tailStart(position: number, count: number): number | undefined {
    const batchEnd = batchStart(position + count, this.#rules.batchSize)
    return batchEnd > position ? batchEnd - position : undefined
  }

  #forgetOrphans(): void {
    for (let size = -1; size !== this.#branches.size; ) {
      size = this.#branches.size
      for (const { hash, parentHash } of this.#branches.values()) {
        if (parentHash !== this.#tip && !this.#branches.has(parentHash)) this.#branches.delete(hash)
      }
    }
  }
}

/** The leaves of holdings by index; 0 for one that is not open. */
export function leavesOf(
  poseidon: Poseidon,
  holdings: ReadonlyMap<number, Holding | undefined>,
): [index: number, leaf: bigint][] {
  const hashes = leafHashes(poseidon, [...holdings.values()])
  return [...holdings.keys()].map((index, i) => [index, hashes[i]!])
}

function touchedBy(
  records: readonly LedgerRecord[],
  holdings: ReadonlyMap<number, Holding>,
): Map<number, Holding> {
  const touched = new Map<number, Holding>()
  for (const { fromHolding, toHolding } of records) {
    for (const index of [fromHolding, toHolding]) touched.set(index, holdings.get(index)!)
  }
  return touched
}
