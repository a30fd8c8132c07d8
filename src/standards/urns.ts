import { bytesToBase64Url } from '../codec/bytes.ts'

/** The names that exports have for things of a chain. */
export interface Urns {
  asset(id: string): string
  record(hash: string): string
}

/** Beginning of the name of a kind of things on a chain. */
export const chainUrn = (chainId: string, kind: 'asset' | 'record' | 'lot'): string =>
  `urn:inpigritas:${chainId}:${kind}:`

/** Beginning of the name of an account, which is the same on all chains. */
export const ACCOUNT_URN = 'urn:inpigritas:account:'

/** Namespace of the properties that EPCIS and PROV do not have. */
export const TERMS = 'urn:inpigritas:terms:'

export const urnsOf = (chainId: string): Urns => ({
  asset: (id) => chainUrn(chainId, 'asset') + id,
  record: (hash) => chainUrn(chainId, 'record') + hash,
})

/** The name of a certificate by its SHA-256 (RFC 6920). */
export const certificateUri = (sha256: Uint8Array): string => `ni:///sha-256;${bytesToBase64Url(sha256)}`
