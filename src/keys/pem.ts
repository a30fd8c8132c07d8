import { base64ToBytes, bytesToBase64 } from '../codec/bytes.ts'
import type { SecretKey } from '../crypto/key.ts'
import { RejectionError, reject } from '../ledger/rejection.ts'
import { decodePkcs8, encodePkcs8 } from './pkcs8.ts'

const PRIVATE_KEY = /-----BEGIN PRIVATE KEY-----([A-Za-z0-9+/=\s]+)-----END PRIVATE KEY-----/

/** The key as PEM text (RFC 7468), not encrypted. */
export function toPem(secret: SecretKey): string {
  const lines = bytesToBase64(encodePkcs8(secret)).match(/.{1,64}/g)!
  return ['-----BEGIN PRIVATE KEY-----', ...lines, '-----END PRIVATE KEY-----', ''].join('\n')
}

/** Reads PEM text that is not encrypted. @throws RejectionError BAD_KEY */
export function fromPem(text: string): SecretKey {
  const body = PRIVATE_KEY.exec(text)?.[1]
  if (body === undefined) throw notPem()
  let bytes: Uint8Array
  try {
    bytes = base64ToBytes(body.replace(/\s/g, ''))
  } catch {
    throw notPem()
  }
  return decodePkcs8(bytes)
}

function notPem(): RejectionError {
  return new RejectionError(reject('BAD_KEY', { reason: 'not a PKCS#8 key in PEM' }))
}
