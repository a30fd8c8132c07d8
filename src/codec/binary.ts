import { DecodeError } from './error.ts'

/**
 * Builds canonical bytes: big-endian, fixed widths, a length before what varies. PROTOCOL.md, "Encoding".
 * A value out of range is a mistake of the caller, not of an input: every method throws RangeError for it.
 */
export class Writer {
  #bytes = new Uint8Array(256)
  #length = 0

  u8(value: number): this {
    return this.#integer(value, 1)
  }

  u16(value: number): this {
    return this.#integer(value, 2)
  }

  u32(value: number): this {
    return this.#integer(value, 4)
  }

  u48(value: number): this {
    return this.#integer(value, 6)
  }

  /** An unsigned integer of `bytes` bytes. */
  uint(value: bigint, bytes: number): this {
    if (value < 0n || value >> BigInt(8 * bytes) !== 0n) {
      throw new RangeError(`${value} does not fit ${bytes} bytes`)
    }
    const at = this.#grow(bytes)
    let rest = value
    for (let i = bytes - 1; i >= 0; i--) {
      this.#bytes[at + i] = Number(rest & 0xffn)
      rest >>= 8n
    }
    return this
  }

  /** Bytes without a length: the reader must know it. */
  fixed(bytes: Uint8Array): this {
    const at = this.#grow(bytes.length)
    this.#bytes.set(bytes, at)
    return this
  }

  /** A u32 length, then the bytes. */
  varBytes(bytes: Uint8Array): this {
    return this.u32(bytes.length).fixed(bytes)
  }

  /** A copy of what was written. */
  done(): Uint8Array {
    return this.#bytes.slice(0, this.#length)
  }

  #integer(value: number, bytes: number): this {
    if (!Number.isInteger(value) || value < 0 || value >= 2 ** (8 * bytes)) {
      throw new RangeError(`${value} does not fit ${bytes} bytes`)
    }
    const at = this.#grow(bytes)
    let rest = value
    for (let i = bytes - 1; i >= 0; i--) {
      this.#bytes[at + i] = rest % 256
      rest = Math.floor(rest / 256)
    }
    return this
  }

  #grow(length: number): number {
    const at = this.#length
    this.#length += length
    if (this.#length > this.#bytes.length) {
      const larger = new Uint8Array(Math.max(this.#length, this.#bytes.length * 2))
      larger.set(this.#bytes)
      this.#bytes = larger
    }
    return at
  }
}

/**
 * Reads what a Writer wrote. Every read throws DecodeError `MALFORMED` when the bytes end too early. Call `end()` last, to reject
 * trailing bytes.
 */
export class Reader {
  readonly #bytes: Uint8Array
  #offset = 0

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes
  }

  u8(): number {
    return this.#integer(1)
  }

  u16(): number {
    return this.#integer(2)
  }

  u32(): number {
    return this.#integer(4)
  }

  u48(): number {
    return this.#integer(6)
  }

  /** An unsigned integer of `bytes` bytes. */
  uint(bytes: number): bigint {
    const at = this.#take(bytes)
    let value = 0n
    for (let i = at; i < at + bytes; i++) value = (value << 8n) | BigInt(this.#bytes[i]!)
    return value
  }

  /** A copy of the next `length` bytes. */
  fixed(length: number): Uint8Array {
    const at = this.#take(length)
    return this.#bytes.slice(at, at + length)
  }

  /**
   * Bytes after a u32 length.
   * @throws DecodeError `TOO_LARGE` if the length is over `max`, before anything is copied
   */
  varBytes(max: number): Uint8Array {
    const length = this.u32()
    if (length > max) throw new DecodeError('TOO_LARGE', `${length} bytes where at most ${max} are allowed`)
    return this.fixed(length)
  }

  /** Bytes not read yet. */
  get remaining(): number {
    return this.#bytes.length - this.#offset
  }

  /** @throws DecodeError `MALFORMED` if bytes are left */
  end(): void {
    if (this.remaining > 0) throw new DecodeError('MALFORMED', `${this.remaining} bytes too many`)
  }

  #integer(bytes: number): number {
    const at = this.#take(bytes)
    let value = 0
    for (let i = at; i < at + bytes; i++) value = value * 256 + this.#bytes[i]!
    return value
  }

  #take(length: number): number {
    if (length > this.remaining) throw new DecodeError('MALFORMED', 'bytes end too early')
    const at = this.#offset
    this.#offset += length
    return at
  }
}
