import { type Quotas, UNLISTED } from '../ledger/quota.ts'
import type { Holder } from './entry.ts'

/** Stands for all sponsors that the genesis does not list and of whom no asset is final yet. No account has this value. */
const NEWCOMERS = -1n

/**
 * Who an action is charged to. Keys are free, so accounts that the genesis does not list are one party, and among them those without a final
 * asset count as one sponsor, however many keys they use. `isKnown`: an asset of the sponsor is final.
 */
export function holderOf(
  { sponsor, signer, isKnown }: { sponsor: bigint; signer: bigint; isKnown: boolean },
  { listed }: Pick<Quotas, 'listed'>,
): Holder {
  if (listed.has(sponsor)) return { party: sponsor, sponsor, signer }
  return { party: UNLISTED, sponsor: isKnown ? sponsor : NEWCOMERS, signer }
}
