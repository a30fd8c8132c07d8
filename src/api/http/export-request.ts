import type { ListName } from '../../export/columns.ts'
import type { ExportFormat } from '../../export/format.ts'
import { assetList, holdingList, transferList } from '../../export/lists.ts'
import type { ExportList } from '../../export/rows.ts'
import { throwRejection } from '../../ledger/rejection.ts'
import type { TransferKind } from '../generated/resolvers.ts'
import { parseAssetFilter, parseTransferFilter, requireAsset } from '../input/filters.ts'
import { coordinate, parseAddress } from '../input/parse.ts'
import { timeIn } from '../input/scalars.ts'
import { Snapshot } from '../request/context.ts'
import type { Loaders } from '../request/loaders.ts'
import type { ApiServices } from '../request/services.ts'

/** An export that a client asked for. */
export interface ExportRequest {
  list: ExportList
  /** Name of the list. */
  name: ListName
  format: ExportFormat
  /** Height of the block that the list is as of. */
  height: number
  /** Exclusive key to continue from; undefined from the beginning. */
  after: number | undefined
  /** Bound on rows. */
  first: number
}

type Parameters = Readonly<Record<string, string>>

const PATH = /^\/export\/(transfers|assets|holdings)\.(ndjson|csv)$/
const COMMON = ['after', 'first', 'atHeight']
const KINDS: readonly string[] = [
  'REGISTER',
  'ISSUE',
  'TRANSFER',
  'RETIRE',
  'REINSTATE',
] satisfies TransferKind[]
/** The parameters of each list. */
export const EXPORT_FILTERS: Record<ListName, string[]> = {
  transfers: [
    ...['account', 'accounts', 'from', 'to', 'asset', 'assets', 'kind', 'kinds', 'memo'],
    ...['heightFrom', 'heightTo', 'timeFrom', 'timeTo'],
  ],
  assets: ['issuer', 'codePrefix', 'unique'],
  holdings: ['asset', 'account'],
}

/**
 * Parses the path and the query of an export.
 * @returns undefined if there is no such list
 * @throws RejectionError BAD_INPUT, BAD_ADDRESS, UNKNOWN_ASSET, HEIGHT_TOO_HIGH
 */
export async function parseExport(services: ApiServices, url: URL): Promise<ExportRequest | undefined> {
  const [, name, format] = PATH.exec(url.pathname) ?? []
  if (name === undefined) return undefined
  const list = name as ListName
  const given = parameters(url.searchParams, [...COMMON, ...EXPORT_FILTERS[list]])
  const newest = await new Snapshot(services).height()
  const height = integer(given, 'atHeight') ?? newest
  if (height > newest) throwRejection('HEIGHT_TOO_HIGH', { height, newest })
  const loaders = await new Snapshot(services, height).loaders()
  return {
    list: await LISTS[list](loaders, given),
    name: list,
    format: format as ExportFormat,
    height,
    after: integer(given, 'after'),
    first: integer(given, 'first') ?? Number.MAX_SAFE_INTEGER,
  }
}

const LISTS: Record<ListName, (loaders: Loaders, given: Parameters) => Promise<ExportList>> = {
  async transfers(loaders, given) {
    const { account, from, to, asset, memo } = given
    const kind = given.kind === undefined ? {} : { kind: kindOf(given.kind, 'kind') }
    const lists = {
      accounts: listIn(given.accounts),
      assets: listIn(given.assets),
      kinds: listIn(given.kinds)?.map((text) => kindOf(text, 'kinds')),
    }
    const bounds = {
      heightFrom: bigInteger(given, 'heightFrom'),
      heightTo: bigInteger(given, 'heightTo'),
      timeFrom: time(given, 'timeFrom'),
      timeTo: time(given, 'timeTo'),
    }
    const input = { account, from, to, asset, memo, ...kind, ...lists, ...bounds }
    const filter = await parseTransferFilter(input as never, loaders)
    return transferList(loaders.services, filter, await loaders.end())
  },
  async assets(loaders, given) {
    const { issuer, codePrefix } = given
    const unique = given.unique === undefined ? {} : { unique: boolean(given.unique) }
    const filter = parseAssetFilter({ issuer, codePrefix, ...unique } as never)
    return assetList(loaders.services, filter, (await loaders.tip()).totals.assets)
  },
  async holdings(loaders, { asset, account }) {
    if ((asset === undefined) === (account === undefined))
      throwRejection('BAD_INPUT', { argument: 'asset', reason: 'give either an asset or an account' })
    const { totals } = await loaders.tip()
    const selected =
      asset === undefined
        ? { parent: 'account' as const, id: parseAddress(account!) }
        : { parent: 'asset' as const, id: (await requireAsset(loaders, asset)).id }
    const bounds = { holdings: totals.holdings, end: await loaders.end() }
    return holdingList(loaders.services, { ...selected, ...bounds })
  },
}

/** Takes each parameter once, and none that has no meaning, so that a misspelled filter does not export everything. */
function parameters(search: URLSearchParams, known: readonly string[]): Parameters {
  const given: Record<string, string> = {}
  for (const [name, value] of search) {
    const argument = name.slice(0, 80)
    if (!known.includes(name)) throwRejection('BAD_INPUT', { argument, reason: 'has no meaning here' })
    if (Object.hasOwn(given, name)) throwRejection('BAD_INPUT', { argument, reason: 'is given twice' })
    given[name] = value
  }
  return given
}

function bigInteger(given: Parameters, argument: string): bigint | undefined {
  const text = given[argument]
  if (text === undefined) return undefined
  if (!/^\d{1,20}$/.test(text)) throwRejection('BAD_INPUT', { argument, reason: 'is not a whole number' })
  return BigInt(text)
}

function integer(given: Parameters, argument: string): number | undefined {
  const value = bigInteger(given, argument)
  return value === undefined ? undefined : coordinate(value)
}

function time(given: Parameters, argument: string): Date | undefined {
  const text = given[argument]
  if (text === undefined) return undefined
  const found = timeIn(text)
  if (!found) throwRejection('BAD_INPUT', { argument, reason: 'is not a time such as 2025-01-31T12:00:00Z' })
  return found
}

/** The values between commas, which occur in none of them. */
function listIn(text: string | undefined): string[] | undefined {
  return text?.split(',')
}

function boolean(text: string): boolean {
  if (text !== 'true' && text !== 'false')
    throwRejection('BAD_INPUT', { argument: 'unique', reason: 'is true or false' })
  return text === 'true'
}

function kindOf(text: string, argument: string): TransferKind {
  if (!KINDS.includes(text)) throwRejection('BAD_INPUT', { argument, reason: `one of ${KINDS.join(', ')}` })
  return text as TransferKind
}
