import type { HoldingResolvers } from '../generated/resolvers.ts'
import { nextStart } from '../model/next-start.ts'
import { nodeId } from '../model/node-id.ts'

export const Holding: HoldingResolvers = {
  id: ({ account, assetId }, _args, { snapshot }) =>
    nodeId({ type: 'Holding', account, assetId }, snapshot.pinnedTo),
  address: ({ account }, _args, { services }) => services.addresses.of(account),
  account: ({ account }) => ({ account }),
  asset: ({ assetId }, _args, { snapshot }) => snapshot.read((loaders) => loaders.asset(assetId)),
  balance: ({ inTotal, outTotal }) => inTotal - outTotal,
  nextStart: async (holding, _args, { snapshot }) => nextStart(await snapshot.loaders(), holding),
}
