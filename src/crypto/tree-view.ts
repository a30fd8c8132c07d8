import { FIELD_BYTES, fieldToBytes, readField, writeField } from './field.ts'
import { ARITY, zeroHash } from './merkle.ts'
import { type Poseidon, perPoseidon } from './poseidon.ts'
import { type TreeNodes, TreeNodesBuilder } from './tree-nodes.ts'

/** Bytes of a quad: four siblings side by side, the unit in which trees are stored, copied and hashed. */
export const QUAD_BYTES = ARITY * FIELD_BYTES

/** A leaf's index and its new hash; 0 makes the leaf empty. */
export type LeafChange = readonly [index: number, leaf: bigint]

const emptyQuadsOf = perPoseidon((): Uint8Array[] => [])

/** A quad of four empty subtrees of a level. */
export function emptyQuad(poseidon: Poseidon, level: number): Uint8Array {
  const emptyQuads = emptyQuadsOf(poseidon)
  let quad = emptyQuads[level]
  if (quad === undefined) {
    quad = new Uint8Array(QUAD_BYTES)
    for (let child = 0; child < ARITY; child++) {
      writeField(zeroHash(poseidon, level), quad, child * FIELD_BYTES)
    }
    emptyQuads[level] = quad
  }
  return quad
}

/** A sparse quaternary tree of Poseidon hashes. Subclasses decide how its nodes are stored. */
export abstract class TreeView {
  readonly poseidon: Poseidon
  readonly depth: number
  #root: Uint8Array
  #version = 0

  constructor(poseidon: Poseidon, depth: number, root = fieldToBytes(zeroHash(poseidon, depth))) {
    this.poseidon = poseidon
    this.depth = depth
    this.#root = root
  }

  /** The quad of nodes 4 * quad .. 4 * quad + 3 on a level below the root. Read-only. */
  abstract quad(level: number, quad: number): Uint8Array

  /**
   * Compares a quad that came from storage with its parent, the first time that it is used.
   * @throws DamagedNodeError if the parent is not its hash
   */
  abstract checkQuad(level: number, quad: number): void

  /** The same quad, writable. It is checked before. */
  protected abstract ownQuad(level: number, quad: number): Uint8Array

  get root(): bigint {
    return readField(this.#root, 0)
  }

  /** The root's 32 big-endian bytes. The array is never changed in place. */
  get rootBytes(): Uint8Array {
    return this.#root
  }

  /** Number of changes so far. Overlays compare it to notice that their parent has changed. */
  get version(): number {
    return this.#version
  }

  leaf(index: number): bigint {
    this.checkIndex(index)
    return readField(this.quad(0, Math.floor(index / ARITY)), (index % ARITY) * FIELD_BYTES)
  }

  /**
   * Sets leaves and rehashes the nodes above them, each node once however many leaves below it changed. If a leaf occurs twice, the later
   * change wins.
   * @returns the nodes that changed, root and leaves included
   * @throws RangeError if an index is beyond the tree
   */
  setLeaves(changes: Iterable<LeafChange>): TreeNodes {
    const { poseidon } = this
    const touched: number[] = []
    for (const [index, leaf] of changes) {
      this.checkIndex(index)
      writeField(leaf, this.ownQuad(0, Math.floor(index / ARITY)), (index % ARITY) * FIELD_BYTES)
      touched.push(index)
    }
    const nodes = new TreeNodesBuilder(3 * touched.length + this.depth)
    let indexes = sortedUnique(touched)
    if (indexes.length === 0) return nodes.done()
    for (const index of indexes) this.#emit(nodes, 0, index)
    for (let level = 1; level <= this.depth; level++) {
      indexes = parentsOf(indexes)
      if (level === this.depth) {
        const root = new Uint8Array(FIELD_BYTES)
        poseidon.hashFour(this.quad(level - 1, 0), 0, root, 0)
        this.changed(root)
        nodes.push(level, 0, root)
      } else this.#rehash(level, indexes, nodes)
    }
    return nodes.done()
  }

  /** Hashes nodes of a level from their children, two at a time where that is possible. */
  #rehash(level: number, indexes: readonly number[], nodes: TreeNodesBuilder): void {
    const { poseidon } = this
    const target = (index: number) =>
      this.ownQuad(level, Math.floor(index / ARITY)).subarray((index % ARITY) * FIELD_BYTES)
    for (let i = 0; i < indexes.length; i++) {
      const [index, next] = [indexes[i]!, indexes[i + 1]]
      const children = this.quad(level - 1, index)
      if (poseidon.pairs === undefined || next === undefined) {
        poseidon.hashFour(children, 0, target(index), 0)
        continue
      }
      // First the later one, for which the level may have to grow.
      const targetOfNext = target(next)
      poseidon.pairs.hashFour(children, this.quad(level - 1, next), target(index), targetOfNext)
      i += 1
    }
    for (const index of indexes) this.#emit(nodes, level, index)
  }

  /** The path of a leaf, for verifyPath: three siblings per level, leaf level first. @throws RangeError if the index is beyond the tree */
  path(index: number): bigint[][] {
    this.checkIndex(index)
    const siblings: bigint[][] = []
    let rest = index
    for (let level = 0; level < this.depth; level++) {
      const quad = this.quad(level, Math.floor(rest / ARITY))
      const own = rest % ARITY
      siblings.push([0, 1, 2, 3].filter((c) => c !== own).map((c) => readField(quad, c * FIELD_BYTES)))
      rest = Math.floor(rest / ARITY)
    }
    return siblings
  }

  /** Every change ends with this call: sets the new root and counts the change. */
  protected changed(root: Uint8Array): void {
    this.#root = root
    this.#version++
  }

  protected checkIndex(index: number): void {
    if (!Number.isInteger(index) || index < 0 || index >= ARITY ** this.depth) {
      throw new RangeError(`leaf index ${index} is beyond a tree of depth ${this.depth}`)
    }
  }

  #emit(nodes: TreeNodesBuilder, level: number, index: number): void {
    const at = (index % ARITY) * FIELD_BYTES
    nodes.push(level, index, this.quad(level, Math.floor(index / ARITY)).subarray(at, at + FIELD_BYTES))
  }
}

function sortedUnique(indexes: number[]): number[] {
  return indexes.sort((a, b) => a - b).filter((index, i) => i === 0 || index !== indexes[i - 1])
}

/** The distinct parents of sorted indexes, sorted. */
function parentsOf(indexes: readonly number[]): number[] {
  const parents: number[] = []
  for (const index of indexes) {
    const parent = Math.floor(index / ARITY)
    if (parents[parents.length - 1] !== parent) parents.push(parent)
  }
  return parents
}
