import DataLoader from 'dataloader'
import { holdingsOf, type NestedPage, transferCountsOf, transfersOf } from '../../storage/reads/nested.ts'
import type { TransferFilter } from '../generated/resolvers.ts'
import { parseTransferFilter, withParent } from '../input/filters.ts'
import { holdingsAsOf } from '../request/holdings-as-of.ts'
import type { Loaders } from '../request/loaders.ts'
import type { HoldingModel, TransferModel } from '../request/models.ts'
import { listName } from './cursor.ts'
import { makePage, type Page, type PageArguments, type PageRequest } from './page.ts'
import { endAt, pageOf, transfersOfRows, transfersPage } from './root-lists.ts'

/** The parent of a nested list. */
export type Parent = 'account' | 'asset'

/**
 * Records of an account (as sender or receiver) or of an asset, by position. The pages of all parents are read in one statement; with a filter,
 * each parent is a search of its own.
 */
export async function transfersOfParent(
  loaders: Loaders,
  parent: Parent,
  id: bigint,
  { filter, ...args }: PageArguments & { filter?: TransferFilter | null | undefined },
): Promise<Page<TransferModel>> {
  if (filter != null) {
    return transfersPage(loaders, withParent(await parseTransferFilter(filter, loaders), parent, id), args)
  }
  const { database } = loaders.services
  const request = pageOf(loaders, listName(`${parent}.transfers`, { id }), args)
  const end = await endAt(loaders, request.height)
  const rows = await loadPage(loaders, `${parent}.transfers`, request, end, id, (ids, page) =>
    transfersOf(database, parent, ids, page),
  )
  const count = () =>
    loadBatched(loaders, `${parent}.count ${end}`, id, (ids) => transferCountsOf(database, parent, ids, end))
  return transfersOfRows(request, rows, count)
}

/**
 * Holdings of an account or of an asset, in order of first receipt, with the counters of the page's block. Those of an asset are without its
 * mint and its retired units.
 */
export async function holdingsOfParent(
  loaders: Loaders,
  parent: Parent,
  id: bigint,
  { empty, ...args }: PageArguments & { empty: boolean },
): Promise<Page<HoldingModel>> {
  const { services } = loaders
  const request = pageOf(loaders, listName(`${parent}.holdings`, { id, empty }), args, { changes: true })
  const end = await endAt(loaders, request.height)
  const list = `${parent}.holdings ${empty}`
  const names = await loadPage(loaders, list, request, end, id, (ids, page) =>
    holdingsOf(services.database, parent, ids, { ...page, empty, unowned: parent === 'account' }),
  )
  const counters =
    request.height === loaders.height
      ? await Promise.all(names.map(({ account, assetId }) => loaders.holding(account, assetId)))
      : await holdingsAsOf(services, names, request.height, end)
  return makePage(
    request,
    counters,
    ({ index }) => index!,
    () => null,
  )
}

/** One parent's rows of a page. All parents with the same page arguments are read in one statement. */
function loadPage<Row>(
  loaders: Loaders,
  list: string,
  request: PageRequest,
  end: number,
  id: bigint,
  read: (ids: readonly bigint[], page: NestedPage) => Promise<Row[][]>,
): Promise<Row[]> {
  const { limit, backward, after, before } = request
  const page = { end, limit: limit + 1, backward, after, before }
  return loadBatched(loaders, JSON.stringify([list, page]), id, (ids) => read(ids, page))
}

/** The loader that reads one page of many parents in one statement, made on first use. */
export function loadBatched<T>(
  loaders: Loaders,
  name: string,
  id: bigint,
  read: (ids: readonly bigint[]) => Promise<T[]>,
): Promise<T> {
  const loader = loaders.nested.get(name) ?? new DataLoader(read)
  loaders.nested.set(name, loader)
  return loader.load(id) as Promise<T>
}
