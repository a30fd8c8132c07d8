import { bech32m } from '@scure/base'
import { DecodeError } from '../codec/error.ts'
import { fieldFromBytes, fieldToBytes } from './field.ts'

const PREFIX = 'inp'
/** "inp", the separator, 52 characters of 5 bits each, and a checksum of 6 characters. */
const ADDRESS_LENGTH = 62
/** The form of an address: whether it is one, its checksum tells. */
export const ADDRESS = /^inp1.{58}$/

/** The text form of an account: bech32m (BIP 350) with prefix `inp` over its 32 big-endian bytes. */
export function encodeAddress(account: bigint): string {
  return bech32m.encode(PREFIX, bech32m.toWords(fieldToBytes(account)))
}

/**
 * The account of an address.
 * @throws DecodeError `MALFORMED` if the length, prefix, alphabet, checksum or padding is wrong or a letter is upper case;
 * `NOT_CANONICAL` if the value is not below the field order
 */
export function decodeAddress(text: string): bigint {
  if (text.length !== ADDRESS_LENGTH || !text.startsWith(`${PREFIX}1`)) {
    throw new DecodeError(
      'MALFORMED',
      `an address is ${ADDRESS_LENGTH} lower-case characters that begin with inp1`,
    )
  }
  let bytes: Uint8Array
  // Upper case cannot get through: the prefix was matched in lower case, and the library rejects mixed case.
  try {
    bytes = bech32m.fromWords(bech32m.decode(text as `${string}1${string}`).words)
  } catch {
    throw new DecodeError('MALFORMED', 'address has a wrong character or checksum')
  }
  return fieldFromBytes(bytes)
}

const ALPHABET = 'qpzry9x8gf2tvdw0s3jn54khce6mua7l'
/** Characters of an address that hold the account: 256 bits and 4 bits of padding. */
const DATA_CHARACTERS = 52

/**
 * The lowest and the highest bytes of accounts whose address begins with a text; undefined for a text that no address begins with, or one of fewer
 * than `min` characters after `inp1`. The checksum, if the text has one, is not looked at.
 */
export function bytesOfAddress(text: string, min: number): { low: Uint8Array; high: Uint8Array } | undefined {
  if (!text.startsWith(`${PREFIX}1`) || text.length > ADDRESS_LENGTH) return undefined
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
