import type { Asset } from './asset.ts'

/** One account's units of one asset. The balance is inTotal - outTotal. Values are never modified. */
export interface Holding {
  /** Leaf in the state tree. */
  index: number
  account: bigint
  assetId: bigint
  inTotal: bigint
  outTotal: bigint
}

/** The facts about a retirement that the rules of "made from" need. */
export interface Retirement {
  /** The account that retired the units. */
  from: bigint
  assetId: bigint
  /** The asset that was made from it, if any. */
  usedBy: bigint | undefined
}

/** Synchronous read access to the ledger for the rules. Implemented by the final state and by the overlay of each block. */
export interface StateView {
  holding(account: bigint, assetId: bigint): Holding | undefined
  asset(id: bigint): Asset | undefined
  assetByCode(code: string): Asset | undefined
  retirement(transferHash: bigint): Retirement | undefined
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
  /** Retirements that were added or used. */
  retirements: Map<bigint, Retirement>
  holdingCount: number
  position: number
}
