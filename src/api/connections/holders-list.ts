import { RejectionError, reject, throwRejection } from '../../ledger/rejection.ts'
import { type HolderPlace, MAX_CORRECTED_RECORDS } from '../../storage/reads/holder-page.ts'
import { holderCounts, holdersOf } from '../../storage/reads/holders.ts'
import type { Loaders } from '../request/loaders.ts'
import type { HoldingModel } from '../request/models.ts'
import { decodeCursor, encodeCursor, listName } from './cursor.ts'
import { loadBatched } from './nested-lists.ts'
import type { Page, PageArguments } from './page.ts'
import { endAt, pageOf } from './root-lists.ts'

/**
 * The holders of an asset, largest balance first, with the counters of the page's block. All pages are as of the block of the first one.
 * @throws RejectionError BAD_CURSOR (also of a cursor that 10,000 records of the asset have passed), PAGE_TOO_LARGE, NOT_AVAILABLE while the
 * stored order is that far behind
 */
export async function holdersPage(
  loaders: Loaders,
  id: bigint,
  { first, after }: Pick<PageArguments, 'first' | 'after'>,
): Promise<Page<HoldingModel>> {
  const { services } = loaders
  const list = listName('asset.holders', { id })
  const { limit } = pageOf(loaders, list, { first })
  const cursor = after ? decodeCursor(list, after, loaders.height) : undefined
  const place = cursor && placeOf(cursor.key)
  const height = cursor?.height ?? loaders.height
  const end = await endAt(loaders, height)
  const name = ['asset.holders', end, limit, place?.balance.toString(), place?.holding].join(' ')
  const found = await loadBatched(loaders, name, id, (ids) =>
    holdersOf(services.database, ids, {
      end,
      isNewest: height >= services.heights.current,
      limit: limit + 1,
      after: place,
    }),
  )
  if (found === undefined) {
    if (cursor) throw new RejectionError(reject('BAD_CURSOR', { reason: 'age', max: MAX_CORRECTED_RECORDS }))
    throwRejection('NOT_AVAILABLE', { field: 'holders', behind: MAX_CORRECTED_RECORDS })
  }
  const edges = found.slice(0, limit).map((holder) => {
    const node = { ...holder, height }
    const key = [(node.inTotal - node.outTotal).toString(), node.index]
    return { node, cursor: encodeCursor(list, { height, key }) }
  })
  return {
    height,
    edges,
    pageInfo: {
      hasNextPage: found.length > limit,
      hasPreviousPage: cursor !== undefined,
      startCursor: edges[0]?.cursor ?? null,
      endCursor: edges.at(-1)?.cursor ?? null,
    },
    count: () =>
      loadBatched(loaders, `asset.holders.count ${end}`, id, (ids) =>
        holderCounts(services.database, ids, end),
      ),
  }
}

function placeOf([balance, holding]: readonly (number | string)[]): HolderPlace {
  if (typeof balance !== 'string' || !/^\d{1,39}$/.test(balance) || typeof holding !== 'number')
    throw new RejectionError(reject('BAD_CURSOR', { reason: 'damaged' }))
  return { balance: BigInt(balance), holding }
}
