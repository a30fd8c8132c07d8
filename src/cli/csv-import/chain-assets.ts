import { ClientError } from '../../client/graphql.ts'
import type { Client } from '../../client/types.ts'
import { JsonReader } from '../../ledger/json-reader.ts'
import { MAX_AMOUNT, MAX_COUNTER, MAX_ERA } from '../../ledger/params.ts'

/** Assets that are asked for at a time, and those whose records are: what the api takes at most. */
const MAX_CODES = 100
const MAX_WITH_RECORDS = 20
/** Records asked for per page. */
const PAGE = 100
/** Records that assets which are asked for together may have got since they were counted. */
const MAX_NEW = 10_000
const MAX_POSITION = 2 ** 48 - 1
/** Characters of a code, an address, the name of a kind or a cursor. */
const MAX_TEXT = 512

const ANY = 'query ($issuer: String!) { assets(first: 1, filter: { issuer: $issuer }) { nodes { code } } }'
const ASSETS = `query ($issuer: String!, $codes: [String!]!) {
  assets(first: ${MAX_CODES}, filter: { issuer: $issuer, codes: $codes }) {
    nodes { code assetId cap transfers(first: 1) { totalCount } } } }`
const RECORDS = `query ($codes: [String!]!, $after: String) { transfers(first: ${PAGE}, after: $after, filter: { assets: $codes }) {
  nodes { position kind hash era fromStart amount memo asset { code } from { address } to { address } }
  pageInfo { hasNextPage endCursor } } }`

const read = new JsonReader('MALFORMED')

/** An asset on the chain. */
export interface AssetOnChain {
  code: string
  /** 64 hex digits. */
  assetId: string
  cap: string
  /** How many records it has, that of its registration included. */
  records: number
}

/** A final record of an asset. */
export interface RecordOnChain {
  code: string
  /** 64 hex digits. */
  hash: string
  era: number
  /** Undefined for the registration. */
  move: MoveOnChain | undefined
}

/** All that a move does. */
export interface MoveOnChain {
  /** Addresses. */
  from: string
  to: string
  /** Whole numbers: the first unit that moves, and how many do. */
  fromStart: string
  amount: string
  /** 64 hex digits. */
  memo: string
}

/**
 * Those assets of an issuer (an address) that have these codes.
 * @throws ClientError, BAD_CHAIN if the api shows another asset, or one twice; RejectionError MALFORMED if an answer cannot be read
 */
export async function* assetsOnChain(
  client: Client,
  issuer: string,
  codes: Iterable<string>,
): AsyncGenerator<AssetOnChain> {
  const any = await client.query<{ assets: unknown }>(ANY, { issuer })
  if (nodesOf(any.assets, 'assets', 1).length === 0) return
  for (const chunk of chunksOf(codes, MAX_CODES)) {
    const { assets } = await client.query<{ assets: unknown }>(ASSETS, { issuer, codes: chunk })
    const missing = new Set(chunk)
    for (const node of nodesOf(assets, 'assets', MAX_CODES)) {
      const asset = assetIn(node)
      if (!missing.delete(asset.code)) throw notAsked(asset.code)
      yield asset
    }
  }
}

/** An asset whose records are asked for, and how many of them, from the first one on, are wanted. */
export interface WantedAsset extends AssetOnChain {
  wanted: number
}

/**
 * The records of assets, those of one asset in order; of an asset that has more than are wanted no more than these.
 * @throws ClientError, BAD_CHAIN if the api shows others, fewer than it has counted, more than may have come since, or none although it says that more
 * follow, so that the list of an API that lies ends too; RejectionError MALFORMED if an answer cannot be read
 */
export async function* recordsOnChain(
  client: Client,
  assets: Iterable<WantedAsset>,
): AsyncGenerator<RecordOnChain> {
  for (const chunk of chunksOf(assets, MAX_WITH_RECORDS, hasMore)) {
    const left = new Map(chunk.map(({ code, wanted }) => [code, wanted]))
    let room = chunk.reduce((sum, { wanted }) => sum + wanted, hasMore(chunk[0]!) ? 0 : MAX_NEW)
    for await (const record of recordsOf(client, [...left.keys()])) {
      const { code } = record
      const rest = left.get(code)
      if (rest === undefined) throw notAsked(code)
      if (room-- === 0) throw badChain(`the api shows more records of ${code} than it has counted`)
      yield record
      left.set(code, rest - 1)
      if (room === 0 && hasMore(chunk[0]!)) break
    }
    for (const [code, rest] of left)
      if (rest > 0) throw badChain(`the api shows fewer records of ${code} than it has counted`)
  }
}

