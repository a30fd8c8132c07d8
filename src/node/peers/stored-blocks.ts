import { bytesToHex, equalBytes } from '../../codec/bytes.ts'
import { Failure } from '../../config/failure.ts'
import { decodeCertificate } from '../../consensus/codec.ts'
import type { Proposal } from '../../consensus/types.ts'
import { sha256 } from '../../crypto/hash.ts'
import type { Genesis } from '../../ledger/genesis.ts'
import { blockHash } from '../../ledger/header.ts'
import { type CarriedBlock, MAX_BLOCKS } from '../../network/peer-messages.ts'
import { damaged } from '../../storage/damaged.ts'
import type { FinalBlockRow } from '../../storage/reads/final-blocks.ts'
import type { NodeStore } from '../store.ts'

/** Signatures of leaders are not stored: a peer that requests a final block has a quorum's certificate for it. */
const NO_SIGNATURE = new Uint8Array(64)

/**
 * Reads final blocks in the form in which they are sent to peers. A block is read from its records, accounts and definitions, so its hashes are checked:
 * peers would take a damaged block for a lie. Rejects with a Failure DATABASE_DAMAGED for such a block; `from` returns those below it, if there are any.
 */
export function storedBlocks(store: Pick<NodeStore, 'block' | 'blocks'>, { validators, limits }: Genesis) {
  return {
    async byHash(hash: string): Promise<Proposal | undefined> {
      const row = await store.block(hash)
      if (row !== undefined) checkBlock(row)
      return (
        row && { header: row.header, hash, body: row.body, signature: NO_SIGNATURE, parent: null, skips: [] }
      )
    },
    async from(height: number, count: number): Promise<CarriedBlock[]> {
      const page = {
        from: Math.max(1, height),
        count: Math.min(count, MAX_BLOCKS),
        maxRecords: limits.maxRecords,
      }
      const rows = fitting(await read(store, page), limits.maxBodyBytes)
      const damagedAt = rows.findIndex((row) => faultOf(row) !== undefined)
      if (damagedAt === 0) checkBlock(rows[0]!)
      return rows
        .slice(0, damagedAt < 0 ? rows.length : damagedAt)
        .map((row) => carried(row, validators.length))
    },
  }
}

/** Reads a page of blocks; only the first one if another cannot be read. */
async function read(
  store: Pick<NodeStore, 'blocks'>,
  page: Parameters<NodeStore['blocks']>[0],
): Promise<FinalBlockRow[]> {
  try {
    return await store.blocks(page)
  } catch (error) {
    if (error instanceof Failure) throw error
    if (page.count > 1) return read(store, { ...page, count: 1 })
    throw damaged(`block ${page.from} cannot be read`, error)
  }
}

/** @throws Failure DATABASE_DAMAGED */
function checkBlock(row: FinalBlockRow): void {
  const fault = faultOf(row)
  if (fault !== undefined) throw damaged(`block ${row.header.height} ${fault}`)
}

function faultOf({ header, hash, body, certificate }: FinalBlockRow): string | undefined {
  if (bytesToHex(blockHash(header)) !== hash) return 'has a hash that is not that of its header'
  if (!equalBytes(sha256(body), header.bodyHash)) return 'has a body with another hash'
  return certificate === null ? 'has no certificate' : undefined
}

/** The first blocks that fit into one message. Notes are dropped where they do not fit, because they are not part of the history. */
function fitting(rows: readonly FinalBlockRow[], maxBytes: number): FinalBlockRow[] {
  let [bytes, noteBytes] = [0, 0]
  const blocks = rows.filter(({ body }, i) => {
    bytes += body.length
    return i === 0 || bytes <= maxBytes
  })
  return blocks.map((block) => {
    for (const text of block.notes.values()) noteBytes += Buffer.byteLength(text) + 6
    return noteBytes <= maxBytes ? block : { ...block, notes: new Map() }
  })
}

function carried(
  { header, hash, certificate, body, notes }: FinalBlockRow,
  validators: number,
): CarriedBlock {
  return { header, hash, body, notes, certificate: decodeCertificate(certificate!, validators) }
}
