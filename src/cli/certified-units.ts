import type { Client } from '../client/types.ts'
import { utf8 } from '../codec/bytes.ts'

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
