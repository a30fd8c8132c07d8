import { decodeCertificate } from '../../consensus/codec.ts'
import type { Proposal } from '../../consensus/types.ts'
import type { Genesis } from '../../ledger/genesis.ts'
import { type CarriedBlock, MAX_BLOCKS } from '../../network/peer-messages.ts'
import type { FinalBlockRow } from '../../storage/reads/final-blocks.ts'
import type { NodeStore } from '../store.ts'

/** Signatures of leaders are not stored: a peer that requests a final block has a quorum's certificate for it. */
const NO_SIGNATURE = new Uint8Array(64)

/** Reads final blocks in the form in which they are sent to peers. */
export function storedBlocks(store: Pick<NodeStore, 'block' | 'blocks'>, { validators, limits }: Genesis) {
  return {
    async byHash(hash: string): Promise<Proposal | undefined> {
      const row = await store.block(hash)
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
      const rows = await store.blocks(page)
      return fitting(rows, limits.maxBodyBytes).map((row) => carried(row, validators.length))
    },
  }
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
  if (certificate === null) throw new Error(`block ${header.height} has no certificate`)
  return { header, hash, body, notes, certificate: decodeCertificate(certificate, validators) }
}
