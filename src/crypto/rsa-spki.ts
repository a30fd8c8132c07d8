import { equalBytes, hexToBytes } from '../codec/bytes.ts'
import { BIT_STRING, DerReader, SEQUENCE } from '../codec/der.ts'
import { DecodeError } from '../codec/error.ts'

/** Bounds on the modulus, in bits. */
const MIN_MODULUS_BITS = 2048
const MAX_MODULUS_BITS = 4096
/** Bytes of the SubjectPublicKeyInfo of a 4096-bit key. */
const MAX_SPKI_BYTES = 550

/** A parsed RSA public key. Its exponent is always 65537. */
export interface RsaSpki {
  /** The modulus, big-endian, no leading zero byte. */
  modulus: Uint8Array
}

/** AlgorithmIdentifier { rsaEncryption 1.2.840.113549.1.1.1, NULL } (RFC 3279, section 2.3.1). */
export const RSA_ENCRYPTION = hexToBytes('300d06092a864886f70d0101010500')
const EXPONENT_65537 = hexToBytes('010001')

/**
 * Parses a DER SubjectPublicKeyInfo so strictly that every key has exactly one encoding: rsaEncryption with NULL
 * parameters, minimal lengths and integers, no trailing bytes, an odd modulus of 2048 to 4096 bits, e = 65537
 * (PROTOCOL.md, "Keys and signatures"). Does not check that the modulus is a product of two primes, which the key does not show.
 * @throws DecodeError `MALFORMED`, `TOO_LARGE` or `NOT_CANONICAL`
 */
export function parseRsaSpki(der: Uint8Array): RsaSpki {
  if (der.length > MAX_SPKI_BYTES) throw new DecodeError('TOO_LARGE', 'RSA key is over 4096 bits')
  const outer = new DerReader(der)
  const spki = outer.element(SEQUENCE)
  outer.end()
  spki.expect(RSA_ENCRYPTION, 'not an rsaEncryption key with NULL parameters')
  const bits = spki.element(BIT_STRING)
  spki.end()
  if (bits.byte() !== 0) throw new DecodeError('MALFORMED', 'RSA key has unused bits')
  const key = bits.element(SEQUENCE)
  bits.end()
  const modulus = key.positiveInteger()
  const exponent = key.positiveInteger()
  key.end()
  checkModulus(modulus)
  if (!equalBytes(exponent, EXPONENT_65537)) {
    throw new DecodeError('MALFORMED', 'RSA public exponent is not 65537')
  }
  return { modulus }
}

function checkModulus(modulus: Uint8Array): void {
  const bits = modulus.length * 8 - (Math.clz32(modulus[0]!) - 24)
  if (bits < MIN_MODULUS_BITS) throw new DecodeError('MALFORMED', `RSA modulus of ${bits} bits is under 2048`)
  if (bits > MAX_MODULUS_BITS) throw new DecodeError('TOO_LARGE', `RSA modulus of ${bits} bits is over 4096`)
  if (modulus[modulus.length - 1]! % 2 === 0) throw new DecodeError('MALFORMED', 'RSA modulus is even')
}
