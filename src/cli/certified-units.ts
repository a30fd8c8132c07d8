import type { CertifiedContent } from '../certificate/report.ts'
import { verifyCertificate } from '../certificate/verify.ts'
import type { Client } from '../client/client.ts'
import { utf8 } from '../codec/bytes.ts'
import { Failure } from '../config/failure.ts'
import type { Poseidon } from '../crypto/poseidon.ts'
import type { Genesis } from '../ledger/genesis.ts'

const CERTIFICATE = 'query ($input: CertificateInput!) { certificate(input: $input) { json } }'

/** Which units an API is asked for: those themselves, all of their holding, or all of their asset. */
export const RANGES = ['units', 'holding', 'asset'] as const
export type AskedRange = (typeof RANGES)[number]

/**
 * Asks an API for the certificate of units. The more it is asked for, the less it learns.
 * @returns undefined if the asset does not exist
 * @throws ClientError
 */
export async function askedCertificate(
  client: Client,
  asset: string,
  address: string,
  { ask, offset, length }: { ask: AskedRange; offset?: string | undefined; length?: string | undefined },
): Promise<Uint8Array | undefined> {
  const start = ask === 'asset' ? { asset } : { holding: { address, asset } }
  const input = { start, direction: 'BACKWARD', ...(ask === 'units' && { offset, length }) }
  const { certificate } = await client.query<{ certificate: { json: string } | null }>(CERTIFICATE, { input })
  return certificate === null ? undefined : utf8(certificate.json)
}

/**
 * What a certificate shows, from which an origin can be proven.
 * @throws Failure `NOT_SHOWN` if it is not intact, or its header not final
 */
export async function certifiedContent(
  bytes: Uint8Array,
  genesis: Genesis,
  poseidon: Poseidon,
): Promise<CertifiedContent> {
  const { intact, final, content } = await verifyCertificate(bytes, genesis, poseidon, { nowMs: Date.now() })
  const wrong = [intact, final].find(({ verdict }) => verdict !== 'yes')
  if (wrong === undefined && content !== undefined) return content
  throw new Failure('NOT_SHOWN', `nothing can be proven from this certificate: ${wrong?.reason}`, {
    hint: 'ask another API, or check the file: ictl verify FILE',
  })
}
