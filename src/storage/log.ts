import { bytesToHex, equalBytes } from '../codec/bytes.ts'
import { decodeHeader } from '../ledger/header.ts'
import { append, type Frontier, frontierFrom, logRootOf, type TileRoot } from '../log/frontier.ts'
import { entryHash } from '../log/merkle.ts'
import { TILE_WIDTH, type Tile } from '../log/tiles.ts'
import { bytes, numbers } from './columns.ts'
import { damaged } from './damaged.ts'
import { type Database, databaseFailure } from './database.ts'
import type { Transaction } from './transaction.ts'

/** Stores hashes of the log of headers above its leaves; the leaves are computed from the headers. */
export async function insertLogTiles(tx: Transaction, tiles: readonly TileRoot[]): Promise<void> {
  if (tiles.length === 0) return
  await tx`
    INSERT INTO log_node (level, index, hash)
    SELECT * FROM unnest(${numbers(tiles.map((t) => t.level))}::smallint[], ${numbers(tiles.map((t) => t.index))}::bigint[],
      ${bytes(tiles.map((t) => t.hash))}::bytea[])`
}

/** The encoded headers of a tile of level 0: entries of the log. Fewer than `width` if the chain is not that long. */
export async function readLogEntries(
  { sql }: Database,
  { index, width }: Pick<Tile, 'index' | 'width'>,
): Promise<Uint8Array[]> {
  const first = index * TILE_WIDTH
  const rows = await sql<{ header: Uint8Array }[]>`
    SELECT header FROM block WHERE height BETWEEN ${first} AND ${first + width - 1} ORDER BY height`
  return rows.map(({ header }) => header)
}

/** One stored hash of the log of headers; undefined if it is not stored. */
export async function readLogNode(
  { sql }: Database,
  { level, index }: Pick<TileRoot, 'level' | 'index'>,
): Promise<Uint8Array | undefined> {
  const [row] = await sql<
    { hash: Uint8Array }[]
  >`SELECT hash FROM log_node WHERE level = ${level} AND index = ${index}`
  return row?.hash
}

/** The hashes of a tile of the log of headers; fewer than `width` if the chain is not that long. */
export async function readLogTile(database: Database, tile: Tile): Promise<Uint8Array[]> {
  if (tile.level === 0) return (await readLogEntries(database, tile)).map(entryHash)
  const first = tile.index * TILE_WIDTH
  const rows = await database.sql<{ hash: Uint8Array }[]>`
    SELECT hash FROM log_node WHERE level = ${tile.level} AND index BETWEEN ${first} AND ${first + tile.width - 1} ORDER BY index`
  return rows.map(({ hash }) => hash)
}

/**
 * The log of the headers up to the newest block, which is its last entry.
 * @throws Failure DATABASE_DAMAGED if the headers before that block do not lead to the root in it
 */
export async function loadLog(database: Database): Promise<Frontier> {
  try {
    const [newest] = await database.sql<{ header: Uint8Array }[]>`
      SELECT header FROM block ORDER BY height DESC LIMIT 1`
    if (newest === undefined) throw new Error('the database has no genesis block')
    const { height, logRoot } = decodeHeader(newest.header)
    const before = await frontierFrom(height, (tile) => readLogTile(database, tile)).catch((cause) => {
      throw cause instanceof RangeError ? damaged('headers, or hashes over them, are missing', cause) : cause
    })
    const root = logRootOf(before)
    if (!equalBytes(root, logRoot))
      throw damaged(
        `block ${height} has the root ${bytesToHex(logRoot)} over all headers before it, which have ${bytesToHex(root)}`,
      )
    return append(before, entryHash(newest.header)).frontier
  } catch (error) {
    throw databaseFailure(error)
  }
}
