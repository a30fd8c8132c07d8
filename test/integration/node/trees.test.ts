import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { HistoryTree } from '../../../src/crypto/history-tree.ts'
import { StateTree } from '../../../src/crypto/state-tree.ts'
import { leafHash, recordHash } from '../../../src/ledger/hashes.ts'
import type { LedgerRecord } from '../../../src/ledger/record.ts'
import type { Holding } from '../../../src/ledger/state.ts'
import { rewind } from '../../../src/node/trees/rewind.ts'
import { type BlockDelta, Trees } from '../../../src/node/trees/trees.ts'
import { poseidon } from '../../support/crypto/poseidon.ts'

const DEPTH = 4
const BATCH = 4
const CHAIN = 77n
const ASSET = 5n

/** A ledger of one asset that moves units between accounts 10, 11, ... and keeps every state it was in. */
class World {
  readonly holdings = new Map<number, Holding>()
  readonly records: LedgerRecord[] = []
  readonly snapshots: Map<number, Holding>[] = [new Map()]

  register(): void {
    this.holdings.set(0, { index: 0, account: 0n, assetId: ASSET, inTotal: 1000n, outTotal: 0n })
    this.#record({
      kind: 'register',
      from: 9n,
      to: 0n,
      amount: 1000n,
      fromStart: 0n,
      toStart: 0n,
      fromHolding: 0,
      toHolding: 0,
      flags: 2,
    })
  }

  /** Moves `amount` from holding `from` to the `to`-th account, if it can; true if it did. */
  move(from: number, to: number, amount: bigint): boolean {
    const sender = this.holdings.get(from % this.holdings.size)!
    const account = BigInt(10 + to)
    const receiver = [...this.holdings.values()].find((holding) => holding.account === account)
    if (sender.account === account || sender.inTotal - sender.outTotal < amount) return false
    const opened: Holding = receiver ?? {
      index: this.holdings.size,
      account,
      assetId: ASSET,
      inTotal: 0n,
      outTotal: 0n,
    }
    this.holdings.set(sender.index, { ...sender, outTotal: sender.outTotal + amount })
    this.holdings.set(opened.index, { ...opened, inTotal: opened.inTotal + amount })
    this.#record({
      kind: 'transfer',
      from: sender.account,
      to: account,
      amount,
      fromStart: sender.outTotal,
      toStart: opened.inTotal,
      fromHolding: sender.index,
      toHolding: opened.index,
      flags: 1,
    })
    return true
  }

  /** What the records since `position` did, as one block. */
  block(hash: string, parentHash: string, position: number): BlockDelta {
    const records = this.records.slice(position)
    const touched = new Set(records.flatMap(({ fromHolding, toHolding }) => [fromHolding, toHolding]))
    return { hash, parentHash, records, holdings: [...touched].map((index) => this.holdings.get(index)!) }
  }

  #record(
    fields: Pick<
      LedgerRecord,
      'kind' | 'from' | 'to' | 'amount' | 'fromStart' | 'toStart' | 'fromHolding' | 'toHolding' | 'flags'
    >,
  ): void {
    const position = this.records.length
    this.records.push({
      ...fields,
      position,
      hash: BigInt(1000 + position),
      assetId: ASSET,
      era: 1,
      blockEra: 1,
      memo: 0n,
    })
    this.snapshots.push(new Map(this.holdings))
  }
}

function rootOf(holdings: Map<number, Holding>): bigint {
  const tree = new StateTree(poseidon, DEPTH)
  tree.setLeaves([...holdings].map(([index, holding]) => [index, leafHash(poseidon, holding)]))
  return tree.root
}

function historyOf(records: LedgerRecord[]): bigint {
  const tree = new HistoryTree(poseidon)
  tree.append(records.map((record) => recordHash(poseidon, record, CHAIN)))
  return tree.root()
}

