import { FIELD_BYTES, fieldFromBytes } from '../crypto/field.ts'
import { HistoryTree } from '../crypto/history-tree.ts'
import { ARITY } from '../crypto/merkle.ts'
import type { NodeIndex } from '../crypto/multiproof.ts'
import type { Poseidon } from '../crypto/poseidon.ts'
import { StateTree } from '../crypto/state-tree.ts'
import type { TreeNodes } from '../crypto/tree-nodes.ts'
import { HISTORY_DEPTH } from '../ledger/params.ts'
import { bytes, numbers } from './columns.ts'
import { type Database, databaseFailure } from './database.ts'

/** Nodes per round trip while loading. */
const CHUNK = 65_536

/**
 * Stores the nodes that final blocks changed, and the height up to which the trees are now stored, in one transaction. If a node occurs twice, the
 * later value counts. The call can be repeated.
 */
export async function saveTreeNodes(
  { sql }: Database,
  height: number,
  nodes: { state: readonly TreeNodes[]; history: readonly TreeNodes[] },
): Promise<void> {
  const state = columnsOf(latest(nodes.state))
  const history = columnsOf(latest(nodes.history))
  try {
    await sql.begin(async (tx) => {
      if (state.size > 0) {
        await tx`
          INSERT INTO state_node (level, index, hash) SELECT * FROM unnest(${state.levels}::smallint[], ${state.indexes}::integer[], ${state.hashes}::bytea[])
          ON CONFLICT (level, index) DO UPDATE SET hash = EXCLUDED.hash`
      }
      if (history.size > 0) {
        await tx`
          INSERT INTO history_node (level, index, hash) SELECT * FROM unnest(${history.levels}::smallint[], ${history.indexes}::bigint[], ${history.hashes}::bytea[])
          ON CONFLICT (level, index) DO NOTHING`
      }
      await tx`INSERT INTO tree_height (id, height) VALUES (1, ${height}) ON CONFLICT (id) DO UPDATE SET height = EXCLUDED.height`
    })
  } catch (error) {
    throw databaseFailure(error)
  }
}

/** Height of the block up to which the trees are stored; -1 if they were never stored. */
export async function loadTreeHeight({ sql }: Database): Promise<number> {
  const [row] = await sql<{ height: number }[]>`SELECT height FROM tree_height`
  return row?.height ?? -1
}

/** Loads the stored state tree without hashing. A million leaves take under a second. */
export async function loadStateTree(
  { sql }: Database,
  poseidon: Poseidon,
  depth: number,
): Promise<StateTree> {
  const tree = new StateTree(poseidon, depth)
  for (let level = 0; level <= depth; level++) {
    for (let from = 0; from < ARITY ** (depth - level); from += CHUNK) {
      const [chunk] = await sql<{ indexes: Uint8Array | null; hashes: Uint8Array | null }[]>`
        SELECT string_agg(int4send(index), '' ORDER BY index) AS indexes, string_agg(hash, '' ORDER BY index) AS hashes
        FROM state_node WHERE level = ${level} AND index >= ${from} AND index < ${from + CHUNK}`
      // Levels fill up from the left, so the first empty chunk is the end of a level.
      if (chunk!.indexes === null || chunk!.hashes === null) break
      tree.put(unpack(level, chunk!.indexes, chunk!.hashes))
    }
  }
  return tree
}

function unpack(level: number, packed: Uint8Array, hashes: Uint8Array): TreeNodes {
  const size = packed.length / 4
  const indexes = new Uint32Array(size)
  const view = new DataView(packed.buffer, packed.byteOffset, packed.byteLength)
  for (let i = 0; i < size; i++) indexes[i] = view.getUint32(i * 4)
  return { size, levels: new Uint8Array(size).fill(level), indexes, hashes }
}

/** Loads the history tree as it was with `size` positions. */
export async function loadHistoryTree(
  database: Database,
  poseidon: Poseidon,
  size: number,
  depth = HISTORY_DEPTH,
): Promise<HistoryTree> {
  const wanted: { level: number; index: number }[] = []
  HistoryTree.load(
    poseidon,
    size,
    (level, index) => {
      wanted.push({ level, index })
      return 0n
    },
    depth,
  )
  const nodes = await loadHistoryNodes(database, wanted)
  return HistoryTree.load(poseidon, size, (level, index) => nodes(level, index), depth)
}

/** Nodes of the history tree as it was with `size` positions, in the order asked for. */
export async function readHistoryNodes(
  database: Database,
  poseidon: Poseidon,
  size: number,
  nodes: readonly NodeIndex[],
): Promise<bigint[]> {
  const tree = await loadHistoryTree(database, poseidon, size)
  const full = nodes.filter(({ level, index }) => index < Math.floor(size / ARITY ** level))
  const lookup = await loadHistoryNodes(database, full)
  return nodes.map(({ level, index }) => tree.node(level, index, lookup))
}

/** Loads stored nodes of the history tree in one round trip. @returns a lookup, which throws an Error for a node that is not stored */
async function loadHistoryNodes(
  { sql }: Database,
  wanted: readonly { level: number; index: number }[],
): Promise<(level: number, index: number) => bigint> {
  const rows = await sql<{ level: number; index: number; hash: Uint8Array }[]>`
    SELECT level, index, hash FROM history_node
    JOIN unnest(${numbers(wanted.map((n) => n.level))}::smallint[], ${numbers(wanted.map((n) => n.index))}::bigint[]) AS w (level, index)
    USING (level, index)`
  const nodes = new Map(rows.map(({ level, index, hash }) => [`${level}/${index}`, hash]))
  return (level, index) => {
    const hash = nodes.get(`${level}/${index}`)
    if (hash === undefined) throw new Error(`history node ${level}/${index} is not stored`)
    return fieldFromBytes(hash)
  }
}

interface Node {
  level: number
  index: number
  hash: Uint8Array
}

function latest(lists: readonly TreeNodes[]): Node[] {
  const nodes = new Map<number, Node>()
  for (const { size, levels, indexes, hashes } of lists) {
    for (let i = 0; i < size; i++) {
      const level = levels[i]!
      const index = indexes[i]!
      nodes.set(level * 2 ** 32 + index, {
        level,
        index,
        hash: hashes.subarray(i * FIELD_BYTES, (i + 1) * FIELD_BYTES),
      })
    }
  }
  return [...nodes.values()]
}

function columnsOf(nodes: readonly Node[]) {
  return {
    size: nodes.length,
    levels: numbers(nodes.map((n) => n.level)),
    indexes: numbers(nodes.map((n) => n.index)),
    hashes: bytes(nodes.map((n) => n.hash)),
  }
}
