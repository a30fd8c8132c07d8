import { Failure } from '../../config/failure.ts'
import { encodeAddress } from '../../crypto/address.ts'
import type { HoldingResolvers } from '../generated/resolvers.ts'
import type { Loaders } from '../request/loaders.ts'
import type { HoldingModel } from '../request/models.ts'

export const Holding: HoldingResolvers = {
  address: ({ account }) => encodeAddress(account),
  account: ({ account }) => ({ account }),
  asset: async ({ assetId }, _args, { snapshot }) => (await snapshot.loaders()).asset(assetId),
  balance: ({ inTotal, outTotal }) => inTotal - outTotal,
  nextStart: async (holding, _args, { snapshot }) => nextStart(await snapshot.loaders(), holding),
}

/** Only the node knows pending actions. While it does not answer, the final counter is returned. */
export async function nextStart(
  loaders: Loaders,
  { account, assetId, outTotal }: HoldingModel,
): Promise<bigint> {
  try {
    return await loaders.nextStarts.load({ account, assetId })
  } catch (error) {
    if (error instanceof Failure && error.retry) return outTotal
    throw error
  }
}
