import { createPrivateKey, type KeyObject } from 'node:crypto'
import { base64ToBytes } from '../codec/bytes.ts'
import { DerReader, SEQUENCE } from '../codec/der.ts'
import type { SecretKey } from '../crypto/key.ts'
import { RejectionError, reject } from '../ledger/rejection.ts'
import * as plain from './pem.ts'
import { decodePkcs8 } from './pkcs8.ts'

/** Block of DES, the smallest of the ciphers that such files are encrypted with. */
const CIPHER_BLOCK_BYTES = 8

/** PEM text of a key. An RSA key is encrypted if a passphrase is given (PBES2, AES-256), so that OpenSSL can read it; an EdDSA key never is. */
export function toPem(secret: SecretKey, passphrase?: string): string {
  if (secret.kind === 'eddsa' || !passphrase) return plain.toPem(secret)
  const key = createPrivateKey({ key: Buffer.from(secret.pkcs8), format: 'der', type: 'pkcs8' })
  return key.export({ type: 'pkcs8', format: 'pem', cipher: 'aes-256-cbc', passphrase }).toString()
}

/**
 * Reads any PEM text of a private key that OpenSSL reads; an encrypted one needs its passphrase.
 * @throws RejectionError BAD_KEY; WRONG_PASSPHRASE, also if what is encrypted was altered: the two cannot be told apart
 */
export function fromPem(text: string, passphrase?: string): SecretKey {
  if (text.includes('-----BEGIN PRIVATE KEY-----')) return plain.fromPem(text)
  return decodePkcs8(new Uint8Array(readPem(text, passphrase).export({ type: 'pkcs8', format: 'der' })))
}

function readPem(text: string, passphrase: string | undefined): KeyObject {
  try {
    return createPrivateKey({ key: text, format: 'pem', ...(passphrase ? { passphrase } : {}) })
  } catch {
    if (!text.includes('ENCRYPTED')) throw badKey('not a PEM key')
    if (!passphrase) throw badKey('encrypted, and no passphrase is given')
    throw isWhole(text) ? new RejectionError(reject('WRONG_PASSPHRASE')) : badKey('not a PEM key')
  }
}

const ENCRYPTED =
  /-----BEGIN ENCRYPTED PRIVATE KEY-----([A-Za-z0-9+/=\s]+)-----END ENCRYPTED PRIVATE KEY-----/
/** The older form (RFC 1421), which OpenSSL writes with -traditional. */
const TRADITIONAL = /DEK-Info: [^\n]+\s+([A-Za-z0-9+/=\s]+)-----END [A-Z ]+-----/

/** Whether the PEM text has as many bytes as it should, so that what stands in the way is its passphrase. */
function isWhole(text: string): boolean {
  try {
    const [encrypted, traditional] = [ENCRYPTED, TRADITIONAL].map((form) =>
      form.exec(text)?.[1]?.replace(/\s/g, ''),
    )
    if (encrypted === undefined) return base64ToBytes(traditional ?? '-').length % CIPHER_BLOCK_BYTES === 0
    const reader = new DerReader(base64ToBytes(encrypted))
    reader.content(SEQUENCE)
    reader.end()
    return true
  } catch {
    return false
  }
}

function badKey(reason: string): RejectionError {
  return new RejectionError(reject('BAD_KEY', { reason }))
}
