import { FIELD_BYTES } from '../../crypto/field.ts'
import type { TreeNodes } from '../../crypto/tree-nodes.ts'
import { bytes, numbers } from '../../storage/columns.ts'
import type { Database } from '../../storage/database.ts'

/** Nodes per statement. */
const CHUNK = 16_384

/** Those of these nodes that are not stored, or with another hash. Where a node occurs twice, the later value counts. */
export async function damagedNodes(
  { sql }: Database,
  table: 'state_node' | 'history_node',
  lists: readonly TreeNodes[],
): Promise<{ level: number; index: number }[]> {
  const nodes = new Map<string, { level: number; index: number; hash: Uint8Array }>()
  for (const { size, levels, indexes, hashes } of lists) {
    for (let i = 0; i < size; i++) {
      const [level, index] = [levels[i]!, indexes[i]!]
      nodes.set(`${level}/${index}`, {
        level,
        index,
        hash: hashes.subarray(i * FIELD_BYTES, (i + 1) * FIELD_BYTES),
      })
    }
  }
  const all = [...nodes.values()]
  const damaged: { level: number; index: number }[] = []
  for (let from = 0; from < all.length; from += CHUNK) {
    const chunk = all.slice(from, from + CHUNK)
    const rows = await sql<{ level: number; index: number }[]>`
      SELECT w.level, w.index FROM unnest(${numbers(chunk.map((n) => n.level))}::smallint[],
        ${numbers(chunk.map((n) => n.index))}::bigint[], ${bytes(chunk.map((n) => n.hash))}::bytea[]) AS w (level, index, hash)
      LEFT JOIN ${sql(table)} AS stored ON stored.level = w.level AND stored.index = w.index
      WHERE stored.hash IS DISTINCT FROM w.hash ORDER BY w.level, w.index`
    damaged.push(...rows)
  }
  return damaged
}
