import type { Page } from '../connections/page.ts'
import type { AssetModel, BatchModel, BlockModel, HoldingModel, TransferModel } from '../request/models.ts'

/** The resolvers that all connections share. */
const connection = <T>() => ({
  nodes: (page: Page<T>) => page.edges.map(({ node }) => node),
  totalCount: (page: Page<T>) => page.count(),
})

export const BlockConnection = connection<BlockModel>()
export const TransferConnection = connection<TransferModel>()
export const AssetConnection = connection<AssetModel>()
export const HoldingConnection = connection<HoldingModel>()
export const BatchConnection = connection<BatchModel>()
