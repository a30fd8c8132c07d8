import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { R, readField } from '../../../src/crypto/field.ts'
import { subtreeRoot, verifyPath, zeroHash } from '../../../src/crypto/merkle.ts'
import { StateTree, type StateTreeOverlay } from '../../../src/crypto/state-tree.ts'
import type { TreeNodes } from '../../../src/crypto/tree-nodes.ts'
import type { TreeView } from '../../../src/crypto/tree-view.ts'
import { poseidon } from '../../support/crypto/poseidon.ts'

const DEPTH = 3
const LEAVES = 4 ** DEPTH
const change = fc.tuple(fc.nat(LEAVES - 1), fc.bigInt(0n, R - 1n))
const batch = fc.array(change, { maxLength: 20 })

/** The root by definition, every node of every level hashed anew. */
function naiveRoot(leaves: readonly bigint[]): bigint {
  let nodes = [...leaves]
  while (nodes.length > 1) {
    nodes = Array.from({ length: nodes.length / 4 }, (_, i) => poseidon.hash(nodes.slice(4 * i, 4 * i + 4)))
  }
  return nodes[0]!
}

function expectHolds(tree: TreeView, leaves: readonly bigint[]): void {
  expect(tree.root).toBe(naiveRoot(leaves))
  for (const index of [0, 1, 21, 37, LEAVES - 1]) {
    expect(tree.leaf(index)).toBe(leaves[index])
    expect(verifyPath(poseidon, leaves[index]!, index, tree.path(index))).toBe(tree.root)
  }
}

function apply(leaves: readonly bigint[], changes: readonly (readonly [number, bigint])[]): bigint[] {
  const next = [...leaves]
  for (const [index, leaf] of changes) next[index] = leaf
  return next
}

const EMPTY = new Array<bigint>(LEAVES).fill(0n)

describe('merkle', () => {
  it('agrees with hashing every node', () => {
    expect(zeroHash(poseidon, 0)).toBe(0n)
    expect(zeroHash(poseidon, DEPTH)).toBe(naiveRoot(EMPTY))
    fc.assert(
      fc.property(fc.array(fc.bigInt(0n, R - 1n), { maxLength: 16 }), (leaves) => {
        const padded = [...leaves, ...new Array<bigint>(16 - leaves.length).fill(0n)]
        expect(subtreeRoot(poseidon, leaves, 2)).toBe(naiveRoot(padded))
      }),
      { numRuns: 20 },
    )
    expect(() => subtreeRoot(poseidon, new Array<bigint>(5).fill(0n), 1)).toThrow(RangeError)
  })

  it('rejects paths of another shape', () => {
    const tree = new StateTree(poseidon, DEPTH)
    tree.setLeaves([[5, 7n]])
    const path = tree.path(5)
    expect(verifyPath(poseidon, 7n, 5, path)).toBe(tree.root)
    expect(verifyPath(poseidon, 7n, 6, path)).not.toBe(tree.root)
    expect(verifyPath(poseidon, 8n, 5, path)).not.toBe(tree.root)
    expect(() => verifyPath(poseidon, 7n, 5 + LEAVES, path)).toThrow(RangeError)
    expect(() => verifyPath(poseidon, 7n, 5, [[1n, 2n], ...path.slice(1)])).toThrow(RangeError)
  })
})

describe('the state tree', () => {
  it('has the root and paths of its leaves, whatever the order they were set in', () => {
    fc.assert(
      fc.property(fc.array(batch, { maxLength: 4 }), (batches) => {
        const tree = new StateTree(poseidon, DEPTH)
        let leaves: readonly bigint[] = EMPTY
        for (const changes of batches) {
          tree.setLeaves(changes)
          leaves = apply(leaves, changes)
        }
        expectHolds(tree, leaves)
      }),
      { numRuns: 30 },
    )
  })

  it('reports each changed node once, and loads from them in any order', () => {
    fc.assert(
      fc.property(fc.array(batch, { minLength: 1, maxLength: 4 }), fc.boolean(), (batches, backwards) => {
        const tree = new StateTree(poseidon, DEPTH)
        const saved = new Map<string, [number, number, Uint8Array]>()
        for (const changes of batches) {
          const nodes = tree.setLeaves(changes)
          const seen = new Set<string>()
          for (const [level, index, hash] of each(nodes)) {
            seen.add(`${level}/${index}`)
            saved.set(`${level}/${index}`, [level, index, hash])
          }
          expect(seen.size).toBe(nodes.size)
        }
        const rows = [...saved.values()]
        if (backwards) rows.reverse()
        const loaded = StateTree.load(poseidon, DEPTH, [columns(rows.slice(0, 3)), columns(rows.slice(3))])
        expect(loaded.root).toBe(tree.root)
        for (let index = 0; index < LEAVES; index++) expect(loaded.path(index)).toEqual(tree.path(index))
        // What is set afterwards rests on the loaded nodes.
        tree.setLeaves([[9, 1n]])
        loaded.setLeaves([[9, 1n]])
        expect(loaded.root).toBe(tree.root)
      }),
      { numRuns: 30 },
    )
  })

  it('hashes a node above many changes once', () => {
    const tree = new StateTree(poseidon, DEPTH)
    const nodes = tree.setLeaves([0, 1, 2, 3, 4, 17].map((index) => [index, 1n] as const))
    // 6 leaves, 3 parents, 2 grandparents, the root.
    expect(nodes.size).toBe(6 + 3 + 2 + 1)
    expect(tree.setLeaves([]).size).toBe(0)
  })

  it('reports changed nodes correctly beyond the first hundreds', () => {
    const tree = new StateTree(poseidon, 6)
    const nodes = tree.setLeaves(Array.from({ length: 300 }, (_, i) => [i * 13, BigInt(i + 1)] as const))
    expect(StateTree.load(poseidon, 6, [nodes]).root).toBe(tree.root)
  })

  it('rejects an index beyond its depth and a leaf outside the field', () => {
    const tree = new StateTree(poseidon, DEPTH)
    for (const index of [-1, LEAVES, 1.5]) {
      expect(() => tree.setLeaves([[index, 1n]])).toThrow(RangeError)
      expect(() => tree.path(index)).toThrow(RangeError)
    }
    expect(() => tree.setLeaves([[0, R]])).toThrow(RangeError)
    expect(() => tree.put({ ...columns([[1, 16, new Uint8Array(32)]]) })).toThrow(RangeError)
  })
})

