import { bech32m } from '@scure/base'
import { DecodeError } from '../codec/error.ts'
import { fieldFromBytes, fieldToBytes } from './field.ts'

const PREFIX = 'inp'
/** "inp", the separator, 52 characters of 5 bits each, and a checksum of 6 characters. */
const ADDRESS_LENGTH = 62

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
