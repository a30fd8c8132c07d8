import type { Json } from '../../codec/canonical-json.ts'
import type { PoolStatus } from '../../control/client.ts'
import type { ActionKind, SignedAction } from '../../ledger/action.ts'
import type { Rejection } from '../../ledger/rejection.ts'
import type { AssetRow } from '../../storage/reads/assets.ts'
import type { BlockRow } from '../../storage/reads/blocks.ts'
import type { TransferRow } from '../../storage/reads/rows.ts'
import type { Page } from '../connections/page.ts'
import type { AnnouncedLimits } from '../limits.ts'

/** What resolvers pass to each other: one model per GraphQL type, close to what storage and the node return. */

export interface ChainModel {
  /** The newest final height. */
  height: number
}

export type BlockModel = BlockRow

/** The content of an action, pending or final. */
interface ActionContent {
  hash: bigint
  kind: ActionKind
  from: bigint
  to: bigint
  assetId: bigint
  amount: bigint
  fromStart: bigint
  era: number
  memo: bigint
}

export interface PendingTransfer extends ActionContent {
  status: 'PENDING'
  arrival: number
  action: SignedAction
  note: string | null
}

export interface FinalTransfer extends TransferRow {
  status: 'FINAL'
}

export type TransferModel = PendingTransfer | FinalTransfer

export interface AccountModel {
  account: bigint
}

export type AssetModel = AssetRow

/** A holding as of a height. `index` is null if the account never held the asset. */
export interface HoldingModel {
  account: bigint
  assetId: bigint
  inTotal: bigint
  outTotal: bigint
  index: number | null
  height: number
}

export interface HopModel {
  /** Position of the transfer. */
  position: number
  length: bigint
  unit: bigint
  depth: number
  /** Id of the asset that was crossed last on the way to the hop. */
  behind: bigint | undefined
}

export interface OriginModel {
  /** Position of the issue. */
  position: number
  length: bigint
  serialFrom: bigint
  madeFrom: readonly bigint[]
}

export interface HolderModel {
  account: bigint
  assetId: bigint
  length: bigint
}

/** A verification key that genesis pins. */
export interface VerificationKeyModel {
  /** Which circuit: `batch-B-DEPTH`. */
  circuit: string
  kind: 'DEVELOPMENT' | 'PRODUCTION'
  /** Hash of the key, 64 hex digits. */
  hash: string
  /** The key in snarkjs's format; null if this server does not have it. */
  json: Json | null
}

/** What a server knows about itself without asking the node or the database. */
export interface ServiceModel {
  version: string
  limits: AnnouncedLimits
  verificationKeys: VerificationKeyModel[]
}

export interface BatchModel {
  index: number
}

export type PoolModel = PoolStatus

export interface SubmitResultModel {
  hash: string | null
  status: 'ACCEPTED' | 'PARKED' | 'FINAL' | 'REJECTED' | 'EXPIRED' | 'EVICTED' | 'REPLACED' | 'TIMEOUT'
  rejection?: Rejection | undefined
}

export type BlockConnectionModel = Page<BlockModel>
export type TransferConnectionModel = Page<TransferModel>
export type AssetConnectionModel = Page<AssetModel>
export type HoldingConnectionModel = Page<HoldingModel>
export type BatchConnectionModel = Page<BatchModel>

/** An object that was found by its id. `__typename` tells GraphQL its type. */
export type NodeModel =
  | (BlockModel & { __typename: 'Block' })
  | (TransferModel & { __typename: 'Transfer' })
  | (AccountModel & { __typename: 'Account' })
  | (AssetModel & { __typename: 'Asset' })
  | (HoldingModel & { __typename: 'Holding' })
  | (BatchModel & { __typename: 'Batch' })

export interface SearchResultModel {
  matched: 'HEIGHT' | 'HASH' | 'ASSET_ID' | 'ACCOUNT_ID' | 'ADDRESS' | 'CODE' | 'NAME'
  node: NodeModel
}

export const finalTransfer = (record: TransferRow): FinalTransfer => ({ ...record, status: 'FINAL' })
