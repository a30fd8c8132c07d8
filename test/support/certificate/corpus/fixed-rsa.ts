import { constants, createHash, createPrivateKey, privateEncrypt } from 'node:crypto'
import { concatBytes, utf8 } from '../../../../src/codec/bytes.ts'
import { sha256 } from '../../../../src/crypto/hash.ts'

const HASH_BYTES = 32
/** Bytes of a signature by a key of 2048 bits. */
const SIGNATURE_BYTES = 256

/**
 * An RSA-PSS signature (RFC 8017, sections 8.1.1 and 9.1.1; SHA-256, MGF1-SHA-256) whose salt is the SHA-256 of the message instead of random, so
 * that it is the same each time.
 * @param pkcs8 DER of a key of 2048 bits
 */
export function signWithFixedSalt(pkcs8: Uint8Array, message: Uint8Array): Uint8Array {
  const salt = sha256(utf8('salt of '), message)
  const hash = sha256(new Uint8Array(8), sha256(message), salt)
  const block = new Uint8Array(SIGNATURE_BYTES - HASH_BYTES - 1)
  block.set(concatBytes(Uint8Array.of(1), salt), block.length - salt.length - 1)
  const masked = mgf1(hash, block.length).map((byte, i) => byte ^ block[i]!)
  // A modulus of 2048 bits leaves 2047 bits for the encoded message.
  masked[0]! &= 0x7f
  const key = createPrivateKey({ key: Buffer.from(pkcs8), format: 'der', type: 'pkcs8' })
  const encoded = concatBytes(masked, hash, Uint8Array.of(0xbc))
  return new Uint8Array(privateEncrypt({ key, padding: constants.RSA_NO_PADDING }, encoded))
}

/** RFC 8017, B.2.1. */
function mgf1(seed: Uint8Array, length: number): Uint8Array {
  const blocks = Array.from({ length: Math.ceil(length / HASH_BYTES) }, (_, i) =>
    createHash('sha256')
      .update(seed)
      .update(Uint8Array.of(0, 0, 0, i))
      .digest(),
  )
  return concatBytes(...blocks).slice(0, length)
}
