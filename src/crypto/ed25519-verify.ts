import type { KeyObject } from 'node:crypto'
import { ed25519 } from '@noble/curves/ed25519.js'
import { sha512 } from '@noble/hashes/sha2.js'
import { bytesToHex, concatBytes, equalBytes, hexToBytes } from '../codec/bytes.ts'
import { BoundedCache } from './bounded-cache.ts'
import { nodeCrypto } from './platform.ts'

/** SubjectPublicKeyInfo of an Ed25519 key: this prefix, then the key's 32 bytes. RFC 8410. */
const SPKI_PREFIX = hexToBytes('302a300506032b6570032100')
const { Point } = ed25519

const publicKeys = new BoundedCache<KeyObject>(1024)

/**
 * Verifies an Ed25519 signature (RFC 8032) of a validator's vote or proposal. Uses OpenSSL in Node and noble-curves elsewhere; both give the
 * same result. False for any malformed key or signature; never throws.
 */
export function verifyEd25519(publicKey: Uint8Array, message: Uint8Array, signature: Uint8Array): boolean {
  if (nodeCrypto === undefined) return verifyWithoutNode(publicKey, message, signature)
  if (publicKey.length !== 32 || signature.length !== 64) return false
  try {
    const spki = {
      key: Buffer.from(concatBytes(SPKI_PREFIX, publicKey)),
      format: 'der',
      type: 'spki',
    } as const
    const key = publicKeys.get(publicKey, () => nodeCrypto!.createPublicKey(spki))
    return nodeCrypto.verify(null, message, key, signature)
  } catch {
    return false
  }
}

/**
 * Verification in plain JavaScript by OpenSSL's rules: S must be below the group's order, neither side is multiplied by 8, and R is compared
 * as bytes. Verifiers disagree on keys and signatures with components of small order (eprint 2020/1244); with these rules, the two here agree.
 */
export function verifyWithoutNode(
  publicKey: Uint8Array,
  message: Uint8Array,
  signature: Uint8Array,
): boolean {
  if (publicKey.length !== 32 || signature.length !== 64) return false
  const r = signature.subarray(0, 32)
  const s = littleEndian(signature.subarray(32))
  if (s >= Point.Fn.ORDER) return false
  try {
    const key = Point.fromBytes(publicKey, true)
    const challenge = littleEndian(sha512(concatBytes(r, publicKey, message))) % Point.Fn.ORDER
    const expected = Point.BASE.multiplyUnsafe(s).subtract(key.multiplyUnsafe(challenge))
    return equalBytes(expected.toBytes(), r)
  } catch {
    return false
  }
}

function littleEndian(bytes: Uint8Array): bigint {
  return BigInt(`0x${bytesToHex(bytes.toReversed())}`)
}
