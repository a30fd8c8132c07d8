import { ARITY, zeroHash } from './merkle.ts'
import type { Poseidon } from './poseidon.ts'
import { type TreeNodes, TreeNodesBuilder } from './tree-nodes.ts'

/**
 * Looks up a node of a full subtree (all its positions below the size) by level and index. Storage has them all:
 * `append` and `padTo` return each once.
 */
export type NodeLookup = (level: number, index: number) => bigint

/**
 * The append-only tree of all records (PROTOCOL.md, "Trees"). Keeps only the full nodes that wait for their siblings,
 * at most three a level, so a fork costs nothing; what lies below them is in storage.
 */
export class HistoryTree {
  readonly poseidon: Poseidon
  readonly depth: number
  #size = 0
  /** On each level, the full nodes of the last quad that is not full. */
  readonly #frontier: bigint[][]

  constructor(poseidon: Poseidon, depth = 16) {
    this.poseidon = poseidon
    this.depth = depth
    this.#frontier = Array.from({ length: depth + 1 }, () => [])
  }

  /** The tree as it was at `size` positions, from its full nodes; asks for at most three a level. */
  static load(poseidon: Poseidon, size: number, lookup: NodeLookup, depth = 16): HistoryTree {
    const tree = new HistoryTree(poseidon, depth)
    tree.#checkRoom(size)
    tree.#size = size
    for (let level = 0; level <= depth; level++) {
      const full = Math.floor(size / ARITY ** level)
      for (let index = full - (full % ARITY); index < full; index++) {
        tree.#frontier[level]!.push(lookup(level, index))
      }
    }
    return tree
  }

  /** The next record's position. */
  get size(): number {
    return this.#size
  }

  /**
   * Appends records at the next positions.
   * @returns the nodes that became full, leaves included
   */
  append(records: Iterable<bigint>): TreeNodes {
    const nodes = new TreeNodesBuilder()
    for (const record of records) this.#push(record, nodes)
    return nodes.done()
  }

  /** Leaves positions empty up to `position`. @returns the nodes that became full */
  padTo(position: number): TreeNodes {
    if (position < this.#size) throw new RangeError(`position ${position} is taken`)
    this.#checkRoom(position)
    const nodes = new TreeNodesBuilder()
    while (this.#size < position) this.#push(0n, nodes)
    return nodes.done()
  }

  root(): bigint {
    return this.#frontier[this.depth]![0] ?? this.#partial(this.depth)
  }

  /** An independent copy; neither tree sees what is appended to the other. */
  fork(): HistoryTree {
    const copy = new HistoryTree(this.poseidon, this.depth)
    copy.#size = this.#size
    this.#frontier.forEach((nodes, level) => {
      copy.#frontier[level]!.push(...nodes)
    })
    return copy
  }

  /** Any node as of this tree's size: full ones from `lookup`, the unfinished one of a level computed. */
  node(level: number, index: number, lookup: NodeLookup): bigint {
    const full = Math.floor(this.#size / ARITY ** level)
    if (index < full) return lookup(level, index)
    return index === full ? this.#partial(level) : zeroHash(this.poseidon, level)
  }

  /** A position's path for verifyPath: on each level, leaf level first, the three siblings in order. */
  path(position: number, lookup: NodeLookup): bigint[][] {
    if (!Number.isInteger(position) || position < 0 || position >= this.#size) {
      throw new RangeError(`position ${position} has no record`)
    }
    return Array.from({ length: this.depth }, (_, level) => {
      const own = Math.floor(position / ARITY ** level)
      const first = own - (own % ARITY)
      return [first, first + 1, first + 2, first + 3]
        .filter((index) => index !== own)
        .map((index) => this.node(level, index, lookup))
    })
  }

  /** The node of a level whose subtree the next position falls into. */
  #partial(level: number): bigint {
    let node = zeroHash(this.poseidon, 0)
    for (let below = 0; below < level; below++) {
      const children = [...this.#frontier[below]!, node]
      while (children.length < ARITY) children.push(zeroHash(this.poseidon, below))
      node = this.poseidon.hash(children)
    }
    return node
  }

  #push(leaf: bigint, nodes: TreeNodesBuilder): void {
    this.#checkRoom(this.#size + 1)
    let node = leaf
    let index = this.#size++
    for (let level = 0; level <= this.depth; level++) {
      nodes.pushField(level, index, node)
      const siblings = this.#frontier[level]!
      siblings.push(node)
      if (siblings.length < ARITY) return
      node = this.poseidon.hash(siblings)
      siblings.length = 0
      index = Math.floor(index / ARITY)
    }
  }

  #checkRoom(size: number): void {
    if (!Number.isInteger(size) || size < 0 || size > ARITY ** this.depth) {
      throw new RangeError(`a history of depth ${this.depth} has no position ${size}`)
    }
  }
}
