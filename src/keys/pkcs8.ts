import { createPrivateKey, type KeyObject } from 'node:crypto'
import { base64ToBytes, equalBytes, hexToBytes } from '../codec/bytes.ts'
import { DecodeError } from '../codec/error.ts'
import type { SecretKey } from '../crypto/signature.ts'
import { RejectionError, reject } from '../ledger/rejection.ts'
import { der, readDer } from './der.ts'

/**
 * Identifies EdDSA-Poseidon keys in PKCS#8 (RFC 5958), which are otherwise encoded as RFC 8410 encodes Ed25519 keys. The object identifier
 * is 2.25.307615040945381482085495766217332148914, made from a UUID, as ITU-T X.667 allows anyone to. PROTOCOL.md, "Key files".
 */
const EDDSA_OID = hexToBytes('06146983ceecc09ed1e6eae0839a8f8aa883f1b39532')
const VERSION_0 = hexToBytes('020100')
const SEQUENCE = 0x30
const OCTETS = 0x04

/** The DER of a PKCS#8 PrivateKeyInfo. */
export function encodePkcs8(secret: SecretKey): Uint8Array {
  if (secret.kind === 'rsa') return new Uint8Array(secret.key.export({ type: 'pkcs8', format: 'der' }))
  return der(SEQUENCE, VERSION_0, der(SEQUENCE, EDDSA_OID), der(OCTETS, der(OCTETS, secret.seed)))
}

/**
 * Decodes the DER of a PKCS#8 PrivateKeyInfo. The size of an RSA key is checked when its public key is taken (`publicKeyOf`).
 * @throws RejectionError BAD_KEY for anything but an EdDSA-Poseidon or RSA key
 */
export function decodePkcs8(bytes: Uint8Array): SecretKey {
  try {
    const info = readDer(bytes, SEQUENCE).content
    const afterVersion = info.subarray(VERSION_0.length)
    const { content: algorithm, rest } = readDer(afterVersion, SEQUENCE)
    if (equalBytes(algorithm, EDDSA_OID)) {
      const seed = readDer(readDer(rest, OCTETS).content, OCTETS).content
      if (seed.length !== 32) throw new DecodeError('MALFORMED', 'an EdDSA seed has 32 bytes')
      return { kind: 'eddsa', seed: seed.slice() }
    }
    return rsaSecret(createPrivateKey({ key: Buffer.from(bytes), format: 'der', type: 'pkcs8' }))
  } catch (error) {
    if (error instanceof RejectionError) throw error
    throw new RejectionError(reject('BAD_KEY', { reason: 'not a PKCS#8 key of a known kind' }))
  }
}

function rsaSecret(key: KeyObject): SecretKey {
  if (key.asymmetricKeyType !== 'rsa') {
    throw new RejectionError(
      reject('BAD_KEY', { reason: `keys of type ${key.asymmetricKeyType} are not supported` }),
    )
  }
  return { kind: 'rsa', key }
}

/** PEM text of a key. An RSA key is encrypted if a passphrase is given (PBES2, AES-256), so that OpenSSL can read it; an EdDSA key never is. */
export function toPem(secret: SecretKey, passphrase?: string): string {
  if (secret.kind === 'rsa') {
    const encrypted = passphrase ? { cipher: 'aes-256-cbc', passphrase } : {}
    return secret.key.export({ type: 'pkcs8', format: 'pem', ...encrypted }).toString()
  }
  const lines = Buffer.from(encodePkcs8(secret))
    .toString('base64')
    .match(/.{1,64}/g)!
  return ['-----BEGIN PRIVATE KEY-----', ...lines, '-----END PRIVATE KEY-----', ''].join('\n')
}

/** Reads a PEM text; an encrypted one needs its passphrase. @throws RejectionError BAD_KEY */
export function fromPem(text: string, passphrase?: string): SecretKey {
  const plain = /-----BEGIN PRIVATE KEY-----([A-Za-z0-9+/=\s]+)-----END PRIVATE KEY-----/.exec(text)
  if (plain) return decodePkcs8(base64ToBytes(plain[1]!.replace(/\s/g, '')))
  try {
    return rsaSecret(createPrivateKey({ key: text, format: 'pem', ...(passphrase ? { passphrase } : {}) }))
  } catch (error) {
    if (error instanceof RejectionError) throw error
    throw new RejectionError(reject('BAD_KEY', { reason: 'not a PEM key, or its passphrase is wrong' }))
  }
}
