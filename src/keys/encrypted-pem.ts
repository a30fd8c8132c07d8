import { createPrivateKey, type KeyObject } from 'node:crypto'
import type { SecretKey } from '../crypto/key.ts'
import { RejectionError, reject } from '../ledger/rejection.ts'
import * as plain from './pem.ts'
import { decodePkcs8 } from './pkcs8.ts'

/** PEM text of a key. An RSA key is encrypted if a passphrase is given (PBES2, AES-256), so that OpenSSL can read it; an EdDSA key never is. */
export function toPem(secret: SecretKey, passphrase?: string): string {
  if (secret.kind === 'eddsa' || !passphrase) return plain.toPem(secret)
  const key = createPrivateKey({ key: Buffer.from(secret.pkcs8), format: 'der', type: 'pkcs8' })
  return key.export({ type: 'pkcs8', format: 'pem', cipher: 'aes-256-cbc', passphrase }).toString()
}

/** Reads any PEM text of a private key that OpenSSL reads; an encrypted one needs its passphrase. @throws RejectionError BAD_KEY */
export function fromPem(text: string, passphrase?: string): SecretKey {
  if (text.includes('-----BEGIN PRIVATE KEY-----')) return plain.fromPem(text)
  return decodePkcs8(new Uint8Array(readPem(text, passphrase).export({ type: 'pkcs8', format: 'der' })))
}

function readPem(text: string, passphrase: string | undefined): KeyObject {
  try {
    return createPrivateKey({ key: text, format: 'pem', ...(passphrase ? { passphrase } : {}) })
  } catch {
    throw new RejectionError(reject('BAD_KEY', { reason: 'not a PEM key, or its passphrase is wrong' }))
  }
}
