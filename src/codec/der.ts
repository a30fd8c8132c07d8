import { concatBytes } from './bytes.ts'
import { DecodeError } from './error.ts'

/** Tags of the elements that keys and certificates consist of (X.690, section 8). */
export const INTEGER = 0x02
export const BIT_STRING = 0x03
export const OCTET_STRING = 0x04
export const OBJECT_ID = 0x06
export const SEQUENCE = 0x30

/** Writes one DER element (X.690) of up to 65,535 bytes. */
export function der(tag: number, ...contents: Uint8Array[]): Uint8Array<ArrayBuffer> {
  const content = concatBytes(...contents)
  const { length } = content
  const head =
    length < 128 ? [tag, length] : length < 256 ? [tag, 0x81, length] : [tag, 0x82, length >> 8, length & 255]
  return concatBytes(new Uint8Array(head), content)
}

/**
 * Reads DER (X.690), as far as keys need it: definite, minimal lengths of up to 65,535 bytes.
 * Every method throws DecodeError: `MALFORMED` on another structure, `NOT_CANONICAL` on a length or a number with a shorter spelling.
 */
export class DerReader {
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

  /** Passes over bytes that must be these. */
  expect(bytes: Uint8Array, what: string): void {
    for (const byte of bytes) if (this.byte() !== byte) throw new DecodeError('MALFORMED', what)
  }

  /** A reader of the content of the next element, which has this tag. */
  element(tag: number): DerReader {
    return new DerReader(this.content(tag))
  }

  /** The content of the next element, which has this tag; not copied. */
  content(tag: number): Uint8Array {
    if (this.byte() !== tag) throw new DecodeError('MALFORMED', 'DER has another structure')
    const length = this.#elementLength()
    const start = this.#at
    this.#at += length
    if (this.#at > this.#bytes.length) throw new DecodeError('MALFORMED', 'DER ends too early')
    return this.#bytes.subarray(start, this.#at)
  }

  /** A positive integer without its sign byte, big-endian; not copied. */
  positiveInteger(): Uint8Array {
    const bytes = this.content(INTEGER)
    if (bytes.length === 0 || bytes[0]! >= 0x80)
      throw new DecodeError('MALFORMED', 'DER integer is not positive')
    if (bytes[0] !== 0) return bytes
    if (bytes.length === 1) throw new DecodeError('MALFORMED', 'DER integer is zero')
    if (bytes[1]! < 0x80) throw new DecodeError('NOT_CANONICAL', 'DER integer is not minimal')
    return bytes.subarray(1)
  }

  /** Checks that nothing is left. */
  end(): void {
    if (this.#at !== this.#bytes.length) throw new DecodeError('MALFORMED', 'DER has bytes too many')
  }

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
