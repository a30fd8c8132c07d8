import { DecodeError } from '../codec/error.ts'
import { FIELD_BYTES, fieldFromBytes, fieldToBytes } from './field.ts'

const PREFIX = 'inp'
const START = `${PREFIX}1`
/** Characters of an address that hold the account: 256 bits and 4 bits of padding. */
const DATA_CHARACTERS = 52
const CHECKSUM_CHARACTERS = 6
/** "inp", the separator, 52 characters of 5 bits each, and a checksum of 6 characters. */
const ADDRESS_LENGTH = START.length + DATA_CHARACTERS + CHECKSUM_CHARACTERS
/** The form of an address: whether it is one, its checksum tells. */
export const ADDRESS = /^inp1.{58}$/

const ALPHABET = 'qpzry9x8gf2tvdw0s3jn54khce6mua7l'
/** Value of a character by its code; 255 for any that is not in the alphabet. */
const VALUES = Uint8Array.from({ length: 128 }, (_, code) => ALPHABET.indexOf(String.fromCharCode(code)))

/** What the checksum of BIP 350 is compared with, and what the five bits that leave it at each step add. */
const BECH32M = 0x2bc830a3
const LEAVING = Int32Array.from({ length: 32 }, (_, bits) =>
  [0x3b6a57b2, 0x26508e6d, 0x1ea119fa, 0x3d4233dd, 0x2a1462b3].reduce(
    (sum, generator, i) => (bits & (1 << i) ? sum ^ generator : sum),
    0,
  ),
)
const step = (checksum: number, value: number) =>
  (((checksum & 0x1ffffff) << 5) ^ value ^ LEAVING[checksum >>> 25]!) >>> 0
/** The checksum after the prefix, which goes in as its high bits, 0 and its low bits. */
const AFTER_PREFIX = [
  ...Array.from(PREFIX, (char) => char.charCodeAt(0) >> 5),
  0,
  ...Array.from(PREFIX, (char) => char.charCodeAt(0) & 31),
].reduce(step, 1)

/** The text form of an account: bech32m (BIP 350) with prefix `inp` over its 32 big-endian bytes. */
export function encodeAddress(account: bigint): string {
  const bytes = fieldToBytes(account)
  let text = START
  let checksum = AFTER_PREFIX
  for (let i = 0; i < DATA_CHARACTERS; i++) {
    const bit = 5 * i
    const at = bit >> 3
    const two = (bytes[at]! << 8) | (bytes[at + 1] ?? 0)
    const value = (two >> (11 - (bit & 7))) & 31
    text += ALPHABET[value]
    checksum = step(checksum, value)
  }
  for (let i = 0; i < CHECKSUM_CHARACTERS; i++) checksum = step(checksum, 0)
  checksum ^= BECH32M
  for (let shift = 25; shift >= 0; shift -= 5) text += ALPHABET[(checksum >>> shift) & 31]
  return text
}

/**
 * The account of an address.
 * @throws DecodeError `MALFORMED` if the length, prefix, alphabet, checksum or padding is wrong or a letter is upper case;
 * `NOT_CANONICAL` if the value is not below the field order
 */
export function decodeAddress(text: string): bigint {
  if (text.length !== ADDRESS_LENGTH || !text.startsWith(START)) {
    throw new DecodeError(
      'MALFORMED',
      `an address is ${ADDRESS_LENGTH} lower-case characters that begin with inp1`,
    )
  }
  const bytes = new Uint8Array(FIELD_BYTES)
  let checksum = AFTER_PREFIX
  let bits = 0
  let count = 0
  for (let i = START.length, at = 0; i < ADDRESS_LENGTH; i++) {
    const value = VALUES[text.charCodeAt(i)] ?? 255
    if (value > 31) throw new DecodeError('MALFORMED', 'address has a wrong character or checksum')
    checksum = step(checksum, value)
    if (i >= START.length + DATA_CHARACTERS) continue
    bits = ((bits << 5) | value) & 0xfff
    count += 5
    if (count < 8) continue
    count -= 8
    bytes[at++] = bits >> count
  }
  // The last character of the account ends with four bits of padding, which must be 0.
  if (checksum !== BECH32M || (bits & 15) !== 0)
    throw new DecodeError('MALFORMED', 'address has a wrong character or checksum')
  return fieldFromBytes(bytes)
}

/**
 * The lowest and the highest bytes of accounts whose address begins with a text; undefined for a text that no address begins with, or one of fewer
 * than `min` characters after `inp1`. The checksum, if the text has one, is not looked at.
 */
export function bytesOfAddress(text: string, min: number): { low: Uint8Array; high: Uint8Array } | undefined {
  if (!text.startsWith(START) || text.length > ADDRESS_LENGTH) return undefined
  const values = [...text.slice(PREFIX.length + 1)].slice(0, DATA_CHARACTERS).map((c) => ALPHABET.indexOf(c))
  if (values.length < min || values.includes(-1)) return undefined
  const bits = values
    .map((value) => value.toString(2).padStart(5, '0'))
    .join('')
    .slice(0, 256)
  const bytes = (padding: '0' | '1') =>
    Uint8Array.from({ length: 32 }, (_, i) =>
      Number.parseInt(bits.padEnd(256, padding).slice(i * 8, i * 8 + 8), 2),
    )
  return { low: bytes('0'), high: bytes('1') }
}

/** Shortens an address to the form inp1qqqq...xyz. */
export function shortAddress(address: string): string {
  return address.length > 20 ? `${address.slice(0, 10)}...${address.slice(-4)}` : address
}
