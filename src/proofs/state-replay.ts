import { setImmediate as breathe } from 'node:timers/promises'
import type { Poseidon } from '../crypto/poseidon.ts'
import type { StateTree } from '../crypto/state-tree.ts'
import { leafHash } from '../ledger/hashes.ts'
import { type Database, inTransaction } from '../storage/database.ts'
import { positionAfter } from '../storage/heights.ts'
import { holdingsBefore, movedHoldings } from '../storage/reads/holdings.ts'
import { loadStateTree, loadTreeHeight } from '../storage/tree-store.ts'

/** Leaves to set before other work gets a turn: a few milliseconds of hashing. */
const LEAVES_AT_ONCE = 128
/** Records to replay per statement. */
const RECORDS_AT_ONCE = 8_192

/**
 * The state tree as it was at any position of the final history. It moves forward or back by setting the holdings that changed in between to
 * their values at the new position, read from storage. The node has a tree of its own.
 */
export class StateAt {
  readonly #database: Database
  readonly #tree: StateTree
  #position: number

  private constructor(database: Database, tree: StateTree, position: number) {
    this.#database = database
    this.#tree = tree
    this.#position = position
  }

  /** Loads the tree as it is stored. */
  static async open(database: Database, poseidon: Poseidon, depth: number): Promise<StateAt> {
    // One snapshot, because the node may store nodes at the same time.
    return database.sql.begin('ISOLATION LEVEL REPEATABLE READ READ ONLY', async (tx) => {
      const snapshot = inTransaction(database, tx)
      const height = await loadTreeHeight(snapshot)
      const tree = await loadStateTree(snapshot, poseidon, depth)
      const position = height < 0 ? 0 : await positionAfter(snapshot, height)
      return new StateAt(database, tree, position)
    }) as Promise<StateAt>
  }

  /** Where the tree is: before the record at this position. */
  get position(): number {
    return this.#position
  }

  /** The tree before the record at `position`. The caller may use it until the next call; calls must not overlap. */
  async seek(position: number): Promise<StateTree> {
    while (this.#position !== position) {
      const next =
        position > this.#position
          ? Math.min(position, this.#position + RECORDS_AT_ONCE)
          : Math.max(position, this.#position - RECORDS_AT_ONCE)
      await this.#move(next)
    }
    return this.#tree
  }

  async #move(position: number): Promise<void> {
    const between = { first: Math.min(this.#position, position), end: Math.max(this.#position, position) }
    const moved = await movedHoldings(this.#database, between)
    const holdings = await holdingsBefore(this.#database, moved, position)
    for (let i = 0; i < moved.length; i += LEAVES_AT_ONCE) {
      this.#tree.setLeaves(
        moved.slice(i, i + LEAVES_AT_ONCE).map((index) => {
          const holding = holdings.get(index)
          return [index, holding === undefined ? 0n : leafHash(this.#tree.poseidon, holding)] as const
        }),
      )
      await breathe()
    }
    this.#position = position
  }
}
