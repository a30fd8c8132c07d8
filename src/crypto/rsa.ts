import { constants, createPublicKey, type KeyObject, verify } from 'node:crypto'
import { BoundedCache } from './bounded-cache.ts'
import { parseRsaSpki } from './rsa-spki.ts'

/** RSA-PSS with SHA-256, MGF1-SHA-256 and a salt of exactly 32 bytes (RFC 8017, section 8.1), by OpenSSL. */
const PSS = { padding: constants.RSA_PKCS1_PSS_PADDING, saltLength: 32 }

/** A decoded public key. */
interface RsaKey {
  key: KeyObject
  modulus: Uint8Array
}

/** Decoded keys: parsing a key takes six times as long as verifying a signature with it. */
const keys = new BoundedCache<RsaKey>(16_384)

/**
 * Decodes a public key (DER SubjectPublicKeyInfo).
 * @throws DecodeError if parseRsaSpki rejects it
 */
function decodeRsaKey(spki: Uint8Array): RsaKey {
  return keys.get(spki, () => {
    const { modulus } = parseRsaSpki(spki)
    return {
      key: createPublicKey({ key: Buffer.from(spki), format: 'der', type: 'spki' }),
      modulus: modulus.slice(),
    }
  })
}

/**
 * True if the signature is exactly as long as the modulus, below it, and valid.
 * @throws DecodeError if decodeRsaKey rejects the key
 */
export function verifyRsa(spki: Uint8Array, message: Uint8Array, signature: Uint8Array): boolean {
  const { key, modulus } = decodeRsaKey(spki)
  if (signature.length !== modulus.length || !isBelow(signature, modulus)) return false
  return verify('sha256', message, { key, ...PSS }, signature)
}

/** Compares two big-endian numbers of the same length. */
function isBelow(a: Uint8Array, b: Uint8Array): boolean {
  for (let i = 0; i < a.length; i++) if (a[i] !== b[i]) return a[i]! < b[i]!
  return false
}
