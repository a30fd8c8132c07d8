import { decodeAddress } from '../../crypto/address.ts'
import { fieldFromHex } from '../../crypto/field.ts'
import { decodeOrReject } from '../../ledger/decode-or-reject.ts'
import { MINT, RETIRED } from '../../ledger/params.ts'
import { RejectionError, reject } from '../../ledger/rejection.ts'

/** The words that stand for accounts nobody has a key to, wherever an address is asked for. */
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

/** A hash or field element as it is shown; `argument` names it in the rejection. @throws RejectionError BAD_INPUT */
export function parseHash(text: string, argument = 'hash'): string {
  if (/^[0-9a-f]{64}$/.test(text)) return text
  throw new RejectionError(
    reject('BAD_INPUT', { argument, expected: '64 lower-case hexadecimal digits', got: text.slice(0, 80) }),
  )
}

/** A field element as it is shown. @throws RejectionError MALFORMED, or NOT_CANONICAL if it is not below the field's order */
export function parseField(text: string, argument = 'hash'): bigint {
  return decodeOrReject(argument, () => fieldFromHex(text))
}

/** A height, position or other coordinate as a number. Beyond what a chain can reach it stays beyond. */
export function coordinate(value: bigint): number {
  return value > BigInt(Number.MAX_SAFE_INTEGER) ? Number.MAX_SAFE_INTEGER : Number(value)
}
