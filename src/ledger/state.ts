import type { Asset } from './asset.ts'

/** One account's units of one asset. Balance = inTotal - outTotal. Treated as immutable. */
export interface Holding {
  /** Leaf in the state tree. */
  index: number
  account: bigint
  assetId: bigint
  inTotal: bigint
  outTotal: bigint
}

/** A retirement, as far as "made from" needs it. */
export interface Retirement {
  /** Who retired (the signer). */
  from: bigint
  assetId: bigint
  /** The asset that was made from it, once one was. */
  usedBy: bigint | undefined
}

/** The ledger as the rules read it, synchronous. Implemented by the final state and by each block's overlay. */
export interface StateView {
  holding(account: bigint, assetId: bigint): Holding | undefined
  asset(id: bigint): Asset | undefined
  assetByCode(code: string): Asset | undefined
  retirement(transferHash: bigint): Retirement | undefined
  /** Holdings opened so far: the next index. */
  readonly holdingCount: number
  /** Position of the next record. */
  readonly position: number
}

/** What a block changed on its parent state. */
export interface StateChanges {
  /** Final value of every holding touched, in order of first touch; those with index >= the parent's count are new. */
  holdings: Map<number, Holding>
  assets: Asset[]
  /** Retirements added or used. */
  retirements: Map<bigint, Retirement>
  holdingCount: number
  position: number
}
