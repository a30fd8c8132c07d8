import { Failure } from '../../config/failure.ts'
import type { Loaders } from '../request/loaders.ts'
import type { HoldingModel } from '../request/models.ts'

/** Only the node knows pending actions. While it does not answer, and as of a block that the client chose, the final counter is returned. */
export async function nextStart(
  loaders: Loaders,
  { account, assetId, outTotal }: HoldingModel,
): Promise<bigint> {
  if (loaders.isPinned) return outTotal
  try {
    return await loaders.nextStarts.load({ account, assetId })
  } catch (error) {
    if (error instanceof Failure && error.retry) return outTotal
    throw error
  }
}
