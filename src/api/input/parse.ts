import { decodeAddress } from '../../crypto/address.ts'
import { fieldFromHex } from '../../crypto/field.ts'
import { decodeOrReject } from '../../ledger/decode-or-reject.ts'
import { MINT, RETIRED } from '../../ledger/params.ts'
import { RejectionError, reject } from '../../ledger/rejection.ts'

/** Names of the accounts that nobody has a key for. They are accepted wherever an address is. */
const WORDS: ReadonlyMap<string, bigint> = new Map([
  ['MINT', MINT],
  ['RETIRED', RETIRED],
])

/** @throws RejectionError BAD_ADDRESS */
export function parseAddress(text: string): bigint {
  const word = WORDS.get(text)
  if (word !== undefined) return word
  try {
    return decodeAddress(text)
  } catch (error) {
    throw new RejectionError(
      reject('BAD_ADDRESS', { got: text.slice(0, 80), reason: (error as Error).message }),
    )
  }
}

/** Parses a hash or field element, 64 hex digits. @param argument its name in the rejection @throws RejectionError BAD_INPUT */
export function parseHash(text: string, argument = 'hash'): string {
  if (/^[0-9a-f]{64}$/.test(text)) return text
  throw new RejectionError(
    reject('BAD_INPUT', { argument, expected: '64 lower-case hexadecimal digits', got: text.slice(0, 80) }),
  )
}

/** Parses a field element, 64 hex digits. @throws RejectionError MALFORMED, or NOT_CANONICAL if it is not below the field's order */
export function parseField(text: string, argument = 'hash'): bigint {
  return decodeOrReject(argument, () => fieldFromHex(text))
}

/** A height, position or other coordinate as a number. A value above what a chain can reach stays above it. */
export function coordinate(value: bigint): number {
  return value > BigInt(Number.MAX_SAFE_INTEGER) ? Number.MAX_SAFE_INTEGER : Number(value)
}
