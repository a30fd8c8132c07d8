import { base64UrlToBytes, hasLoneSurrogate, hexToBytes } from '../codec/bytes.ts'
import { DecodeError } from '../codec/error.ts'
import { fieldFromHex } from '../crypto/field.ts'
import { type RejectionCode, throwRejection } from './rejection.ts'

const DECIMAL = /^(0|[1-9][0-9]*)$/
/** Number of digits of 2^256. No number of the protocol is longer, so longer texts are not parsed. */
const MAX_DIGITS = 78
/**
 * What no text contains: control characters, and bidirectional controls (UAX #9), which let a text look like another one or change how what stands
 * beside it is shown. They are listed, because a later Unicode may have more, and all nodes must agree.
 */
const NOT_PLAIN = /[\p{Cc}\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]/u
/** The same without line breaks and tabs, which multi-line texts may contain. */
const NOT_PLAIN_BUT_BREAKS = /(?![\n\r\t])[\p{Cc}\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]/u

/**
 * Reads a decimal integer: digits only, no sign, no leading zero.
 * @returns undefined if the text is anything else or the value is out of bounds
 */
export function parseDecimal(text: string, min: bigint, max: bigint): bigint | undefined {
  if (text.length > MAX_DIGITS || !DECIMAL.test(text)) return undefined
  const value = BigInt(text)
  return value < min || value > max ? undefined : value
}

/**
 * Reads a decimal integer.
 * @throws RejectionError `BAD_NUMBER` with the field's name and bounds if parseDecimal rejects it
 */
export function requireDecimal(text: string, field: string, min: bigint, max: bigint): bigint {
  return parseDecimal(text, min, max) ?? throwRejection('BAD_NUMBER', { field, min, max })
}

/** True if the text has neither control characters nor bidirectional controls; `breaks` allows line breaks and tabs. */
export function isPlainText(text: string, breaks = false): boolean {
  return !(breaks ? NOT_PLAIN_BUT_BREAKS : NOT_PLAIN).test(text)
}

/** Reads parsed JSON into typed values. Every method throws a RejectionError with the given code and the path of the fault. */
export class JsonReader {
  readonly #code: RejectionCode

  constructor(code: RejectionCode) {
    this.#code = code
  }

  fail(path: string, reason: string): never {
    throwRejection(this.#code, { path, reason })
  }

  /** An object that has all required properties and no others except the optional ones. */
  object(value: unknown, path: string, required: readonly string[], optional: readonly string[] = []) {
    const entries = this.entries(value, path)
    for (const name of Object.keys(entries)) {
      if (!required.includes(name) && !optional.includes(name)) this.fail(`${path}.${name}`, 'is unknown')
    }
    for (const name of required) if (!Object.hasOwn(entries, name)) this.fail(`${path}.${name}`, 'is missing')
    return entries
  }

  /** An object with any properties. */
  entries(value: unknown, path: string): Record<string, unknown> {
    if (typeof value !== 'object' || value === null || Array.isArray(value))
      this.fail(path, 'must be an object')
    return value as Record<string, unknown>
  }

  list(value: unknown, path: string, max: number): unknown[] {
    if (!Array.isArray(value)) this.fail(path, 'must be a list')
    if (value.length > max) this.fail(path, `has more than ${max} entries`)
    return value
  }

  /** Text of `min` to `max` characters (code points). */
  text(value: unknown, path: string, min: number, max: number, breaks = false): string {
    if (typeof value !== 'string') this.fail(path, 'must be a text')
    // A code point has at most two code units, so a text with more than 2 * max units is too long without counting.
    const length = value.length > 2 * max ? value.length : [...value].length
    if (length < min || length > max) this.fail(path, `must have ${min} to ${max} characters`)
    if (hasLoneSurrogate(value)) this.fail(path, 'has a lone surrogate')
    if (!isPlainText(value, breaks)) this.fail(path, 'has a control character or a bidirectional control')
    return value
  }

  /** A decimal string within bounds. */
  decimal(value: unknown, path: string, min: bigint, max: bigint): bigint {
    const parsed = typeof value === 'string' ? parseDecimal(value, min, max) : undefined
    return parsed ?? this.fail(path, `must be a decimal string from ${min} to ${max}`)
  }

  /** A decimal string within bounds that a JavaScript number represents exactly. */
  integer(value: unknown, path: string, min: number, max: number): number {
    return Number(this.decimal(value, path, BigInt(min), BigInt(max)))
  }

  /** Lower-case hex of `length` bytes. */
  hex(value: unknown, path: string, length: number): string {
    this.#decode(value, path, `must be ${2 * length} lower-case hex digits`, (text) =>
      hexToBytes(text, length),
    )
    return value as string
  }

  /** Bytes in lower-case hex, of any length. */
  hexBytes(value: unknown, path: string): Uint8Array {
    return this.#decode(value, path, 'must be lower-case hex', hexToBytes)
  }

  /** Base64url without padding (RFC 4648, section 5), of any length. */
  bytes(value: unknown, path: string): Uint8Array {
    return this.#decode(value, path, 'must be base64url without padding', base64UrlToBytes)
  }

  /** A canonical field element, 64 lower-case hex digits. */
  field(value: unknown, path: string): bigint {
    return this.#decode(value, path, 'must be a field element, 64 lower-case hex digits', fieldFromHex)
  }

  #decode<T>(value: unknown, path: string, reason: string, decode: (text: string) => T): T {
    if (typeof value !== 'string') this.fail(path, reason)
    try {
      return decode(value)
    } catch (error) {
      if (!(error instanceof DecodeError)) throw error
      return this.fail(path, reason)
    }
  }
}
