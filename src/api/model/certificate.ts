import { encodeCertificate } from '../../certificate/certificate.ts'
import { makeCertificate } from '../../certificate/make.ts'
import { bytesToHex, utf8 } from '../../codec/bytes.ts'
import { sha256 } from '../../crypto/hash.ts'
import { certificateSource } from '../../storage/reads/certificates.ts'
import type { CertificateInput } from '../generated/resolvers.ts'
import { coordinate } from '../input/parse.ts'
import type { ApiContext } from '../request/context.ts'
import { parseStart } from './trace.ts'

/**
 * The certificate of what an input asks for, as of its height or of the one that the client chose. Its walk is charged to the request's budget of
 * records, as a trace is.
 */
export async function certificateOf(
  { start, direction, offset, length, atHeight }: CertificateInput,
  { services, snapshot, traces, work }: ApiContext,
) {
  const height = atHeight == null ? snapshot.pinnedTo : coordinate(atHeight)
  const loaders = await snapshot.loaders()
  const request = {
    ...(await parseStart(start, loaders)),
    direction: direction ?? 'BACKWARD',
    ...(offset == null ? {} : { offset }),
    ...(length == null ? {} : { length }),
  }
  const certificate = await traces.run(async (budget) => {
    const { database, genesis, poseidon } = services
    const options = { budget, pause: () => work.pause() }
    return makeCertificate(await certificateSource(database, genesis, poseidon, options, height), request)
  })
  const json = encodeCertificate(certificate)
  return {
    json,
    sha256: bytesToHex(sha256(utf8(json))),
    height: BigInt(certificate.question.height),
    records: certificate.records.length,
  }
}
