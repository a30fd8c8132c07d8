import { batchesOf, firstBatchOf, fullBatchCount } from '../../ledger/batch.ts'
import { batchesWithStatus } from '../../storage/reads/batch-status.ts'
import type { BlockRow } from '../../storage/reads/blocks.ts'
import { listName } from '../connections/cursor.ts'
import { makePage, type Page, type PageArguments } from '../connections/page.ts'
import { integersOf, pageOf } from '../connections/root-lists.ts'
import type { BatchStatus } from '../generated/resolvers.ts'
import type { Loaders } from '../request/loaders.ts'
import { endOf } from '../request/loaders.ts'
import type { BatchModel } from '../request/models.ts'
import { batchCount, batchStatus, nextPosition } from './batches.ts'

/** The name of the list of batches. The query and the subscription share it, so a cursor of one works in the other. */
export const BATCHES = listName('batches')

/** All batches, or those with a status, by index. */
export async function batchesPage(
  loaders: Loaders,
  { status, ...args }: PageArguments & { status?: BatchStatus | null | undefined },
): Promise<Page<BatchModel>> {
  if (status != null) return batchesOfStatus(loaders, status, args)
  const request = pageOf(loaders, BATCHES, args)
  const count = batchCount(loaders, await loaders.block(request.height))
  return pageOfIndexes(request, integersOf(request, 0, count), count)
}

/** The batches that contain records of a block. */
export function batchesOfBlock(loaders: Loaders, block: BlockRow, args: PageArguments): Page<BatchModel> {
  const { batchSize } = loaders.services.genesis
  const request = pageOf(loaders, listName('block.batches', { height: block.header.height }), args)
  const { first, end } = batchesOf({ first: block.header.position, end: endOf(block) }, batchSize)
  return pageOfIndexes(request, integersOf(request, first, end), end - first)
}

/**
 * The batches whose proofs have a status now. Genesis is a range, and only the tail waits; of all others, a page looks at a bounded number, and
 * its last cursor says how far it came.
 */
async function batchesOfStatus(
  loaders: Loaders,
  status: BatchStatus,
  args: PageArguments,
): Promise<Page<BatchModel>> {
  const { database, genesis } = loaders.services
  const size = genesis.batchSize
  const request = pageOf(loaders, listName('batches', { status }), args)
  const next = nextPosition(loaders, await loaders.tip())
  const [genesisEnd, full] = [firstBatchOf(genesis), fullBatchCount(next, size)]
  const count = batchCount(loaders, await loaders.block(request.height))
  if (status === 'GENESIS') return pageOfIndexes(request, integersOf(request, 0, genesisEnd), genesisEnd)
  if (status === 'WAITING') {
    const waits = full < count && (await batchStatus(loaders, full)) === 'WAITING'
    return pageOfIndexes(request, waits ? integersOf(request, full, count) : [], waits ? 1 : 0)
  }
  const { batches, lookedTo } = await batchesWithStatus(database, status, {
    first: Math.max(genesisEnd, (request.after ?? -1) + 1),
    end: Math.min(status === 'UNPROVEN' ? full : count, request.before ?? count),
    size,
    next,
    backward: request.backward,
    limit: request.limit + 1,
  })
  return pageOfIndexes(request, batches, null, lookedTo)
}

function pageOfIndexes(
  request: Parameters<typeof makePage>[0],
  indexes: readonly number[],
  count: number | null,
  lookedTo?: number,
): Page<BatchModel> {
  const batches = indexes.map((index) => ({ index }))
  return makePage(
    request,
    batches,
    ({ index }) => index,
    () => count,
    lookedTo,
  )
}
