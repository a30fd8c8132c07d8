import { concatBytes } from '../codec/bytes.ts'
import { fullRoot, HASH_BYTES } from './merkle.ts'
import type { NodeReader } from './proofs.ts'

// The log in tiles of 256 hashes, and their paths: C2SP tlog-tiles. A tile of level l has hashes over 256^l entries each.

/** Levels of the tree that one tile spans. */
export const TILE_HEIGHT = 8
/** Hashes in a full tile. */
export const TILE_WIDTH = 256
/** A log of fewer than 2^53 entries has tiles of levels 0 to 6. */
export const MAX_TILE_LEVEL = 6

/** A tile: `width` hashes from number `index` * 256 of its level on. */
export interface Tile {
  level: number
  index: number
  /** 1 to 256; a tile of fewer than 256 hashes is partial. */
  width: number
}

/** How many hashes of a tile level a log has. */
export function hashesAt(level: number, size: number): number {
  return Math.floor(size / TILE_WIDTH ** level)
}

/** The tile at `index` of `level` in a log of `size` entries; undefined if the log has no hash of it. */
export function tileAt(level: number, index: number, size: number): Tile | undefined {
  const width = Math.min(hashesAt(level, size) - index * TILE_WIDTH, TILE_WIDTH)
  return width > 0 ? { level, index, width } : undefined
}

/** Path of a tile below `/tile/`, as in `0/x001/x234/067` or `1/000.p/17`. */
export function tilePath({ level, index, width }: Tile): string {
  const groups: string[] = []
  for (let rest = index; groups.length === 0 || rest > 0; rest = Math.floor(rest / 1_000)) {
    const digits = (rest % 1_000).toString().padStart(3, '0')
    groups.unshift(groups.length === 0 ? digits : `x${digits}`)
  }
  return `${level}/${groups.join('/')}${width === TILE_WIDTH ? '' : `.p/${width}`}`
}

/** Indexes below 2^53 have at most 6 groups of digits. */
const TILE_PATH =
  /^(entries|[0-6])\/((?:x\d{3}\/){0,5}\d{3})(?:\.p\/([1-9]|[1-9]\d|1\d\d|2[0-4]\d|25[0-5]))?$/

/** A tile, or the entries that its hashes are of. */
export interface EntryTile {
  tile: Tile
  entries: boolean
}

/** Reads a path below `/tile/`; undefined unless it is the canonical path of a tile, or of a bundle of entries. */
export function parseTilePath(path: string): EntryTile | undefined {
  const [, kind, groups, width] = TILE_PATH.exec(path) ?? []
  if (kind === undefined || groups === undefined) return undefined
  const index = Number(groups.replaceAll(/[x/]/g, ''))
  if (!Number.isSafeInteger(index * TILE_WIDTH)) return undefined
  const entries = kind === 'entries'
  const tile = {
    level: entries ? 0 : Number(kind),
    index,
    width: width === undefined ? TILE_WIDTH : Number(width),
  }
  // Zeros in front of an index would be a second path of the same tile.
  const canonical = tilePath(tile)
  return path === (entries ? `entries${canonical.slice(1)}` : canonical) ? { tile, entries } : undefined
}

/** Reads the hashes of a tile, `width` of them. */
export type TileReader = (tile: Tile) => Promise<readonly Uint8Array[]>

/** Reads nodes of a log of `size` entries from its tiles; each tile is read once. */
export function nodesFromTiles(size: number, read: TileReader): NodeReader {
  const tiles = new Map<string, Promise<readonly Uint8Array[]>>()
  return async (height, index) => {
    const level = Math.floor(height / TILE_HEIGHT)
    const count = 2 ** (height % TILE_HEIGHT)
    const first = index * count
    const tile = tileAt(level, Math.floor(first / TILE_WIDTH), size)
    if (tile === undefined) throw new RangeError(`a log of ${size} entries has no node ${height}/${index}`)
    const path = tilePath(tile)
    const reading = tiles.get(path) ?? read(tile)
    tiles.set(path, reading)
    const hashes = (await reading).slice(first % TILE_WIDTH, (first % TILE_WIDTH) + count)
    if (hashes.length !== count) throw new RangeError(`tile ${path} is too short`)
    return fullRoot(hashes)
  }
}

/** The bytes of a tile. */
export function encodeTile(hashes: readonly Uint8Array[]): Uint8Array {
  return concatBytes(...hashes)
}

/** The hashes in the bytes of a tile; undefined if they are not `width` hashes. */
export function decodeTile(bytes: Uint8Array, width: number): Uint8Array[] | undefined {
  if (bytes.length !== width * HASH_BYTES) return undefined
  return Array.from({ length: width }, (_, i) => bytes.slice(i * HASH_BYTES, (i + 1) * HASH_BYTES))
}

/** The bytes of a bundle of log entries: each with its length before it, u16. @throws RangeError for an entry of 65,536 bytes or more */
export function encodeEntries(entries: readonly Uint8Array[]): Uint8Array {
  return concatBytes(
    ...entries.flatMap((entry) => {
      if (entry.length > 0xffff) throw new RangeError('an entry of a bundle has at most 65,535 bytes')
      return [Uint8Array.of(entry.length >> 8, entry.length & 0xff), entry]
    }),
  )
}
