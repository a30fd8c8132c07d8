import { setImmediate } from 'node:timers/promises'
import { fieldFromBytes } from '../crypto/field.ts'
import { ARITY, zeroHash } from '../crypto/merkle.ts'
import { type NodeIndex, siblingsOf } from '../crypto/multiproof.ts'
import type { Poseidon } from '../crypto/poseidon.ts'
import { leafHash } from '../ledger/hashes.ts'
import { throwRejection } from '../ledger/rejection.ts'
import { numbers } from './columns.ts'
import type { Database } from './database.ts'
import { positionAfter } from './heights.ts'
import { holdingsBefore, movedHoldings } from './reads/holdings.ts'
import { loadTreeHeight } from './tree-store.ts'

/** Hashes without a pause, which take some milliseconds. */
const HASHES_AT_ONCE = 250
/** Records between the state that is wanted and the stored one. More would take seconds to set back. */
export const MAX_SET_BACK = 20_000
/** Times that the nodes are read again because the node stored others in between. */
const TRIES = 20

/**
 * Nodes of the state tree as it was before position `end`. The database has the newest version of each node, so the leaves that changed since are
 * set back, and what is above them is hashed again: cheap for some blocks, seconds for MAX_SET_BACK records.
 * @param depth of the state tree
 * @param pause called between hashes, so that others have their turn; by default the event loop turns
 * @throws RejectionError NOT_AVAILABLE if more than MAX_SET_BACK records came after it
 * @throws Error if the stored tree is of a block before `end`, or does not stop changing
 */
export class PastState {
  readonly #database: Database
  readonly #poseidon: Poseidon
  readonly #depth: number
  readonly #end: number
  readonly #pause: () => Promise<void>

  constructor(
    database: Database,
    poseidon: Poseidon,
    depth: number,
    end: number,
    pause: () => Promise<void> = setImmediate,
  ) {
    this.#database = database
    this.#poseidon = poseidon
    this.#depth = depth
    this.#end = end
    this.#pause = pause
  }

  /** Number of holdings. They have their numbers in the order in which they were opened. */
  async size(): Promise<number> {
    const [row] = await this.#database.sql<{ size: number }[]>`
      SELECT id + 1 AS size FROM holding WHERE opened < ${this.#end} ORDER BY id DESC LIMIT 1`
    return row?.size ?? 0
  }

  /** These nodes, in the order asked for. */
  async nodes(wanted: readonly NodeIndex[]): Promise<bigint[]> {
    for (let i = 0; i < TRIES; i++) {
      const nodes = await this.#try(wanted)
      if (nodes !== undefined) return nodes
    }
    throw new Error(`the state tree was stored anew ${TRIES} times while it was read`)
  }

  /** @returns undefined if the tree was stored anew in between */
  async #try(wanted: readonly NodeIndex[]): Promise<bigint[] | undefined> {
    const height = await loadTreeHeight(this.#database)
    const treeEnd = await positionAfter(this.#database, height)
    if (treeEnd < this.#end) throw new Error(`the trees are stored up to height ${height} only`)
    if (treeEnd - this.#end > MAX_SET_BACK)
      throwRejection('NOT_AVAILABLE', {
        what: 'the state tree',
        records: treeEnd - this.#end,
        max: MAX_SET_BACK,
      })
    const changed = (await movedHoldings(this.#database, { first: this.#end, end: treeEnd })).sort(
      (a, b) => a - b,
    )
    const before = await holdingsBefore(this.#database, changed, this.#end)
    const siblings = [...siblingsOf(changed, ARITY ** this.#depth, this.#depth)]
    const stored = await this.#stored([...wanted, ...siblings], height)
    if (stored === undefined) return undefined
    const past = new Map<string, bigint>()
    let hashes = 0
    const mayPause = async () => {
      if (++hashes % HASHES_AT_ONCE === 0) await this.#pause()
    }
    for (const index of changed) {
      await mayPause()
      const holding = before.get(index)
      past.set(keyOf({ level: 0, index }), holding === undefined ? 0n : leafHash(this.#poseidon, holding))
    }
    const node = (at: NodeIndex) =>
      past.get(keyOf(at)) ?? stored.get(keyOf(at)) ?? zeroHash(this.#poseidon, at.level)
    let indexes = changed
    for (let level = 0; level < this.#depth; level++) {
      indexes = [...new Set(indexes.map((index) => Math.floor(index / ARITY)))]
      for (const index of indexes) {
        await mayPause()
        const children = [0, 1, 2, 3].map((child) => node({ level, index: index * ARITY + child }))
        past.set(keyOf({ level: level + 1, index }), this.#poseidon.hash(children))
      }
    }
    return wanted.map(node)
  }

  /** Stored nodes; undefined if those of another height are stored now. Reads in one statement, which sees one moment. */
  async #stored(nodes: readonly NodeIndex[], height: number): Promise<Map<string, bigint> | undefined> {
    const rows = await this.#database.sql<
      { level: number | null; index: number; hash: Uint8Array; height: number }[]
    >`
      SELECT n.level, n.index, n.hash, h.height FROM tree_height h
      LEFT JOIN (
        SELECT level, index, hash FROM state_node
        JOIN unnest(${numbers(nodes.map((n) => n.level))}::smallint[], ${numbers(nodes.map((n) => n.index))}::integer[]) AS w (level, index)
        USING (level, index)) n ON true`
    if (rows[0]?.height !== height) return undefined
    return new Map(
      rows.flatMap(({ level, index, hash }) =>
        level === null ? [] : [[keyOf({ level, index }), fieldFromBytes(hash)]],
      ),
    )
  }
}

const keyOf = ({ level, index }: NodeIndex): string => `${level}/${index}`
