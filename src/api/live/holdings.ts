import { holdingsOf } from '../../storage/reads/nested.ts'
import type { TransferRow } from '../../storage/reads/rows.ts'
import type { TransferFilter } from '../../storage/reads/transfers.ts'
import { requireAsset } from '../input/filters.ts'
import { holdingsAsOf } from '../request/holdings-as-of.ts'
import type { Loaders } from '../request/loaders.ts'
import type { HoldingModel } from '../request/models.ts'
import { heightRanges, inParts, type Live, type LiveEvent } from './follow.ts'
import { asOf, type LiveContext } from './shared-live.ts'
import { startAfter } from './start.ts'
import { recordsIn } from './transfers.ts'

/** Holdings per read from storage. */
const PAGE = 200

/** One balance: now (unless `after` is given), then after each block that changes it. */
export async function liveHolding(
  context: LiveContext,
  account: bigint,
  code: string,
  after: bigint | null | undefined,
): Promise<Live<HoldingModel>> {
  const start = await startAfter(context, after)
  const loaders = await context.snapshot.loaders()
  const asset = await requireAsset(loaders, code)
  const now = after == null ? [await loaders.holding(account, asset.id)] : []
  return changes(context, { account, assetId: asset.id }, start, now)
}

/** Every balance of an account: all of them now (unless `after` is given), then those that each block changed. */
export async function liveHoldings(
  context: LiveContext,
  account: bigint,
  after: bigint | null | undefined,
): Promise<Live<HoldingModel>> {
  const start = await startAfter(context, after)
  const loaders = await context.snapshot.loaders()
  return changes(context, { account }, start, after == null ? everyHolding(loaders, account) : [])
}

/** All holdings of an account as of the loaders' block, read page by page. */
async function* everyHolding(loaders: Loaders, account: bigint): AsyncGenerator<HoldingModel> {
  const { services, height } = loaders
  const end = await loaders.end()
  for (let after = -1; ; ) {
    const page = { end, limit: PAGE, backward: false, after, before: undefined, empty: true, unowned: true }
    const [names = []] = await holdingsOf(services.database, 'account', [account], page)
    yield* await holdingsAsOf(services, names, height, end)
    const last = names.at(-1)
    if (last === undefined || names.length < PAGE) return
    after = last.index
  }
}

function changes(
  context: LiveContext,
  filter: TransferFilter & { account: bigint },
  start: number,
  now: Iterable<HoldingModel> | AsyncIterable<HoldingModel>,
): Live<HoldingModel> {
  return async function* (signal) {
    for await (const value of now) yield [{ height: start, value }]
    for await (const { above, upTo } of heightRanges(context.services.heights, start, signal)) {
      const records = recordsIn(context, filter, above, upTo, undefined)
      for await (const { height, assets } of touched(records, filter.account)) {
        const loaders = await asOf(context, height).snapshot.loaders()
        const holdings = await Promise.all(assets.map((id) => loaders.holding(filter.account, id)))
        yield* inParts(holdings, (holding) => changedAt(height, holding))
      }
    }
  }
}

function changedAt(height: number, value: HoldingModel): LiveEvent<HoldingModel> {
  // Other balances may follow from the same block.
  const after = String(height - 1)
  return { height, value, after, name: `${height}:${value.account}:${value.assetId}` }
}

/** The assets whose balance changed for an account, block by block. */
async function* touched(
  pages: AsyncIterable<readonly TransferRow[]>,
  account: bigint,
): AsyncGenerator<{ height: number; assets: bigint[] }> {
  let height = -1
  let assets = new Set<bigint>()
  for await (const records of pages) {
    for (const record of records) {
      if (record.height !== height) {
        if (assets.size > 0) yield { height, assets: [...assets] }
        height = record.height
        assets = new Set()
      }
      // The `from` of a registration is the issuer, whose own holdings do not change.
      if (record.kind !== 'register' || record.to === account) assets.add(record.assetId)
    }
  }
  if (assets.size > 0) yield { height, assets: [...assets] }
}
