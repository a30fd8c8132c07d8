import type { WantedUnits } from '../../certificate/wanted.ts'
import { decodeAddress } from '../../crypto/address.ts'
import { fieldFromHex } from '../../crypto/field.ts'
import { MINT, RETIRED } from '../../ledger/params.ts'
import { wordFor } from '../app/addresses.ts'
import type { Subject } from './result.ts'

const ACCOUNTS = { MINT, RETIRED }

/**
 * The units that a server was asked for, as the verifier compares them with what it sent.
 * @throws DecodeError if the address or the hash is none, and the server answered all the same; RangeError if it was asked for a batch
 */
export function askedUnits(subject: Subject): WantedUnits {
  if (!('input' in subject)) throw new RangeError('a batch has no certificate')
  const { start, direction, offset, length, atHeight } = subject.input
  const { asset, holding, transfer } = start
  return {
    direction: direction ?? 'BACKWARD',
    asset: holding?.asset ?? asset ?? undefined,
    account: holding == null ? undefined : accountOf(holding.address),
    transfer: transfer == null ? undefined : fieldFromHex(transfer),
    offset: offset == null ? undefined : BigInt(offset),
    length: length == null ? undefined : BigInt(length),
    height: atHeight == null ? undefined : Number(atHeight),
  }
}

/** The index of the batch whose proof a server was asked for; undefined if it was asked for something else. */
export const askedBatch = (subject: Subject): string | undefined =>
  'batch' in subject ? subject.batch : undefined

function accountOf(address: string): bigint {
  const word = wordFor(address)
  return word === undefined ? decodeAddress(address) : ACCOUNTS[word]
}
