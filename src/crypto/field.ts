import { hexToBytes } from '../codec/bytes.ts'
import { DecodeError } from '../codec/error.ts'

/** Order of the BN254 scalar field: the field of every hash, account and circuit signal (EIP-197). */
export const R = 21888242871839275222246405745257275088548364400416034343698204186575808495617n
/** Bytes of an encoded field element. */
export const FIELD_BYTES = 32

/** True if the value is a canonical field element, 0 <= value < r. */
export function isField(value: bigint): boolean {
  return value >= 0n && value < R
}

/** The 32 big-endian bytes of a field element. @throws RangeError if the value is not in the field, a broken invariant */
export function fieldToBytes(value: bigint): Uint8Array {
  const bytes = new Uint8Array(FIELD_BYTES)
  writeField(value, bytes, 0)
  return bytes
}

/**
 * An element on its way between bytes and a number. A view of the caller's bytes would have to be made each time, and the first view of a small array
 * makes V8 move its bytes out of the heap: together three times the work.
 */
const scratch = new Uint8Array(FIELD_BYTES)
const words = new DataView(scratch.buffer)

/** Writes the 32 big-endian bytes of a field element at `offset`. @throws RangeError if the value is not in the field, or there is no room */
export function writeField(value: bigint, target: Uint8Array, offset: number): void {
  if (!isField(value)) throw new RangeError('not a field element')
  // Each takes the lowest 64 bits.
  words.setBigUint64(0, value >> 192n)
  words.setBigUint64(8, value >> 128n)
  words.setBigUint64(16, value >> 64n)
  words.setBigUint64(24, value)
  target.set(scratch, offset)
}

/**
 * Decodes 32 big-endian bytes.
 * @throws DecodeError `MALFORMED` if the length is wrong, `NOT_CANONICAL` if the value is r or more
 */
export function fieldFromBytes(bytes: Uint8Array): bigint {
  if (bytes.length !== FIELD_BYTES) {
    throw new DecodeError('MALFORMED', `a field element has ${FIELD_BYTES} bytes, not ${bytes.length}`)
  }
  const value = readField(bytes, 0)
  if (value >= R) throw new DecodeError('NOT_CANONICAL', 'field element is not below the field order')
  return value
}

/** Reads 32 big-endian bytes as a number, without checking that it is below r. @throws RangeError if there are fewer */
export function readField(bytes: Uint8Array, offset: number): bigint {
  if (offset + FIELD_BYTES > bytes.length) throw new RangeError('fewer bytes than a field element has')
  for (let i = 0; i < FIELD_BYTES; i++) scratch[i] = bytes[offset + i]!
  return (
    (words.getBigUint64(0) << 192n) |
    (words.getBigUint64(8) << 128n) |
    (words.getBigUint64(16) << 64n) |
    words.getBigUint64(24)
  )
}

/** The 64 lower-case hex digits of a field element. @throws RangeError if the value is not in the field */
export function fieldToHex(value: bigint): string {
  if (!isField(value)) throw new RangeError('not a field element')
  return value.toString(16).padStart(2 * FIELD_BYTES, '0')
}

/**
 * Decodes 64 lower-case hex digits.
 * @throws DecodeError `MALFORMED` for any other text, `NOT_CANONICAL` if the value is r or more
 */
export function fieldFromHex(hex: string): bigint {
  return fieldFromBytes(hexToBytes(hex, FIELD_BYTES))
}
