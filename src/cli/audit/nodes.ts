import { FIELD_BYTES } from '../../crypto/field.ts'
import type { TreeNodes } from '../../crypto/tree-nodes.ts'
import { bytes, numbers } from '../../storage/columns.ts'
import type { Database } from '../../storage/database.ts'

/** Nodes per statement. */
const CHUNK = 16_384

/** A node of a tree, and the hash that it must have. */
export interface TreeNode {
  level: number
  index: number
  hash: Uint8Array
}

/** The nodes of lists. Where one occurs twice, the later value counts. */
export function latestNodes(lists: readonly TreeNodes[]): Iterable<TreeNode> {
  const nodes = new Map<string, TreeNode>()
  for (const { size, levels, indexes, hashes } of lists) {
    for (let i = 0; i < size; i++) {
      const [level, index] = [levels[i]!, indexes[i]!]
      const hash = hashes.subarray(i * FIELD_BYTES, (i + 1) * FIELD_BYTES)
      nodes.set(`${level}/${index}`, { level, index, hash })
    }
  }
  return nodes.values()
}

/** Finds those of these nodes that are not stored, or with another hash. Keeps CHUNK of them. */
export async function* damagedNodes(
  { sql }: Database,
  table: 'state_node' | 'history_node',
  nodes: Iterable<TreeNode>,
): AsyncGenerator<{ level: number; index: number }> {
  let chunk: TreeNode[] = []
  for (const node of nodes) {
    chunk.push(node)
    if (chunk.length < CHUNK) continue
    yield* await damagedIn(chunk)
    chunk = []
  }
  if (chunk.length > 0) yield* await damagedIn(chunk)

  function damagedIn(some: readonly TreeNode[]) {
    return sql<{ level: number; index: number }[]>`
      SELECT w.level, w.index FROM unnest(${numbers(some.map((n) => n.level))}::smallint[],
        ${numbers(some.map((n) => n.index))}::bigint[], ${bytes(some.map((n) => n.hash))}::bytea[]) AS w (level, index, hash)
      LEFT JOIN ${sql(table)} AS stored ON stored.level = w.level AND stored.index = w.index
      WHERE stored.hash IS DISTINCT FROM w.hash ORDER BY w.level, w.index`
  }
}
