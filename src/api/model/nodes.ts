import { RejectionError, reject } from '../../ledger/rejection.ts'
import { readAt } from '../request/at-height.ts'
import type { ApiContext } from '../request/context.ts'
import type { Loaders } from '../request/loaders.ts'
import type { HoldingModel, NodeModel } from '../request/models.ts'
import { batchOrNull } from './batches.ts'
import { nextStart } from './next-start.ts'
import { type NodeKey, parseNodeId } from './node-id.ts'
import { transferAnywhere } from './transfers.ts'

/** The object with an id; null if the id names nothing as of the block. The id of an object as of a height is read as of that. */
export async function nodeOrNull(context: ApiContext, id: string): Promise<NodeModel | null> {
  const named = parseNodeId(id)
  if (named === undefined) return null
  const { key, height } = named
  const read = async ({ snapshot }: ApiContext) => readNode(await snapshot.loaders(), key)
  if (height === undefined) return read(context)
  return height > (await context.snapshot.height()) ? null : readAt(context, height, read)
}

/** The objects with these ids. @throws RejectionError PAGE_TOO_LARGE */
export async function nodesOf(context: ApiContext, ids: readonly string[]): Promise<(NodeModel | null)[]> {
  const max = context.services.limits.pageSize
  if (ids.length > max) throw new RejectionError(reject('PAGE_TOO_LARGE', { max, got: ids.length }))
  return Promise.all(ids.map((id) => nodeOrNull(context, id)))
}

/** A holding that was opened, or from which waiting actions spend; null otherwise. */
export async function holdingOrNull(
  loaders: Loaders,
  account: bigint,
  assetId: bigint,
): Promise<HoldingModel | null> {
  const holding = await loaders.holding(account, assetId)
  return holding.index !== null || (await nextStart(loaders, holding)) > 0n ? holding : null
}

/** The object of a key; null if there is none as of the block. */
export async function readNode(loaders: Loaders, key: NodeKey): Promise<NodeModel | null> {
  switch (key.type) {
    case 'Block':
      return named('Block', key.height <= loaders.height ? await loaders.blocks.load(key.height) : null)
    case 'Transfer':
      return named('Transfer', await transferAnywhere(loaders, key.hash))
    case 'Account': {
      const { account } = key
      return named('Account', (await loaders.accountsExist.load(account)) ? { account } : null)
    }
    case 'Asset':
      return named('Asset', await loaders.assetOrNull(key.assetId))
    case 'Holding':
      return named('Holding', await holdingOrNull(loaders, key.account, key.assetId))
    case 'Batch':
      return named('Batch', await batchOrNull(loaders, key.index))
  }
}

function named<Name extends string, Model extends object>(
  __typename: Name,
  model: Model | null,
): (Model & { __typename: Name }) | null {
  return model && { ...model, __typename }
}
