import { createPrivateKey, createPublicKey, type KeyObject, sign } from 'node:crypto'
import { concatBytes, hexToBytes } from '../codec/bytes.ts'
import { BoundedCache } from './bounded-cache.ts'

// Keys and signatures of validators: Ed25519 (RFC 8032), by OpenSSL.
const PKCS8_PREFIX = hexToBytes('302e020100300506032b657004220420')
const SPKI_PREFIX = hexToBytes('302a300506032b6570032100')

const secretKeys = new BoundedCache<KeyObject>(16)

/** Signs a message with a 32-byte seed. Deterministic; the signature has 64 bytes. @throws RangeError if the seed has another length */
export function signEd25519(seed: Uint8Array, message: Uint8Array): Uint8Array {
  return new Uint8Array(sign(null, message, secretKey(seed)))
}

/** The 32-byte public key of a 32-byte seed. @throws RangeError if the seed has another length */
export function ed25519PublicKey(seed: Uint8Array): Uint8Array {
  const spki = createPublicKey(secretKey(seed)).export({ type: 'spki', format: 'der' })
  return new Uint8Array(spki.subarray(SPKI_PREFIX.length))
}

/** A 32-byte seed as PKCS#8 in DER (RFC 8410). @throws RangeError if the seed has another length */
export function ed25519Pkcs8(seed: Uint8Array): Uint8Array {
  if (seed.length !== 32) throw new RangeError('an Ed25519 seed has 32 bytes')
  return concatBytes(PKCS8_PREFIX, seed)
}

function secretKey(seed: Uint8Array): KeyObject {
  return secretKeys.get(seed, () =>
    createPrivateKey({ key: Buffer.from(ed25519Pkcs8(seed)), format: 'der', type: 'pkcs8' }),
  )
}
