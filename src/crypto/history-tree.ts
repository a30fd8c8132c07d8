import { ARITY, zeroHash } from './merkle.ts'
import type { Poseidon } from './poseidon.ts'
import { type TreeNodes, TreeNodesBuilder } from './tree-nodes.ts'

/**
 * Looks up the root of a full subtree (all its positions are below the tree's size) by level and index. Storage has all of them, because
 * `append` and `padTo` return each one once.
 */
export type NodeLookup = (level: number, index: number) => bigint

/**
 * The append-only tree of all records (PROTOCOL.md, "Trees"). Holds only the full nodes that wait for siblings, at most three per
 * level, so a fork copies little. The nodes below them are in storage.
 */
export class HistoryTree {
  readonly poseidon: Poseidon
  readonly depth: number
  #size = 0
  /** For each level, the full nodes of the last, incomplete quad. */
  readonly #frontier: bigint[][]

  constructor(poseidon: Poseidon, depth = 16) {
    this.poseidon = poseidon
    this.depth = depth
    this.#frontier = Array.from({ length: depth + 1 }, () => [])
  }

  /** The tree as it was with `size` positions. Looks up at most three nodes per level. */
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
   * Appends record hashes at the next positions.
   * @returns the nodes that became full, leaves included
   * @throws RangeError if the tree is full
   */
  append(records: Iterable<bigint>): TreeNodes {
    const nodes = new TreeNodesBuilder()
    for (const record of records) this.#push(record, nodes)
    return nodes.done()
  }

  /**
   * Fills the positions before `position` with empty leaves.
   * @returns the nodes that became full
   * @throws RangeError if `position` is below the size or beyond the tree
   */
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

  /** An independent copy. */
  fork(): HistoryTree {
    const copy = new HistoryTree(this.poseidon, this.depth)
    copy.#size = this.#size
    this.#frontier.forEach((nodes, level) => {
      copy.#frontier[level]!.push(...nodes)
    })
    return copy
  }

  /** Any node of this tree. Full nodes come from `lookup`, the incomplete node of a level is computed, the rest are empty subtrees. */
  node(level: number, index: number, lookup: NodeLookup): bigint {
    const full = Math.floor(this.#size / ARITY ** level)
    if (index < full) return lookup(level, index)
    return index === full ? this.#partial(level) : zeroHash(this.poseidon, level)
  }

  /**
   * The path of a position, for verifyPath: three siblings per level, leaf level first.
   * @throws RangeError if the position is not below the size
   */
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

  /** The incomplete node of a level: the one whose subtree contains the next position. */
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
