import type { ActionKind } from '../../ledger/action.ts'
import { type EraClock, eraAt, eraClockOf, eraFrom } from '../../ledger/era.ts'
import { RejectionError, reject } from '../../ledger/rejection.ts'
import type { AssetFilter as AssetQuery, AssetRow } from '../../storage/reads/assets.ts'
import type { TransferFilter as TransferQuery } from '../../storage/reads/transfers.ts'
import type { AssetFilter, TransferFilter } from '../generated/resolvers.ts'
import { MAX_CODES, MAX_FILTER_VALUES } from '../limits.ts'
import { isCode, type Loaders } from '../request/loaders.ts'
import type { ApiServices } from '../request/services.ts'
import { coordinate, parseAddress, parseField } from './parse.ts'

/**
 * Parses a filter into the conditions of a read.
 * @throws RejectionError UNKNOWN_ASSET for a code that no asset has, BAD_ADDRESS, BAD_INPUT
 */
export async function parseTransferFilter(
  filter: TransferFilter | null | undefined,
  loaders: Loaders,
): Promise<TransferQuery> {
  const { account, from, to, asset, kind, memo, heightFrom, heightTo, ...rest } = filter ?? {}
  return {
    ...(account == null ? {} : { account: parseAddress(account) }),
    ...(from == null ? {} : { from: parseAddress(from) }),
    ...(to == null ? {} : { to: parseAddress(to) }),
    ...(asset == null ? {} : { assetId: (await requireAsset(loaders, asset)).id }),
    ...(kind == null ? {} : { kind: kind.toLowerCase() as ActionKind }),
    ...(memo == null ? {} : { memo: parseField(memo, 'memo') }),
    ...(heightFrom == null ? {} : { heightFrom: coordinate(heightFrom) }),
    ...(heightTo == null ? {} : { heightTo: coordinate(heightTo) }),
    ...(await parseLists(rest, loaders)),
    ...parseTimes(rest, loaders.services),
  }
}

type Lists = Pick<TransferFilter, 'accounts' | 'assets' | 'kinds'>

/** Lists without repetitions and in one order, so that a list names the same cursors however it is written. */
async function parseLists(
  { accounts, assets, kinds }: Lists,
  loaders: Loaders,
): Promise<Pick<TransferQuery, 'accounts' | 'assetIds' | 'kinds'>> {
  const named = assets && bounded('assets', assets).map((code) => requireAsset(loaders, code))
  return {
    ...(accounts == null ? {} : { accounts: inOrder(bounded('accounts', accounts).map(parseAddress)) }),
    ...(named == null ? {} : { assetIds: inOrder((await Promise.all(named)).map(({ id }) => id)) }),
    ...(kinds == null
      ? {}
      : { kinds: inOrder(bounded('kinds', kinds).map((kind) => kind.toLowerCase() as ActionKind)) }),
  }
}

/** The blocks of a span of time, by their eras. An era that begins before T0 is none. */
export function parseTimes(
  { timeFrom, timeTo }: Pick<TransferFilter, 'timeFrom' | 'timeTo'>,
  { genesis }: Pick<ApiServices, 'genesis'>,
): Pick<TransferQuery, 'eraFrom' | 'eraTo'> {
  const clock = eraClockOf(genesis)
  return {
    ...(timeFrom == null ? {} : { eraFrom: eraFrom(clock, timeFrom.getTime()) }),
    ...(timeTo == null ? {} : { eraTo: lastEraAt(clock, timeTo.getTime()) }),
  }
}

/** The era at a time; -1 before the first. */
export function lastEraAt(clock: EraClock, ms: number): number {
  return ms < clock.startTimeMs ? -1 : eraAt(clock, ms)
}

/** Adds the parent of a nested list to a filter, beside the conditions that the filter has itself. */
export function withParent(filter: TransferQuery, parent: 'account' | 'asset', id: bigint): TransferQuery {
  if (parent === 'asset') {
    const { assetId = id, assetIds, ...rest } = filter
    const fits = assetId === id && (assetIds?.includes(id) ?? true)
    return fits ? { ...rest, assetId: id } : { ...rest, assetIds: [] }
  }
  if ((filter.account ?? id) === id) return { ...filter, account: id }
  if (filter.accounts === undefined) return { ...filter, accounts: [id] }
  throw new RejectionError(
    reject('BAD_INPUT', {
      argument: 'accounts',
      reason: 'in an account, give account or accounts, not both',
    }),
  )
}

function bounded<T>(argument: string, values: readonly T[], max = MAX_FILTER_VALUES): readonly T[] {
  if (values.length > max)
    throw new RejectionError(reject('BAD_INPUT', { argument, max, got: values.length }))
  return values
}

function inOrder<T extends bigint | string>(values: readonly T[]): T[] {
  return [...new Set(values)].sort((a, b) => (a < b ? -1 : 1))
}

export function parseAssetFilter(filter: AssetFilter | null | undefined): AssetQuery {
  const { issuer, codes, codePrefix, unique } = filter ?? {}
  return {
    ...(codes == null ? {} : { codes: inOrder(bounded('codes', codes, MAX_CODES).filter(isCode)) }),
    ...(issuer == null ? {} : { issuer: parseAddress(issuer) }),
    ...(codePrefix == null ? {} : { codePrefix: requirePrefix(codePrefix) }),
    ...(unique == null ? {} : { unique }),
  }
}

/** The asset of a code. @throws RejectionError UNKNOWN_ASSET */
export async function requireAsset(loaders: Loaders, code: string): Promise<AssetRow> {
  const asset = await loaders.assetByCode(code)
  if (!asset) throw new RejectionError(reject('UNKNOWN_ASSET', { asset: code.slice(0, 80) }))
  return asset
}

function requirePrefix(text: string): string {
  if (text !== '' && !isCode(text))
    throw new RejectionError(reject('BAD_INPUT', { argument: 'codePrefix', reason: 'no code begins so' }))
  return text
}