/** Such an asset is asked for alone, because its records do not all have to be read. */
const hasMore = ({ records, wanted }: WantedAsset) => records > wanted

/** All records of these assets, page by page, in the order of the chain. */
async function* recordsOf(client: Client, codes: readonly string[]): AsyncGenerator<RecordOnChain> {
  let next = 0
  for (let after: string | null = null; ; ) {
    const { transfers } = await client.query<{ transfers: unknown }>(RECORDS, { codes, after })
    const nodes = nodesOf(transfers, 'transfers', PAGE)
    for (const node of nodes) {
      const { position, ...record } = recordIn(node)
      if (position < next) throw badChain(`the api shows record ${position} after one that is behind it`)
      next = position + 1
      yield record
    }
    const { pageInfo } = read.entries(transfers, 'transfers')
    const { hasNextPage, endCursor } = read.entries(pageInfo, 'transfers.pageInfo')
    if (!hasNextPage) return
    if (nodes.length === 0) throw badChain('the api shows no records, and says that more follow')
    after = read.text(endCursor, 'transfers.pageInfo.endCursor', 1, MAX_TEXT)
  }
}

function nodesOf(list: unknown, path: string, max: number): unknown[] {
  return read.list(read.entries(list, path).nodes, `${path}.nodes`, max)
}

function assetIn(node: unknown): AssetOnChain {
  const { code, assetId, cap, transfers } = read.entries(node, 'asset')
  read.field(assetId, 'asset.assetId')
  read.decimal(cap, 'asset.cap', 0n, MAX_AMOUNT)
  const { totalCount } = read.entries(transfers, 'asset.transfers')
  return {
    code: read.text(code, 'asset.code', 1, MAX_TEXT),
    assetId: assetId as string,
    cap: cap as string,
    records: read.integer(totalCount, 'asset.transfers.totalCount', 1, MAX_POSITION),
  }
}

function recordIn(node: unknown): RecordOnChain & { position: number } {
  const { position, kind, hash, era, fromStart, amount, memo, asset, from, to } = read.entries(node, 'record')
  const name = (value: unknown, path: string, of: string) =>
    read.text(read.entries(value, path)[of], `${path}.${of}`, 1, MAX_TEXT)
  const units = (value: unknown, path: string) => {
    read.decimal(value, path, 0n, MAX_COUNTER)
    return value as string
  }
  const move = (): MoveOnChain => ({
    from: name(from, 'record.from', 'address'),
    to: name(to, 'record.to', 'address'),
    fromStart: units(fromStart, 'record.fromStart'),
    amount: units(amount, 'record.amount'),
    memo: read.hex(memo, 'record.memo', 32),
  })
  return {
    position: read.integer(position, 'record.position', 0, MAX_POSITION),
    code: name(asset, 'record.asset', 'code'),
    move: kind === 'REGISTER' ? undefined : move(),
    hash: read.hex(hash, 'record.hash', 32),
    era: read.integer(era, 'record.era', 0, MAX_ERA),
  }
}

const notAsked = (code: string) => badChain(`the api shows ${code}, which it was not asked for`)

function badChain(message: string): ClientError {
  return new ClientError('BAD_CHAIN', message)
}

/** Chunks of up to `size` items; one that `isAlone` is a chunk by itself. */
function* chunksOf<T>(
  items: Iterable<T>,
  size: number,
  isAlone: (item: T) => boolean = () => false,
): Generator<T[]> {
  let chunk: T[] = []
  for (const item of items) {
    if (isAlone(item)) {
      yield [item]
      continue
    }
    chunk.push(item)
    if (chunk.length < size) continue
    yield chunk
    chunk = []
  }
  if (chunk.length > 0) yield chunk
}
