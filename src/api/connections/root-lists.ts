import { type AssetFilter, assetPage } from '../../storage/reads/assets.ts'
import { type EraSpan, heightsOfEras } from '../../storage/reads/blocks.ts'
import type { TransferRow } from '../../storage/reads/rows.ts'
import { type TransferFilter, transferCount, transferPage } from '../../storage/reads/transfers.ts'
import { endOf, type Loaders } from '../request/loaders.ts'
import { type AssetModel, type BlockModel, finalTransfer, type TransferModel } from '../request/models.ts'
import { listName } from './cursor.ts'
import type { ListNature, Page, PageArguments, PageRequest } from './page.ts'
import { makePage, parsePage } from './page.ts'

/** The name of the list of records that match a filter. The query and the subscription share it. */
export const transferList = (filter: TransferFilter): string => listName('transfers', { ...filter })

/** Parses a connection's arguments within the server's limits. */
export function pageOf(
  loaders: Loaders,
  list: string,
  args: PageArguments,
  nature?: ListNature,
): PageRequest {
  return parsePage(list, args, loaders.height, loaders.services.limits.pageSize, nature)
}

/** The position after the last record of the block that a page is as of. */
export async function endAt(loaders: Loaders, height: number): Promise<number> {
  return height === loaders.height ? loaders.end() : endOf(await loaders.block(height))
}

/** Blocks by height, all or those of a span of eras. Heights have no gaps, so the keys of a page are known before it is read. */
export async function blocksPage(
  loaders: Loaders,
  eras: EraSpan,
  args: PageArguments,
): Promise<Page<BlockModel>> {
  const request = pageOf(loaders, listName('blocks', { ...eras }), args)
  const { first, end } = await heightsOfEras(loaders.services.database, eras, request.height)
  const heights = integersOf(request, first, end)
  const blocks = await Promise.all(heights.map((height) => loaders.block(height)))
  return makePage(
    request,
    blocks,
    ({ header }) => header.height,
    () => end - first,
  )
}

/** Records that match a filter, by position. */
export async function transfersPage(
  loaders: Loaders,
  filter: TransferFilter,
  args: PageArguments,
): Promise<Page<TransferModel>> {
  const { database } = loaders.services
  const request = pageOf(loaders, transferList(filter), args)
  const end = await endAt(loaders, request.height)
  const rows = await transferPage(database, filter, {
    limit: request.limit + 1,
    backward: request.backward,
    after: request.after ?? -1,
    before: Math.min(request.before ?? end, end),
  })
  const count = async () =>
    Object.keys(filter).length === 0
      ? (await loaders.block(request.height)).totals.records
      : transferCount(database, filter, end)
  return transfersOfRows(request, rows, count)
}

/** The records at the positions [first, end) of a block or a batch, as far as they exist. */
export async function positionsPage(
  loaders: Loaders,
  list: string,
  range: { first: number; end: number },
  args: PageArguments,
): Promise<Page<TransferModel>> {
  const request = pageOf(loaders, list, args)
  const end = Math.max(range.first, Math.min(range.end, await endAt(loaders, request.height)))
  const positions = integersOf(request, range.first, end)
  const rows = positions.length === 0 ? [] : await loaders.transferRuns.load(positions)
  return transfersOfRows(request, rows, () => end - range.first)
}

/** Assets that match a filter, in order of registration. */
export async function assetsPage(
  loaders: Loaders,
  filter: AssetFilter,
  args: PageArguments,
): Promise<Page<AssetModel>> {
  const request = pageOf(loaders, listName('assets', { ...filter }), args)
  const { totals } = await loaders.block(request.height)
  const rows = await assetPage(loaders.services.database, filter, {
    limit: request.limit + 1,
    backward: request.backward,
    after: request.after ?? -1,
    before: Math.min(request.before ?? totals.assets, totals.assets),
  })
  const count = Object.keys(filter).length === 0 ? totals.assets : null
  return makePage(
    request,
    rows,
    ({ ordinal }) => ordinal,
    () => count,
  )
}

/** A page of the records that were read for a request. */
export function transfersOfRows(
  request: PageRequest,
  rows: readonly TransferRow[],
  count: () => Promise<number | null> | number | null,
): Page<TransferModel> {
  return makePage(request, rows.map(finalTransfer), ({ position }) => position, count)
}

/** The integers of [low, high) on a page, up to `limit + 1` of them, in the direction of reading. */
export function integersOf(request: PageRequest, low: number, high: number): number[] {
  const first = Math.max(low, (request.after ?? -1) + 1)
  const end = Math.min(high, request.before ?? high)
  const length = Math.max(0, Math.min(request.limit + 1, end - first))
  return Array.from({ length }, (_, i) => (request.backward ? end - 1 - i : first + i))
}
