import { EMPTY_ROOT, fullRoot, nodeHash } from './merkle.ts'
import { hashesAt, MAX_TILE_LEVEL, TILE_HEIGHT, TILE_WIDTH, type TileReader, tileAt } from './tiles.ts'

/**
 * All that is needed of a log to append to it and to compute its root: the roots of its largest full subtrees, from left to right, one per binary
 * digit 1 of the size. It is never changed, so blocks that are not final yet keep frontiers of their own.
 */
export interface Frontier {
  /** Number of entries. */
  readonly size: number
  readonly nodes: readonly Uint8Array[]
}

/** A hash of the tiled log above its leaves: the root of a full tile of the level below. See tiles.ts. */
export interface TileRoot {
  /** Level of the tile that holds the hash, from 1. */
  level: number
  /** Index among the hashes of its level. */
  index: number
  hash: Uint8Array
}

/** The frontier of a log without entries. */
export const EMPTY_FRONTIER: Frontier = { size: 0, nodes: [] }

/** Appends a leaf hash. @returns the new frontier, and the roots of the tiles that became full by it, lowest first */
export function append(
  { size, nodes }: Frontier,
  hash: Uint8Array,
): { frontier: Frontier; full: TileRoot[] } {
  const kept = nodes.slice()
  const full: TileRoot[] = []
  let node = hash
  let index = size
  for (let height = 1; index % 2 === 1; height++) {
    node = nodeHash(kept.pop()!, node)
    index = (index - 1) / 2
    if (height % TILE_HEIGHT === 0) full.push({ level: height / TILE_HEIGHT, index, hash: node })
  }
  return { frontier: { size: size + 1, nodes: [...kept, node] }, full }
}

/** The Merkle tree hash of RFC 6962 over all entries. */
export function logRootOf({ nodes }: Frontier): Uint8Array {
  return nodes.length === 0 ? EMPTY_ROOT : nodes.reduceRight((right, left) => nodeHash(left, right))
}

/** The frontier of a log of `size` entries, from its partial tiles: at most one of each level is read. */
export async function frontierFrom(size: number, read: TileReader): Promise<Frontier> {
  const nodes: Uint8Array[] = []
  for (let level = MAX_TILE_LEVEL; level >= 0; level--) {
    const count = hashesAt(level, size)
    const tile = count % TILE_WIDTH > 0 && tileAt(level, Math.floor(count / TILE_WIDTH), size)
    if (!tile) continue
    const hashes = await read(tile)
    if (hashes.length !== tile.width) throw new RangeError('a tile of the log is too short')
    let from = 0
    for (let width = TILE_WIDTH / 2; width >= 1; width /= 2) {
      if ((tile.width & width) === 0) continue
      nodes.push(fullRoot(hashes.slice(from, from + width)))
      from += width
    }
  }
  return { size, nodes }
}
