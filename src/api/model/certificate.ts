import { type Certificate, MAX_CERTIFICATE_BYTES } from '../../certificate/certificate.ts'
import { encodeCertificate } from '../../certificate/encode.ts'
import { makeCertificate } from '../../certificate/make.ts'
import { bytesToHex, utf8 } from '../../codec/bytes.ts'
import { sha256 } from '../../crypto/hash.ts'
import { decodeHeader } from '../../ledger/header.ts'
import { parseCheckpoint } from '../../log/checkpoint.ts'
import { parseNote } from '../../log/note.ts'
import { inclusionProof } from '../../log/proofs.ts'
import { nodesFromTiles } from '../../log/tiles.ts'
import { readLogTile } from '../../storage/log.ts'
import { certificateSource, refuseCertificate } from '../../storage/reads/certificates.ts'
import type { CertificateInput } from '../generated/resolvers.ts'
import { coordinate } from '../input/parse.ts'
import { type ApiContext, clientOf } from '../request/context.ts'
import type { ApiServices } from '../request/services.ts'
import { parseStart } from './trace.ts'

/**
 * The checkpoint of the node with a proof that the header is in it; nothing if there is none, if it is of an older log, or if the node does not answer.
 * @param header encoded
 */
async function checkpointOf(
  { control, database, heights }: ApiServices,
  header: Uint8Array,
): Promise<Pick<Certificate, 'checkpoint'>> {
  const note = await control.checkpoint().catch(() => null)
  if (note === null) return {}
  const { size } = parseCheckpoint(parseNote(note).text)
  const { height } = decodeHeader(header)
  if (size <= height || size > heights.current + 1) return {}
  const nodes = nodesFromTiles(size, (tile) => readLogTile(database, tile))
  return { checkpoint: { note, inclusion: await inclusionProof(height, size, nodes) } }
}

/** What each record costs that a certificate's walk looks up, or that the state is set back by: `npm run bench certificates`. */
export const COST_PER_RECORD = 50

/**
 * The certificate of what an input asks for, as of its height or of the one that the client chose. Its walk is charged to the request's budget of
 * records, as a trace is.
 */
export async function certificateOf(
  { start, direction, offset, length, atHeight }: CertificateInput,
  context: ApiContext,
) {
  const { services, snapshot, traces, work } = context
  const height = atHeight == null ? snapshot.pinnedTo : coordinate(atHeight)
  const loaders = await snapshot.loaders()
  const request = {
    ...(await parseStart(start, loaders)),
    direction: direction ?? 'BACKWARD',
    ...(offset == null ? {} : { offset }),
    ...(length == null ? {} : { length }),
  }
  const price = { paid: 0, perRecord: COST_PER_RECORD, charge: work.charge }
  const client = services.clients.of(clientOf(context))
  const certificate = await traces.run(client, price, async (budget) => {
    const { database, genesis, poseidon } = services
    const options = { budget, pause: () => work.pause() }
    return makeCertificate(await certificateSource(database, genesis, poseidon, options, height), request)
  })
  const json = encodeCertificate({ ...certificate, ...(await checkpointOf(services, certificate.header)) })
  const bytes = utf8(json)
  // Nobody would read it.
  if (bytes.length > MAX_CERTIFICATE_BYTES) refuseCertificate({ maxBytes: MAX_CERTIFICATE_BYTES })
  return {
    json,
    sha256: bytesToHex(sha256(bytes)),
    height: BigInt(certificate.question.height),
    records: certificate.records.length,
  }
}
