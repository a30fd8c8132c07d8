import { encodeAddress } from '../../crypto/address.ts'
import { MINT, RETIRED } from '../../ledger/params.ts'

const WORDS = { MINT: encodeAddress(MINT), RETIRED: encodeAddress(RETIRED) }

/** The word that stands for an address that belongs to no key; undefined for all others. */
export function wordFor(address: string): keyof typeof WORDS | undefined {
  if (address === 'MINT' || address === WORDS.MINT) return 'MINT'
  return address === 'RETIRED' || address === WORDS.RETIRED ? 'RETIRED' : undefined
}
