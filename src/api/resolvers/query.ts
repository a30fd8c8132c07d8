import { eraClockOf } from '../../ledger/era.ts'
import { readBlockAt } from '../../storage/reads/blocks.ts'
import { emptyPage } from '../connections/page.ts'
import { assetsPage, blocksPage, transfersPage } from '../connections/root-lists.ts'
import { nullIfAway } from '../errors.ts'
import type { BlockBy, QueryResolvers } from '../generated/resolvers.ts'
import { lastEraAt, parseAssetFilter, parseTimes, parseTransferFilter } from '../input/filters.ts'
import { coordinate, parseAddress, parseField, parseHash } from '../input/parse.ts'
import { batchesPage } from '../model/batch-lists.ts'
import { batchOrNull } from '../model/batches.ts'
import { certificateOf } from '../model/certificate.ts'
import { orHint } from '../model/hints.ts'
import { holdingOrNull, nodeOrNull, nodesOf } from '../model/nodes.ts'
import { quotaOf } from '../model/quota.ts'
import { search } from '../model/search.ts'
import { tracePage } from '../model/trace.ts'
import { transferAnywhere } from '../model/transfers.ts'
import { readAt } from '../request/at-height.ts'
import type { ApiContext } from '../request/context.ts'
import type { Loaders } from '../request/loaders.ts'
import type { BlockModel, TransferModel } from '../request/models.ts'
import { serviceOf } from './service.ts'
import { outcomeOf, outcomesOf } from './submit.ts'

/** Root fields: each parses its arguments and reads. */
export const Query: QueryResolvers = {
  chain: async (_root, _args, { snapshot }) => ({ height: await snapshot.height() }),
  at: (_root, { height }, context) => readAt(context, coordinate(height), async () => ({})),
  service: (_root, _args, { services }) => serviceOf(services),
  node: (_root, { id }, context) => nodeOrNull(context, id),
  nodes: (_root, { ids }, context) => nodesOf(context, ids),
  block: async (_root, { by }, { snapshot }) => {
    const loaders = await snapshot.loaders()
    const block = await blockBy(loaders, by)
    return block && block.header.height <= loaders.height ? block : null
  },
  blocks: async (_root, { timeFrom, timeTo, ...page }, { snapshot, services }) =>
    blocksPage(await snapshot.loaders(), parseTimes({ timeFrom, timeTo }, services), page),
  transfer: async (_root, { hash }, { snapshot }) =>
    transferAnywhere(await snapshot.loaders(), parseField(hash)),
  transfers: async (_root, { filter, ...page }, { snapshot }, info) => {
    const loaders = await snapshot.loaders()
    const read = async () => transfersPage(loaders, await parseTransferFilter(filter, loaders), page)
    return orHint(loaders, info, read, emptyPage<TransferModel>(loaders.height))
  },
  pool: (_root, _args, { services }) => services.control.pool().catch(nullIfAway),
  search: async (_root, { text, first }, { snapshot }) => search(await snapshot.loaders(), text, first),
  submission: async (_root, { hash }, { services }) => (await outcomeOf(services, parseField(hash))) ?? null,
  submissions: async (_root, { hashes }, { services }) =>
    outcomesOf(
      services,
      hashes.map((hash) => parseField(hash)),
    ),
  account: async (_root, { address }, { snapshot }) => {
    const account = parseAddress(address)
    return (await (await snapshot.loaders()).accountsExist.load(account)) ? { account } : null
  },
  quota: async (_root, { address }, { snapshot }) => quotaOf(await snapshot.loaders(), parseAddress(address)),
  asset: async (_root, { by }, { snapshot }) => {
    const loaders = await snapshot.loaders()
    return by.code == null
      ? loaders.assetOrNull(parseField(by.assetId, 'assetId'))
      : loaders.assetByCode(by.code)
  },
  assets: async (_root, { filter, ...page }, { snapshot }) =>
    assetsPage(await snapshot.loaders(), parseAssetFilter(filter), page),
  holding: async (_root, { address, asset: code }, { snapshot }) => {
    const loaders = await snapshot.loaders()
    const account = parseAddress(address)
    const asset = await loaders.assetByCode(code)
    return asset && holdingOrNull(loaders, account, asset.id)
  },
  trace: async (_root, { input }, context, info) => {
    const page = async (view: ApiContext) =>
      orHint(await view.snapshot.loaders(), info, () => tracePage(input, view), null)
    return input.atHeight == null ? page(context) : readAt(context, coordinate(input.atHeight), page)
  },
  certificate: async (_root, { input }, context, info) =>
    orHint(await context.snapshot.loaders(), info, () => certificateOf(input, context), null),
  batch: async (_root, { index }, { snapshot }) => batchOrNull(await snapshot.loaders(), coordinate(index)),
  batches: async (_root, args, { snapshot }) => batchesPage(await snapshot.loaders(), args),
}

async function blockBy(loaders: Loaders, { height, hash, at }: BlockBy): Promise<BlockModel | null> {
  if (height != null) return loaders.blocks.load(coordinate(height))
  if (hash != null) return loaders.blocksByHash.load(parseHash(hash))
  const { database, genesis } = loaders.services
  const era = lastEraAt(eraClockOf(genesis), at!.getTime())
  return (await readBlockAt(database, { era, height: loaders.height })) ?? null
}
