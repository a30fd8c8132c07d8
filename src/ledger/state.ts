import type { Budgets } from './admission.ts'
import type { Asset, AssetFacts } from './asset.ts'

/** One account's units of one asset. The balance is inTotal - outTotal. Values are never modified. */
export interface Holding {
  /** Leaf in the state tree. */
  index: number
  account: bigint
  assetId: bigint
  inTotal: bigint
  outTotal: bigint
}

/** A retirement that a definition may still be made from. Used ones leave the state. PROTOCOL.md, "Made from". */
export interface Retirement {
  /** The account that retired the units. */
  from: bigint
  /** The sponsor of the retired asset, to which the retirement is charged. */
  sponsor: bigint
}

/** A memo that reserves a code, and the era of the block that has it. PROTOCOL.md, "Reservations". */
export interface Reservation {
  commitment: bigint
  era: number
}

/** Synchronous read access to the ledger for the rules. Implemented by the final state and by the overlay of each block. */
export interface StateView {
  holding(account: bigint, assetId: bigint): Holding | undefined
  asset(id: bigint): AssetFacts | undefined
  assetByCode(code: string): AssetFacts | undefined
  retirement(transferHash: bigint): Retirement | undefined
  /** The reservations of an account that count, the newest first. */
  reservations(account: bigint): readonly Reservation[]
  /** What is charged to a sponsor, or to all unlisted ones together under the key `UNLISTED`. */
  usage(sponsor: bigint): Budgets
  /** Number of holdings, which is also the index of the next one. */
  readonly holdingCount: number
  /** Position of the next record. */
  readonly position: number
}

/** The changes of a block relative to its parent's state. */
export interface StateChanges {
  /** The last value of every changed holding, by index, in the order in which they were first changed. New ones have an index from the parent's count on. */
  holdings: Map<number, Holding>
  assets: Asset[]
  /** Retirements that were added, and null for those that were used. */
  retirements: Map<bigint, Retirement | null>
  /** The reservations of every account that made one, by account. */
  reservations: Map<bigint, readonly Reservation[]>
  /** The last value of every usage that changed, by sponsor. */
  usages: Map<bigint, Budgets>
  holdingCount: number
  position: number
}
