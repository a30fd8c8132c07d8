import { equalBytes } from '../codec/bytes.ts'
import { BitSet } from './bit-set.ts'
import { FIELD_BYTES } from './field.ts'
import { ARITY } from './merkle.ts'
import type { Poseidon } from './poseidon.ts'
import type { TreeNodes } from './tree-nodes.ts'
import { emptyQuad, QUAD_BYTES, TreeView } from './tree-view.ts'

/** A loaded node is not the hash of its children. */
export class DamagedNodeError extends Error {}

/**
 * The state tree of the final blocks. Each level is a flat byte array that grows as leaves are added: 43 MB per million
 * leaves. Blocks that are not final are overlays (`fork`), which are merged in order once they are final.
 */
export class StateTree extends TreeView {
  /** The quads of each level below the root, concatenated. */
  readonly #levels: Uint8Array[]
  /** Of a tree that was loaded: the quads of each level that were compared with their parents, a bit per quad. */
  #checked: BitSet[] | undefined

  constructor(poseidon: Poseidon, depth: number) {
    super(poseidon, depth)
    this.#levels = Array.from({ length: depth }, () => new Uint8Array(0))
  }

  /**
   * Rebuilds a tree from the latest version of every node that setLeaves returned, in any order and in chunks of any size. Nothing is hashed,
   * so the caller must compare the root with a header's. Below the root, each quad is compared with its parent when it is first changed.
   */
  static load(poseidon: Poseidon, depth: number, chunks: Iterable<TreeNodes>): StateTree {
    const tree = new StateTree(poseidon, depth)
    for (const chunk of chunks) tree.put(chunk)
    return tree
  }

  /** Writes nodes without hashing anything; all quads count as not checked. @throws RangeError if a node is beyond the tree */
  put(nodes: TreeNodes): void {
    let root = this.rootBytes
    this.#checked = Array.from({ length: this.depth }, () => new BitSet())
    for (let i = 0; i < nodes.size; i++) {
      const hash = nodes.hashes.subarray(i * FIELD_BYTES, (i + 1) * FIELD_BYTES)
      const level = nodes.levels[i]!
      const index = nodes.indexes[i]!
      if (level > this.depth || index >= ARITY ** (this.depth - level)) {
        throw new RangeError(`node ${level}/${index} is beyond a tree of depth ${this.depth}`)
      }
      if (level === this.depth) {
        root = hash.slice()
        continue
      }
      this.#reserve(level, Math.floor(index / ARITY))
      this.#levels[level]!.set(hash, index * FIELD_BYTES)
    }
    this.changed(root)
  }

  /** An overlay on this tree. It becomes stale when the tree changes in any way other than by merging it. */
  fork(): StateTreeOverlay {
    return new StateTreeOverlay(this, this.version, this.rootBytes)
  }

  /**
   * Applies an overlay that was forked from the current version of this tree. Overlays forked from the merged one become overlays of this
   * tree; all others become stale.
   * @throws Error if the overlay was not forked from the current version
   */
  merge(overlay: StateTreeOverlay): void {
    for (const [level, quad, bytes] of overlay.mergeInto(this, this.version, this.version + 1)) {
      this.ownQuad(level, quad).set(bytes)
    }
    this.changed(overlay.rootBytes)
  }

  override quad(level: number, quad: number): Uint8Array {
    const at = quad * QUAD_BYTES
    const bytes = this.#levels[level]!
    return at < bytes.length ? bytes.subarray(at, at + QUAD_BYTES) : emptyQuad(this.poseidon, level)
  }