function expectedRoots(world: World) {
  const position = world.records.length
  return {
    stateRoot: rootOf(world.holdings),
    historyRoot: historyOf(world.records),
    batchStateRoot: rootOf(world.snapshots[position - (position % BATCH)]!),
  }
}

function emptyTrees(): Trees {
  const base = {
    state: new StateTree(poseidon, DEPTH),
    history: new HistoryTree(poseidon),
    batchStateRoot: new StateTree(poseidon, DEPTH).root,
  }
  return new Trees({ chainId: CHAIN, batchSize: BATCH }, 'genesis', base)
}

const moves = fc.array(
  fc.array(fc.record({ from: fc.nat(20), to: fc.nat(8), amount: fc.bigInt(1n, 40n) }), { maxLength: 9 }),
  { minLength: 1, maxLength: 6 },
)

describe('trees', () => {
  test('roots after every block equal those of trees built afresh, and undoing records gives back every earlier state', () => {
    fc.assert(
      fc.property(moves, (blocks) => {
        const world = new World()
        const trees = emptyTrees()
        let parent = 'genesis'
        blocks.forEach((block, number) => {
          const position = world.records.length
          if (number === 0) world.register()
          for (const { from, to, amount } of block) world.move(from, to, amount)
          const delta = world.block(`block ${number}`, parent, position)
          for (let tail = 0; tail <= delta.records.length; tail += 1) {
            const held = new Map(delta.holdings.map((holding) => [holding.index, holding]))
            for (const [index, before] of rewind(held, delta.records.slice(delta.records.length - tail))) {
              expect(before).toEqual(world.snapshots[world.records.length - tail]!.get(index))
            }
          }
          expect(trees.add(delta)).toEqual(expectedRoots(world))
          // Half of the blocks stay unfinal until a later one makes them final.
          if (number % 2 === 1) for (const final of [number - 1, number]) trees.finalize(`block ${final}`)
          parent = delta.hash
        })
      }),
      { numRuns: 60 },
    )
  })

  test('rivals are hashed side by side, and the losing one and its children are forgotten', () => {
    const trees = emptyTrees()
    const winner = new World()
    const loser = new World()
    winner.register()
    loser.register()
    loser.move(0, 3, 5n)
    trees.add(winner.block('a', 'genesis', 0))
    trees.add(loser.block('b', 'genesis', 0))
    loser.move(0, 4, 6n)
    expect(trees.add(loser.block('b2', 'b', 2))).toEqual(expectedRoots(loser))
    trees.finalize('a')
    expect(trees.roots).toEqual(expectedRoots(winner))
    expect(() => trees.finalize('b')).toThrow('does not follow')
    expect(() => trees.add(loser.block('b3', 'b2', 3))).toThrow('before its parent')
    winner.move(0, 1, 7n)
    expect(trees.add(winner.block('a2', 'a', 1))).toEqual(expectedRoots(winner))
  })

  test('saved nodes rebuild both trees', () => {
    const world = new World()
    const trees = emptyTrees()
    world.register()
    for (let i = 0; i < 7; i += 1) world.move(i, i, 3n)
    trees.add(world.block('a', 'genesis', 0))
    const nodes = trees.finalize('a')
    expect(StateTree.load(poseidon, DEPTH, nodes.state).root).toBe(trees.roots.stateRoot)
    const saved = new Map<string, bigint>()
    for (const chunk of nodes.history) {
      for (let i = 0; i < chunk.size; i += 1) {
        const hash = Buffer.from(chunk.hashes.subarray(32 * i, 32 * i + 32)).toString('hex')
        saved.set(`${chunk.levels[i]}/${chunk.indexes[i]}`, BigInt(`0x${hash}`))
      }
    }
    const history = HistoryTree.load(
      poseidon,
      world.records.length,
      (level, index) => saved.get(`${level}/${index}`)!,
    )
    expect(history.root()).toBe(trees.roots.historyRoot)
  })
})
