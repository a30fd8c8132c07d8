import type { HoldingName } from './nested.ts'

/** A place in the order of an asset's holders: largest balance first, then the holding that was opened last. */
export interface HolderPlace {
  balance: bigint
  holding: number
}

/** Before all others: no balance is as large. */
export const FIRST_PLACE: HolderPlace = { balance: 10n ** 39n - 1n, holding: 0 }

/** A holder with its counters before the position that is read as of. */
export interface Holder extends HoldingName {
  inTotal: bigint
  outTotal: bigint
}

/** The first `limit` holders after a place. */
export interface HolderPage {
  /** First position after the block as of which is read. */
  end: number
  limit: number
  after: HolderPlace | undefined
}
