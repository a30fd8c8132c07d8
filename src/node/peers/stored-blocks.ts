import { decodeCertificate } from '../../consensus/codec.ts'
import type { Proposal } from '../../consensus/types.ts'
import type { Genesis } from '../../ledger/genesis.ts'
import { type CarriedBlock, MAX_BLOCKS, type PeerStatus } from '../../network/peer-messages.ts'
import type { Database } from '../../storage/database.ts'
import {
  type FinalBlockRow,
  readFinalBlock,
  readFinalBlocks,
  readNewestCertified,
} from '../../storage/reads/final-blocks.ts'

/** Leaders' signatures are not stored: whoever asks for a final block has a quorum's certificate. */
const NO_SIGNATURE = new Uint8Array(64)

/** Final blocks as peers are given them. */
export function storedBlocks(database: Database, { validators, limits }: Genesis) {
  return {
    async byHash(hash: string): Promise<Proposal | undefined> {
      const row = await readFinalBlock(database, hash)
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
      const rows = await readFinalBlocks(database, page)
      return fitting(rows, limits.maxBodyBytes).map((row) => carried(row, validators.length))
    },
  }
}

/** The newest final block that has its own certificate: how far this node can show that it is. */
export async function loadPeerStatus(database: Database, validators: number): Promise<PeerStatus | null> {
  const row = await readNewestCertified(database, validators)
  return row ?? null
}

/** As many blocks as one message may hold, and notes as far as there is room: they are no part of the history. */
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
  if (certificate === null) throw new Error(`block ${header.height} has no certificate`)
  return { header, hash, body, notes, certificate: decodeCertificate(certificate, validators) }
}
