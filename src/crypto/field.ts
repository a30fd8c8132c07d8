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

/** Writes the 32 big-endian bytes of a field element at `offset`. @throws RangeError if the value is not in the field */
export function writeField(value: bigint, target: Uint8Array, offset: number): void {
  if (!isField(value)) throw new RangeError('not a field element')
  const view = new DataView(target.buffer, target.byteOffset + offset, FIELD_BYTES)
  view.setBigUint64(0, value >> 192n)
  view.setBigUint64(8, (value >> 128n) & 0xffffffffffffffffn)
  view.setBigUint64(16, (value >> 64n) & 0xffffffffffffffffn)
  view.setBigUint64(24, value & 0xffffffffffffffffn)
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

/** Reads 32 big-endian bytes as a number, without checking that it is below r. */
export function readField(bytes: Uint8Array, offset: number): bigint {
  const view = new DataView(bytes.buffer, bytes.byteOffset + offset, FIELD_BYTES)
  return (
    (view.getBigUint64(0) << 192n) |
    (view.getBigUint64(8) << 128n) |
    (view.getBigUint64(16) << 64n) |
    view.getBigUint64(24)
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
