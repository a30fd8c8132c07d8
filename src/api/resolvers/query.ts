import { RejectionError, reject } from '../../ledger/rejection.ts'
import { assetsPage, blocksPage, transfersPage } from '../connections/root-lists.ts'
import type { QueryResolvers } from '../generated/resolvers.ts'
import { parseAssetFilter, parseTransferFilter } from '../input/filters.ts'
import { coordinate, parseAddress, parseField, parseHash } from '../input/parse.ts'
import { batchesPage, batchOrNull } from '../model/batches.ts'
import { tracePage } from '../model/trace.ts'
import { transferAnywhere } from '../model/transfers.ts'
import { nextStart } from './holding.ts'
import { serviceOf } from './service.ts'
import { outcomeOf } from './submit.ts'

/** Root fields: each parses its arguments and reads. */
export const Query: QueryResolvers = {
  chain: async (_root, _args, { snapshot }) => ({ height: await snapshot.height() }),
  service: (_root, _args, { services }) => serviceOf(services),
  block: async (_root, { height, hash }, { snapshot }) => {
    const loaders = await snapshot.loaders()
    if (hash != null && height != null) oneOf('hash', 'height')
    const block = await (hash == null
      ? loaders.blocks.load(height == null ? loaders.height : coordinate(height))
      : loaders.blocksByHash.load(parseHash(hash)))
    return block && block.header.height <= loaders.height ? block : null
  },
  blocks: async (_root, args, { snapshot }) => blocksPage(await snapshot.loaders(), args),
  transfer: async (_root, { hash }, { snapshot }) =>
    transferAnywhere(await snapshot.loaders(), parseField(hash)),
  transfers: async (_root, { filter, ...page }, { snapshot }) => {
    const loaders = await snapshot.loaders()
    return transfersPage(loaders, await parseTransferFilter(filter, loaders), page)
  },
  pool: (_root, _args, { services }) => services.control.pool(),
  submission: async (_root, { hash }, { services }) => (await outcomeOf(services, parseField(hash))) ?? null,
  account: async (_root, { address }, { snapshot }) => {
    const account = parseAddress(address)
    return (await (await snapshot.loaders()).accountsExist.load(account)) ? { account } : null
  },
  asset: async (_root, { code, id }, { snapshot }) => {
    const loaders = await snapshot.loaders()
    if ((code == null) === (id == null)) oneOf('code', 'id')
    return code == null ? loaders.assetOrNull(parseField(id!, 'id')) : loaders.assetByCode(code)
  },
  assets: async (_root, { filter, ...page }, { snapshot }) =>
    assetsPage(await snapshot.loaders(), parseAssetFilter(filter), page),
  holding: async (_root, { address, asset: code }, { snapshot }) => {
    const loaders = await snapshot.loaders()
    const account = parseAddress(address)
    const asset = await loaders.assetByCode(code)
    const holding = asset && (await loaders.holding(account, asset.id))
    if (!holding || holding.index !== null) return holding
    // A holding that is not open yet can have a next start, because pending actions may already spend from it.
    return (await nextStart(loaders, holding)) > 0n ? holding : null
  },
  trace: (_root, { input }, context) => tracePage(input, context),
  batch: async (_root, { id }, { snapshot }) => batchOrNull(await snapshot.loaders(), id),
  batches: async (_root, args, { snapshot }) => batchesPage(await snapshot.loaders(), args),
}

function oneOf(one: string, other: string): never {
  throw new RejectionError(reject('BAD_INPUT', { argument: one, reason: `give either ${one} or ${other}` }))
}
