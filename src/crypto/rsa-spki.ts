import { DecodeError } from '../codec/error.ts'

/** Bounds on the modulus, in bits. */
const MIN_MODULUS_BITS = 2048
const MAX_MODULUS_BITS = 4096
/** A 4096-bit key's SubjectPublicKeyInfo has 550 bytes. */
const MAX_SPKI_BYTES = 550

/** What an RSA key's DER says. */
export interface RsaSpki {
  /** The modulus, big-endian, no leading zero byte. */
  modulus: Uint8Array
}

const SEQUENCE = 0x30
const INTEGER = 0x02
const BIT_STRING = 0x03
/** AlgorithmIdentifier { rsaEncryption 1.2.840.113549.1.1.1, NULL } (RFC 3279, section 2.3.1). */
const RSA_ENCRYPTION = [
  0x30, 0x0d, 0x06, 0x09, 0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x01, 0x01, 0x05, 0x00,
]
const EXPONENT_65537 = [0x01, 0x00, 0x01]

/**
 * Parses a DER SubjectPublicKeyInfo so strictly that every key has exactly one spelling: rsaEncryption with NULL
 * parameters, minimal lengths and integers, nothing behind, odd modulus of 2048 to 4096 bits, e = 65537
 * (PROTOCOL.md, "Keys and signatures"). That the modulus is a product of two primes cannot be seen.
 * @throws DecodeError `MALFORMED`, `TOO_LARGE` or `NOT_CANONICAL`.
 */
export function parseRsaSpki(der: Uint8Array): RsaSpki {
  if (der.length > MAX_SPKI_BYTES) throw new DecodeError('TOO_LARGE', 'RSA key is over 4096 bits')
  const outer = new DerReader(der)
  const spki = outer.element(SEQUENCE)
  outer.end()
  for (const byte of RSA_ENCRYPTION) {
    if (spki.byte() !== byte)
      throw new DecodeError('MALFORMED', 'not an rsaEncryption key with NULL parameters')
  }
  const bits = spki.element(BIT_STRING)
  spki.end()
  if (bits.byte() !== 0) throw new DecodeError('MALFORMED', 'RSA key has unused bits')
  const key = bits.element(SEQUENCE)
  bits.end()
  const modulus = key.positiveInteger()
  const exponent = key.positiveInteger()
  key.end()
  checkModulus(modulus)
  if (exponent.length !== 3 || EXPONENT_65537.some((byte, i) => exponent[i] !== byte)) {
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

/** Distinguished encoding rules (X.690), as far as an RSA key needs them. */
class DerReader {
  readonly #bytes: Uint8Array
  #at = 0

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes
  }

  byte(): number {
    const value = this.#bytes[this.#at++]
    if (value === undefined) throw new DecodeError('MALFORMED', 'DER ends too early')
    return value
  }

  /** The content of an element with this tag. */
  element(tag: number): DerReader {
    return new DerReader(this.#content(tag))
  }

  /** A positive integer without its sign byte. */
  positiveInteger(): Uint8Array {
    const bytes = this.#content(INTEGER)
    if (bytes.length === 0 || bytes[0]! >= 0x80)
      throw new DecodeError('MALFORMED', 'DER integer is not positive')
    if (bytes[0] !== 0) return bytes
    if (bytes.length === 1) throw new DecodeError('MALFORMED', 'DER integer is zero')
    if (bytes[1]! < 0x80) throw new DecodeError('NOT_CANONICAL', 'DER integer is not minimal')
    return bytes.subarray(1)
  }

  end(): void {
    if (this.#at !== this.#bytes.length) throw new DecodeError('MALFORMED', 'DER has bytes too many')
  }

  #content(tag: number): Uint8Array {
    if (this.byte() !== tag) throw new DecodeError('MALFORMED', 'DER has another structure')
    const length = this.#elementLength()
    const start = this.#at
    this.#at += length
    if (this.#at > this.#bytes.length) throw new DecodeError('MALFORMED', 'DER ends too early')
    return this.#bytes.subarray(start, this.#at)
  }

  /** Definite, minimal, at most two bytes long: enough for MAX_SPKI_BYTES. */
  #elementLength(): number {
    const first = this.byte()
    if (first < 0x80) return first
    if (first === 0x81) {
      const length = this.byte()
      if (length < 0x80) throw new DecodeError('NOT_CANONICAL', 'DER length is not minimal')
      return length
    }
    if (first !== 0x82) throw new DecodeError('MALFORMED', 'DER length is not of this format')
    const length = this.byte() * 256 + this.byte()
    if (length < 0x100) throw new DecodeError('NOT_CANONICAL', 'DER length is not minimal')
    return length
  }
}
