import type { ActionKind } from '../../ledger/action.ts'
import { RejectionError, reject } from '../../ledger/rejection.ts'
import type { AssetFilter as AssetQuery, AssetRow } from '../../storage/reads/assets.ts'
import type { TransferFilter as TransferQuery } from '../../storage/reads/transfers.ts'
import type { AssetFilter, TransferFilter } from '../generated/resolvers.ts'
import { isCode, type Loaders } from '../request/loaders.ts'
import { coordinate, parseAddress, parseField } from './parse.ts'

/**
 * Parses a filter into the conditions of a read.
 * @throws RejectionError UNKNOWN_ASSET for a code that no asset has, BAD_ADDRESS, BAD_INPUT
 */
export async function parseTransferFilter(
  filter: TransferFilter | null | undefined,
  loaders: Loaders,
): Promise<TransferQuery> {
  const { account, from, to, asset, kind, memo, heightFrom, heightTo } = filter ?? {}
  return {
    ...(account == null ? {} : { account: parseAddress(account) }),
    ...(from == null ? {} : { from: parseAddress(from) }),
    ...(to == null ? {} : { to: parseAddress(to) }),
    ...(asset == null ? {} : { assetId: (await requireAsset(loaders, asset)).id }),
    ...(kind == null ? {} : { kind: kind.toLowerCase() as ActionKind }),
    ...(memo == null ? {} : { memo: parseField(memo, 'memo') }),
    ...(heightFrom == null ? {} : { heightFrom: coordinate(heightFrom) }),
    ...(heightTo == null ? {} : { heightTo: coordinate(heightTo) }),
  }
}

export function parseAssetFilter(filter: AssetFilter | null | undefined): AssetQuery {
  const { issuer, codePrefix, unique } = filter ?? {}
  return {
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
