import { encodeAddress } from '../../crypto/address.ts'
import type { HolderResolvers, OriginResolvers } from '../generated/resolvers.ts'
import { transfersOfHashes } from '../model/transfers.ts'

export const Origin: OriginResolvers = {
  madeFrom: async ({ madeFrom }, _args, { snapshot }) =>
    transfersOfHashes(await snapshot.loaders(), madeFrom),
}

export const Holder: HolderResolvers = {
  address: ({ account }) => encodeAddress(account),
  account: ({ account }) => ({ account }),
  asset: async ({ assetId }, _args, { snapshot }) => (await snapshot.loaders()).asset(assetId),
}
