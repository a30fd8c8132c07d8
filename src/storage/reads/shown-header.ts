import type { LaterHeader } from '../../certificate/certificate.ts'
import { decodeHeader } from '../../ledger/header.ts'
import { throwRejection } from '../../ledger/rejection.ts'
import { inclusionProof } from '../../log/proofs.ts'
import { nodesFromTiles } from '../../log/tiles.ts'
import type { Database } from '../database.ts'
import { readLogTile } from '../log.ts'
import { type CertifiedHeader, readCertifiedHeader, readFirstCertified } from './final-blocks.ts'

/**
 * The header that states the roots as of a height, with what shows that it is final: its own certificate, or that of a later header whose log has it.
 * @param treeHeight as of which the trees are stored
 * @param height by default, the highest one with a header that its own certificate made final
 * @throws RejectionError NOT_AVAILABLE if there is no such header yet; HEIGHT_TOO_HIGH above the stored trees
 */
export async function readShownHeader(
  database: Database,
  validators: number,
  treeHeight: number,
  height?: number,
): Promise<CertifiedHeader & { later: LaterHeader | undefined }> {
  if (height === undefined) {
    const newest = await readCertifiedHeader(database, validators, treeHeight + 1)
    return newest
      ? { ...newest, later: undefined }
      : throwRejection('NOT_AVAILABLE', { what: 'a final header' })
  }
  if (height > treeHeight) throwRejection('HEIGHT_TOO_HIGH', { height, newest: treeHeight })
  const [row] = await database.sql<
    { header: Uint8Array }[]
  >`SELECT header FROM block WHERE height = ${height + 1}`
  const final = row && (await readFirstCertified(database, validators, height + 1))
  if (row === undefined || final === undefined)
    return throwRejection('NOT_AVAILABLE', { what: 'a final header after this height', height })
  const size = decodeHeader(final.header).height
  if (size === height + 1) return { ...final, later: undefined }
  const inclusion = await inclusionProof(
    height + 1,
    size,
    nodesFromTiles(size, (tile) => readLogTile(database, tile)),
  )
  return { header: row.header, certificate: final.certificate, later: { header: final.header, inclusion } }
}
