import type { HolderResolvers, HopResolvers, OriginResolvers } from '../generated/resolvers.ts'
import { transfersOfHashes } from '../model/transfers.ts'
import type { ApiContext } from '../request/context.ts'
import { finalTransfer } from '../request/models.ts'

/** The record at a position of a trace; all that are selected are read in one statement. */
const transfer = async ({ position }: { position: number }, _args: object, { snapshot }: ApiContext) =>
  finalTransfer(await (await snapshot.loaders()).transfer(position))

export const Hop: HopResolvers = {
  transfer,
  behind: async ({ behind }, _args, { snapshot }) =>
    behind === undefined ? null : (await snapshot.loaders()).asset(behind),
}

export const Origin: OriginResolvers = {
  transfer,
  madeFrom: async ({ madeFrom }, _args, { snapshot }) =>
    transfersOfHashes(await snapshot.loaders(), madeFrom),
}

export const Holder: HolderResolvers = {
  address: ({ account }, _args, { services }) => services.addresses.of(account),
  account: ({ account }) => ({ account }),
  asset: ({ assetId }, _args, { snapshot }) => snapshot.read((loaders) => loaders.asset(assetId)),
}
