import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { R, readField } from '../../../src/crypto/field.ts'
import { HistoryTree, type NodeLookup } from '../../../src/crypto/history-tree.ts'
import { subtreeRoot, verifyPath, zeroHash } from '../../../src/crypto/merkle.ts'
import type { TreeNodes } from '../../../src/crypto/tree-nodes.ts'
import { poseidon } from '../../support/crypto/poseidon.ts'

const DEPTH = 4
const record = fc.bigInt(1n, R - 1n)
/** Appends of records and gaps, as genesis and blocks make them. */
const steps = fc.array(fc.oneof(fc.array(record, { maxLength: 9 }), fc.nat(6)), { maxLength: 8 })

/** What storage keeps of the nodes that became full. */
class Store {
  readonly nodes = new Map<string, bigint>()
  readonly lookup: NodeLookup = (level, index) => {
    const node = this.nodes.get(`${level}/${index}`)
    if (node === undefined) throw new Error(`node ${level}/${index} was never full`)
    return node
  }

  save(nodes: TreeNodes): void {
    for (let i = 0; i < nodes.size; i++) {
      const key = `${nodes.levels[i]}/${nodes.indexes[i]}`
      expect(this.nodes.has(key)).toBe(false)
      this.nodes.set(key, readField(nodes.hashes, 32 * i))
    }
  }
}

function build(plan: (bigint[] | number)[]) {
  const tree = new HistoryTree(poseidon, DEPTH)
  const store = new Store()
  const leaves: bigint[] = []
  for (const step of plan) {
    if (typeof step === 'number') {
      store.save(tree.padTo(tree.size + step))
      leaves.push(...new Array<bigint>(step).fill(0n))
    } else {
      store.save(tree.append(step))
      leaves.push(...step)
    }
    expect(tree.size).toBe(leaves.length)
  }
  return { tree, store, leaves }
}

describe('the history tree', () => {
  it('has the root of its records, gaps empty', () => {
    expect(new HistoryTree(poseidon, DEPTH).root()).toBe(zeroHash(poseidon, DEPTH))
    fc.assert(
      fc.property(steps, (plan) => {
        const { tree, leaves } = build(plan)
        expect(tree.root()).toBe(subtreeRoot(poseidon, leaves, DEPTH))
      }),
      { numRuns: 40 },
    )
  })

  it('finds every node and path from the full nodes it gave out', () => {
    fc.assert(
      fc.property(steps, (plan) => {
        const { tree, store, leaves } = build(plan)
        leaves.forEach((leaf, position) => {
          expect(verifyPath(poseidon, leaf, position, tree.path(position, store.lookup))).toBe(tree.root())
        })
        for (let level = 0; level <= DEPTH; level++) {
          for (let index = 0; index < 4 ** (DEPTH - level); index++) {
            const below = leaves.slice(index * 4 ** level, (index + 1) * 4 ** level)
            expect(tree.node(level, index, store.lookup)).toBe(subtreeRoot(poseidon, below, level))
          }
        }
      }),
      { numRuns: 15 },
    )
  })

  it('loads from the stored nodes at any size and continues with the same roots', () => {
    fc.assert(
      fc.property(steps, fc.array(record, { maxLength: 5 }), (plan, more) => {
        const { tree, store } = build(plan)
        const loaded = HistoryTree.load(poseidon, tree.size, store.lookup, DEPTH)
        expect(loaded.root()).toBe(tree.root())
        expect(loaded.append(more)).toEqual(tree.append(more))
        expect(loaded.root()).toBe(tree.root())
      }),
      { numRuns: 30 },
    )
  })

  it('forks into trees that do not see each other', () => {
    const tree = new HistoryTree(poseidon, DEPTH)
    tree.append([1n, 2n, 3n])
    const fork = tree.fork()
    fork.append([4n, 5n])
    tree.append([6n])
    expect(tree.root()).toBe(subtreeRoot(poseidon, [1n, 2n, 3n, 6n], DEPTH))
    expect(fork.root()).toBe(subtreeRoot(poseidon, [1n, 2n, 3n, 4n, 5n], DEPTH))
  })

  it('can be filled to the last position and no further', () => {
    const leaves = Array.from({ length: 16 }, (_, i) => BigInt(i + 1))
    const tree = new HistoryTree(poseidon, 2)
    tree.append(leaves)
    expect(tree.root()).toBe(subtreeRoot(poseidon, leaves, 2))
    expect(() => tree.append([1n])).toThrow(RangeError)
    expect(() => tree.padTo(17)).toThrow(RangeError)
    expect(tree.fork().root()).toBe(tree.root())
    expect(HistoryTree.load(poseidon, 16, () => tree.root(), 2).root()).toBe(tree.root())
    expect(tree.size).toBe(16)
  })

  it('gives no path to a position without a record, and cannot go back', () => {
    const { tree, store } = build([[1n, 2n]])
    expect(() => tree.path(2, store.lookup)).toThrow(RangeError)
    expect(() => tree.path(-1, store.lookup)).toThrow(RangeError)
    expect(() => tree.padTo(1)).toThrow(RangeError)
  })
})
