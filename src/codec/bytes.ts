import { DecodeError } from './error.ts'

const DIGITS = '0123456789abcdef'
const DIGIT_CODES = Uint8Array.from(DIGITS, (digit) => digit.charCodeAt(0))
/** Bytes that are written at a time: a call takes no more arguments than a stack has room for. */
const HEX_BYTES = 512
/** Value of a lower-case hex digit by its character code; 255 for any other. */
const DIGIT_VALUE = Uint8Array.from({ length: 128 }, (_, code) => {
  const value = DIGITS.indexOf(String.fromCharCode(code))
  return value < 0 ? 255 : value
})
/** With the `u` flag a surrogate pair is one character, so this matches unpaired surrogates only. */
const LONE_SURROGATE = /\p{Surrogate}/u

const encoder = new TextEncoder()
const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true })

/** Lower-case hex, two digits per byte. */
export function bytesToHex(bytes: Uint8Array): string {
  if (bytes.length <= HEX_BYTES) return shortHex(bytes)
  let hex = ''
  for (let at = 0; at < bytes.length; at += HEX_BYTES) hex += shortHex(bytes.subarray(at, at + HEX_BYTES))
  return hex
}

/** Made at once: a string that is put together from its digits takes fifteen times its memory until it is looked at. */
function shortHex(bytes: Uint8Array): string {
  const codes = new Array<number>(2 * bytes.length)
  for (let i = 0; i < bytes.length; i++) {
    codes[2 * i] = DIGIT_CODES[bytes[i]! >> 4]!
    codes[2 * i + 1] = DIGIT_CODES[bytes[i]! & 15]!
  }
  return String.fromCharCode.apply(null, codes)
}

/**
 * Decodes lower-case hex without a prefix.
 * @param length the number of bytes required, if it is fixed
 * @throws DecodeError `MALFORMED` on any other digit (upper case included), an odd number of digits, or another length
 */
export function hexToBytes(hex: string, length?: number): Uint8Array {
  if (hex.length % 2 !== 0) throw new DecodeError('MALFORMED', 'hex has an odd number of digits')
  if (length !== undefined && hex.length !== length * 2) {
    throw new DecodeError('MALFORMED', `expected ${length * 2} hex digits, got ${hex.length}`)
  }
  const bytes = new Uint8Array(hex.length / 2)
  for (let i = 0; i < bytes.length; i++) {
    bytes[i] = (digitAt(hex, 2 * i) << 4) | digitAt(hex, 2 * i + 1)
  }
  return bytes
}

function digitAt(hex: string, index: number): number {
  const value = DIGIT_VALUE[hex.charCodeAt(index)] ?? 255
  if (value === 255) throw new DecodeError('MALFORMED', 'expected lower-case hex digits')
  return value
}

/** Decodes base64 as leniently as the platform's `atob`. @throws DOMException if that cannot decode it */
export function base64ToBytes(text: string): Uint8Array<ArrayBuffer> {
  return Uint8Array.from(atob(text), (char) => char.charCodeAt(0))
}

/** Standard base64 with padding (RFC 4648, section 4). */
export function bytesToBase64(bytes: Uint8Array): string {
  let text = ''
  for (const byte of bytes) text += String.fromCharCode(byte)
  return btoa(text)
}

const BASE64_URL = /^[A-Za-z0-9_-]*$/

/** Base64url without padding (RFC 4648, section 5). */
export function bytesToBase64Url(bytes: Uint8Array): string {
  return bytesToBase64(bytes).replace(/\+/g, '-').replace(/\//g, '_').replace(/=+$/, '')
}

/** Decodes base64url without padding. @throws DecodeError `MALFORMED` for any other text, also for one whose unused bits are not 0 */
export function base64UrlToBytes(text: string): Uint8Array<ArrayBuffer> {
  if (!BASE64_URL.test(text) || text.length % 4 === 1)
    throw new DecodeError('MALFORMED', 'expected base64url without padding')
  const bytes = base64ToBytes(text.replace(/-/g, '+').replace(/_/g, '/'))
  if (
    text.length % 4 !== 0 &&
    bytesToBase64Url(bytes.subarray(-(bytes.length % 3))) !== text.slice(-(text.length % 4))
  )
    throw new DecodeError('MALFORMED', 'base64url with bits after its end')
  return bytes
}

export function concatBytes(...parts: readonly Uint8Array[]): Uint8Array<ArrayBuffer> {
  let length = 0
  for (const part of parts) length += part.length
  const joined = new Uint8Array(length)
  let offset = 0
  for (const part of parts) {
    joined.set(part, offset)
    offset += part.length
  }
  return joined
}

/** Equality of public bytes; not constant-time. */
export function equalBytes(a: Uint8Array, b: Uint8Array): boolean {
  if (a.length !== b.length) return false
  for (let i = 0; i < a.length; i++) if (a[i] !== b[i]) return false
  return true
}

/** True if the text holds half of a surrogate pair without the other half, which UTF-8 cannot express. */
export function hasLoneSurrogate(text: string): boolean {
  return LONE_SURROGATE.test(text)
}

/**
 * The text's bytes in UTF-8.
 * @throws DecodeError `MALFORMED` on a lone surrogate: TextEncoder would replace it, and different texts would have one hash
 */
export function utf8(text: string): Uint8Array {
  if (hasLoneSurrogate(text)) throw new DecodeError('MALFORMED', 'text has a lone surrogate')
  return encoder.encode(text)
}

/**
 * The text of UTF-8 bytes. A leading byte-order mark is kept.
 * @throws DecodeError `MALFORMED` on invalid UTF-8
 */
export function utf8Decode(bytes: Uint8Array): string {
  try {
    return decoder.decode(bytes)
  } catch {
    throw new DecodeError('MALFORMED', 'invalid UTF-8')
  }
}