  override checkQuad(level: number, quad: number): void {
    if (this.#checked === undefined || !this.#checked[level]!.add(quad)) return
    const hash = new Uint8Array(FIELD_BYTES)
    this.poseidon.hashFour(this.quad(level, quad), 0, hash, 0)
    const at = (quad % ARITY) * FIELD_BYTES
    const isTop = level + 1 === this.depth
    const parent = isTop
      ? this.rootBytes
      : this.quad(level + 1, Math.floor(quad / ARITY)).subarray(at, at + FIELD_BYTES)
    if (!equalBytes(hash, parent))
      throw new DamagedNodeError(
        `node ${level + 1}/${quad} of the state tree is not the hash of its children`,
      )
  }

  protected override ownQuad(level: number, quad: number): Uint8Array {
    this.checkQuad(level, quad)
    this.#reserve(level, quad)
    const at = quad * QUAD_BYTES
    return this.#levels[level]!.subarray(at, at + QUAD_BYTES)
  }

  /** Grows a level until it holds a quad, filling the new part with empty subtrees. */
  #reserve(level: number, quad: number): void {
    const old = this.#levels[level]!
    const needed = (quad + 1) * QUAD_BYTES
    if (needed <= old.length) return
    const full = ARITY ** (this.depth - level) * FIELD_BYTES
    const grown = new Uint8Array(Math.min(full, Math.max(needed, old.length * 2)))
    grown.set(old)
    // Empty leaves are zero bytes already.
    if (level > 0) {
      const empty = emptyQuad(this.poseidon, level)
      for (let at = old.length; at < grown.length; at += QUAD_BYTES) grown.set(empty, at)
    }
    this.#levels[level] = grown
  }
}

/**
 * The changes of one block that is not final, on top of the final tree or another overlay. Holds the quads that the block touched and reads
 * all others from its parent.
 */
export class StateTreeOverlay extends TreeView {
  readonly #quads: Map<number, Uint8Array>[]
  #parent: StateTree | StateTreeOverlay
  /** The version of the parent that this overlay was forked from. */
  #parentVersion: number
  /** Once merged: the version of the tree after the merge. */
  #mergedAt: number | undefined

  constructor(parent: StateTree | StateTreeOverlay, parentVersion: number, root: Uint8Array) {
    super(parent.poseidon, parent.depth, root)
    this.#quads = Array.from({ length: parent.depth }, () => new Map())
    this.#parent = parent
    this.#parentVersion = parentVersion
  }

  /** An overlay on this one, which must not change afterwards. */
  fork(): StateTreeOverlay {
    return new StateTreeOverlay(this, this.version, this.rootBytes)
  }

  override quad(level: number, quad: number): Uint8Array {
    return this.#quads[level]!.get(quad) ?? this.#base().quad(level, quad)
  }

  override checkQuad(level: number, quad: number): void {
    if (!this.#quads[level]!.has(quad)) this.#base().checkQuad(level, quad)
  }

  protected override ownQuad(level: number, quad: number): Uint8Array {
    const quads = this.#quads[level]!
    let own = quads.get(quad)
    if (own === undefined) {
      this.checkQuad(level, quad)
      own = this.#base().quad(level, quad).slice()
      quads.set(quad, own)
    }
    return own
  }

  /** For StateTree.merge: returns the changed quads. From then on the overlay only reads the tree. */
  mergeInto(tree: StateTree, from: number, to: number): [level: number, quad: number, bytes: Uint8Array][] {
    if (this.#base() !== tree || this.#parentVersion !== from) {
      throw new Error('only an overlay forked from the tree as it is now can be merged')
    }
    const changed = this.#quads.flatMap((quads, level) =>
      [...quads].map(([quad, bytes]): [number, number, Uint8Array] => [level, quad, bytes]),
    )
    for (const quads of this.#quads) quads.clear()
    this.#mergedAt = to
    this.#parentVersion = to
    return changed
  }

  /** The nearest parent that is not a merged overlay. @throws Error if it has changed since the fork */
  #base(): StateTree | StateTreeOverlay {
    while (this.#parent instanceof StateTreeOverlay && this.#parent.#mergedAt !== undefined) {
      this.#checkFresh()
      const merged: StateTreeOverlay = this.#parent
      this.#parentVersion = merged.#mergedAt!
      this.#parent = merged.#parent
    }
    this.#checkFresh()
    return this.#parent
  }

  #checkFresh(): void {
    if (this.#parent.version !== this.#parentVersion) {
      throw new Error('stale overlay: the tree below it has changed')
    }
  }
}
