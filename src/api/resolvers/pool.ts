import type { PoolResolvers } from '../generated/resolvers.ts'
import { pendingPage } from '../model/pending.ts'

export const Pool: PoolResolvers = {
  pending: ({ size }, args, context) => pendingPage(context, args, { count: size }),
}