describe('overlays', () => {
  it('hold what their chain of blocks set, and leave what they rest on alone, also while merging goes on', () => {
    fc.assert(
      fc.property(
        batch,
        fc.array(batch, { minLength: 1, maxLength: 5 }),
        fc.nat(5),
        (base, blocks, mergeAfter) => {
          const tree = new StateTree(poseidon, DEPTH)
          tree.setLeaves(base)
          const leaves = [apply(EMPTY, base)]
          const chain: StateTreeOverlay[] = []
          const mergeFirst = () => {
            tree.merge(chain.shift()!)
            leaves.shift()
          }
          blocks.forEach((changes, i) => {
            const overlay = (chain.at(-1) ?? tree).fork()
            overlay.setLeaves(changes)
            chain.push(overlay)
            leaves.push(apply(leaves.at(-1)!, changes))
            if (i === mergeAfter) mergeFirst()
          })
          expectHolds(tree, leaves[0]!)
          chain.forEach((overlay, i) => {
            expectHolds(overlay, leaves[i + 1]!)
          })
          while (chain.length > 0) {
            mergeFirst()
            expectHolds(tree, leaves[0]!)
            for (const [i, overlay] of chain.entries()) expectHolds(overlay, leaves[i + 1]!)
          }
        },
      ),
      { numRuns: 40 },
    )
  })

  it('report the same nodes as the tree itself would', () => {
    const changes = [4, 5, 40].map((index) => [index, BigInt(index)] as const)
    const direct = new StateTree(poseidon, DEPTH).setLeaves(changes)
    expect(new StateTree(poseidon, DEPTH).fork().fork().setLeaves(changes)).toEqual(direct)
  })

  it('of a losing branch become stale instead of reading the winner', () => {
    const tree = new StateTree(poseidon, DEPTH)
    const winner = tree.fork()
    const loser = tree.fork()
    const child = loser.fork()
    winner.setLeaves([[1, 5n]])
    tree.merge(winner)
    expect(() => loser.path(1)).toThrow(/stale/)
    expect(() => child.leaf(1)).toThrow(/stale/)
    expect(() => tree.merge(loser)).toThrow(/stale/)
  })

  it('below which something else was merged become stale, at any distance', () => {
    const tree = new StateTree(poseidon, DEPTH)
    const first = tree.fork()
    first.setLeaves([[3, 7n]])
    const second = first.fork()
    const rival = first.fork()
    const unread = first.fork()
    tree.merge(first)
    expect(rival.leaf(0)).toBe(0n)
    expect(first.leaf(0)).toBe(0n)
    second.setLeaves([[0, 1n]])
    tree.merge(second)
    expect(tree.leaf(0)).toBe(1n)
    for (const overlay of [rival, unread, first]) expect(() => overlay.leaf(0)).toThrow(/stale/)
    expect(second.leaf(0)).toBe(1n)
  })

  it('merge in order only', () => {
    const tree = new StateTree(poseidon, DEPTH)
    const first = tree.fork()
    const second = first.fork()
    expect(() => tree.merge(second)).toThrow(/forked from the tree/)
    expect(() => new StateTree(poseidon, DEPTH).merge(first)).toThrow(/forked from the tree/)
    tree.merge(first)
    tree.merge(second)
  })
})

function* each(nodes: TreeNodes): Generator<[number, number, Uint8Array]> {
  for (let i = 0; i < nodes.size; i++) {
    yield [nodes.levels[i]!, nodes.indexes[i]!, nodes.hashes.slice(32 * i, 32 * i + 32)]
  }
}

function columns(rows: [number, number, Uint8Array][]): TreeNodes {
  const hashes = new Uint8Array(32 * rows.length)
  rows.forEach(([, , hash], i) => {
    expect(readField(hash, 0) < R).toBe(true)
    hashes.set(hash, 32 * i)
  })
  return {
    size: rows.length,
    levels: Uint8Array.from(rows, ([level]) => level),
    indexes: Uint32Array.from(rows, ([, index]) => index),
    hashes,
  }
}
