import { StateTree } from '../../../src/crypto/state-tree.ts'
import type { SignedAction } from '../../../src/ledger/action.ts'
import type { Genesis } from '../../../src/ledger/genesis.ts'
import { leafHash } from '../../../src/ledger/hashes.ts'
import { MINT, RETIRED } from '../../../src/ledger/params.ts'
import type { LedgerRecord } from '../../../src/ledger/record.ts'
import type { Holding } from '../../../src/ledger/state.ts'
import { type BatchDimensions, type BatchInput, batchInput } from '../../../src/proofs/batch-input.ts'
import { poseidon } from '../crypto/poseidon.ts'
import {
  definitionOf,
  eddsaKey,
  rsaKey,
  signRegister,
  signTransfer,
  type TestKey,
  World,
} from '../ledger/ledger-world.ts'

/** A ledger in memory that can compute the circuit inputs of any batch of its records. */
export class BatchWorld extends World {
  readonly #signatures = new Map<number, Pick<SignedAction, 'publicKey' | 'signature'>>()
  /** The holdings before each record, by index. */
  readonly #before: Map<number, Holding>[] = []
  readonly #now = new Map<number, Holding>()

  /** Applies an action and remembers its signature. @throws Error if it is rejected */
  act(action: SignedAction): LedgerRecord {
    this.#before.push(new Map(this.#now))
    const record = this.applied(action)
    this.#signatures.set(record.position, action)
    for (const account of [record.from, record.to]) {
      const holding = this.state.holding(account, record.assetId)
      if (holding !== undefined) this.#now.set(holding.index, holding)
    }
    return record
  }

  units(key: TestKey, from: bigint, to: bigint, assetId: bigint, amount: bigint): LedgerRecord {
    return this.act(signTransfer(key, this.transfer(from, to, assetId, { amount, memo: 99n })))
  }

  /** The state before a record, as a tree. */
  treeBefore({ depth }: BatchDimensions, record: number): StateTree {
    const tree = new StateTree(poseidon, depth)
    tree.setLeaves(
      [...this.#before[record]!.values()].map((holding) => [holding.index, leafHash(poseidon, holding)]),
    )
    return tree
  }

  /** The circuit inputs for `count` records from `first` on. */
  input(dimensions: BatchDimensions, first: number, count: number): BatchInput {
    const holdings = this.#before[first]!
    const tree = this.treeBefore(dimensions, first)
    const records = this.records.slice(first, first + count)
    const ids = new Set([...records, ...holdings.values()].map(({ assetId }) => assetId))
    return batchInput(dimensions, tree, {
      chainId: this.rules.chainId,
      index: Math.floor(first / 4 ** dimensions.height),
      records,
      signatures: this.#signatures,
      assets: new Map(
        [...ids].map((id) => [id, this.state.changes.assets.find((asset) => asset.id === id)!]),
      ),
      holdings,
    })
  }
}

/** Ten records of every kind: register, issues, a transfer, an attested transfer, a retirement, a reinstatement and an attested register. */
export function storyOfEveryKind(genesis: Partial<Genesis> = {}): BatchWorld {
  const world = new BatchWorld(genesis)
  const [issuer, alice, bob] = [eddsaKey('issuer'), eddsaKey('alice'), rsaKey()]
  const definition = definitionOf(issuer, { cap: '1000', decimals: '3', reinstatable: true })
  const { chainId } = world.rules
  const lot = world.act(signRegister(issuer, { chainId, definition, era: world.era })).assetId
  world.units(issuer, MINT, alice.account, lot, 100n)
  world.units(issuer, MINT, bob.account, lot, 50n)
  world.units(alice, alice.account, bob.account, lot, 30n)
  world.units(bob, bob.account, alice.account, lot, 80n)
  world.units(alice, alice.account, RETIRED, lot, 10n)
  world.units(issuer, RETIRED, alice.account, lot, 4n)
  world.units(alice, alice.account, issuer.account, lot, 94n)
  world.units(issuer, issuer.account, alice.account, lot, 1n)
  world.act(signRegister(bob, { chainId, definition: definitionOf(bob, { code: 'LOT-2' }), era: world.era }))
  return world
}
