import { bytesToHex } from '../../codec/bytes.ts'
import { bytesOfAddress } from '../../crypto/address.ts'
import { RejectionError, reject } from '../../ledger/rejection.ts'
import { fold } from '../../storage/folding.ts'
import { readAssetsByOrdinal } from '../../storage/reads/assets.ts'
import {
  type BytesRange,
  type SearchBounds,
  searchAccounts,
  searchBytes,
  searchTerms,
} from '../../storage/reads/search.ts'
import { MAX_SEARCH_CHARACTERS, MAX_SEARCH_RESULTS } from '../limits.ts'
import type { Loaders } from '../request/loaders.ts'
import type { SearchResultModel } from '../request/models.ts'
import { readNode } from './nodes.ts'

/** Digits of a hash that are searched for at least: fewer would match anything. */
const MIN_HEX = 6
/** Characters of an address after `inp1` that are searched for at least. */
const MIN_ADDRESS = 4

/**
 * What a text names or begins to name: a height, a hash, an address, a code or a name, in this order. Case does not matter, nor do blanks and, in
 * codes and names, punctuation.
 * @throws RejectionError BAD_INPUT (too long, or negative), PAGE_TOO_LARGE
 */
export async function search(loaders: Loaders, text: string, first: number): Promise<SearchResultModel[]> {
  if (text.length > MAX_SEARCH_CHARACTERS)
    throw new RejectionError(
      reject('BAD_INPUT', { argument: 'text', max: MAX_SEARCH_CHARACTERS, got: text.length }),
    )
  if (first < 0) throw new RejectionError(reject('BAD_INPUT', { argument: 'first', reason: 'negative' }))
  if (first > MAX_SEARCH_RESULTS)
    throw new RejectionError(reject('PAGE_TOO_LARGE', { max: MAX_SEARCH_RESULTS, got: first }))
  const { totals } = await loaders.tip()
  const bounds = { height: loaders.height, end: await loaders.end(), assets: totals.assets, limit: first }
  const compact = text.replace(/\s/g, '').toLowerCase()
  const found = await Promise.all([
    byHeight(loaders, compact),
    byHash(loaders, compact, bounds),
    byAddress(loaders, compact, bounds),
    byTerm(loaders, fold(text), bounds),
    byServerName(loaders, fold(text)),
  ])
  return unique(found.flat()).slice(0, first)
}

async function byHeight(loaders: Loaders, compact: string): Promise<SearchResultModel[]> {
  if (!/^\d{1,15}$/.test(compact) || Number(compact) > loaders.height) return []
  return result('HEIGHT', await readNode(loaders, { type: 'Block', height: Number(compact) }))
}

async function byHash(loaders: Loaders, compact: string, bounds: SearchBounds): Promise<SearchResultModel[]> {
  const digits = compact.replace(/^0x/, '')
  if (!/^[0-9a-f]{1,64}$/.test(digits) || digits.length < MIN_HEX) return []
  const rows = await searchBytes(loaders.services.database, hexRange(digits), bounds)
  const results = await Promise.all(
    rows.map(async ({ kind, key }) => {
      const value = BigInt(`0x${bytesToHex(key)}`)
      if (kind === 'transfer')
        return result('HASH', await readNode(loaders, { type: 'Transfer', hash: value }))
      if (kind === 'asset')
        return result('ASSET_ID', await readNode(loaders, { type: 'Asset', assetId: value }))
      if (kind === 'account')
        return result('ACCOUNT_ID', await readNode(loaders, { type: 'Account', account: value }))
      const block = await loaders.blocksByHash.load(bytesToHex(key))
      return result('HASH', block && { ...block, __typename: 'Block' as const })
    }),
  )
  return results.flat()
}

async function byAddress(
  loaders: Loaders,
  compact: string,
  bounds: SearchBounds,
): Promise<SearchResultModel[]> {
  const range = bytesOfAddress(compact, MIN_ADDRESS)
  if (range === undefined) return []
  const rows = await searchAccounts(loaders.services.database, range, bounds)
  return rows.flatMap((key) =>
    result('ADDRESS', { account: BigInt(`0x${bytesToHex(key)}`), __typename: 'Account' as const }),
  )
}

async function byTerm(loaders: Loaders, folded: string, bounds: SearchBounds): Promise<SearchResultModel[]> {
  if (folded === '') return []
  const { database } = loaders.services
  const matches = await searchTerms(database, folded, bounds)
  const rows = await readAssetsByOrdinal(
    database,
    matches.map(({ ordinal }) => ordinal),
  )
  const assets = new Map(rows.map((asset) => [asset.ordinal, asset]))
  return matches.flatMap(({ ordinal, source }) =>
    result(source === 'code' ? 'CODE' : 'NAME', { ...assets.get(ordinal)!, __typename: 'Asset' as const }),
  )
}

/** Accounts to which this server gives a name with a word that begins so. Names of addresses without a holding are skipped. */
async function byServerName(loaders: Loaders, folded: string): Promise<SearchResultModel[]> {
  if (folded === '') return []
  const named = loaders.services.accountsNamed(folded, MAX_SEARCH_RESULTS)
  const nodes = await Promise.all(named.map((account) => readNode(loaders, { type: 'Account', account })))
  return nodes.flatMap((node) => result('NAME', node))
}

function result(
  matched: SearchResultModel['matched'],
  node: SearchResultModel['node'] | null,
): SearchResultModel[] {
  return node === null ? [] : [{ matched, node }]
}

/** The bytes that begin with these hexadecimal digits. */
function hexRange(digits: string): BytesRange {
  return { low: Buffer.from(digits.padEnd(64, '0'), 'hex'), high: Buffer.from(digits.padEnd(64, 'f'), 'hex') }
}

/** The first result for each object. */
function unique(results: readonly SearchResultModel[]): SearchResultModel[] {
  const first = new Map<string, SearchResultModel>()
  for (const one of results) {
    const key = keyOf(one.node)
    if (!first.has(key)) first.set(key, one)
  }
  return [...first.values()]
}

function keyOf(node: SearchResultModel['node']): string {
  switch (node.__typename) {
    case 'Block':
      return `block ${node.header.height}`
    case 'Transfer':
      return `transfer ${node.hash}`
    case 'Asset':
      return `asset ${node.id}`
    case 'Account':
      return `account ${node.account}`
    default:
      throw new Error(`a search found a ${node.__typename}`)
  }
}
