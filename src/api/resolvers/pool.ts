import { listName } from '../connections/cursor.ts'
import { makePage, parsePage } from '../connections/page.ts'
import type { PoolResolvers } from '../generated/resolvers.ts'
import { pendingTransfer } from '../model/pending.ts'

const LIST = listName('pending')

export const Pool: PoolResolvers = {
  pending: async (pool, args, { services, snapshot }) => {
    const request = parsePage(LIST, args, await snapshot.height(), services.limits.pageSize)
    // The node needs a page size of at least 1, and says itself whether there is more.
    const page = await services.control.pending(Math.max(1, request.limit), request.after)
    const entries = page.entries
      .slice(0, request.limit)
      .map((entry) => pendingTransfer(services.poseidon, { ...entry, hash: BigInt(`0x${entry.hash}`) }))
    const made = makePage(
      request,
      entries,
      (entry) => entry.arrival,
      () => pool.size,
    )
    return {
      ...made,
      pageInfo: { ...made.pageInfo, hasNextPage: page.hasMore || page.entries.length > entries.length },
    }
  },
}
