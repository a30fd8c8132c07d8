import type { Client } from '../../client/types.ts'

/** Assets that are asked for at a time, and those whose records are: what the api takes at most. */
const MAX_CODES = 100
const MAX_WITH_RECORDS = 20

const ANY = 'query ($issuer: String!) { assets(first: 1, filter: { issuer: $issuer }) { nodes { code } } }'
const ASSETS = `query ($issuer: String!, $codes: [String!]!) {
  assets(first: ${MAX_CODES}, filter: { issuer: $issuer, codes: $codes }) {
    nodes { code assetId cap transfers(first: 1) { totalCount } } } }`
const RECORDS = `query ($codes: [String!]!, $after: String) { transfers(first: 100, after: $after, filter: { assets: $codes }) {
  nodes { kind hash era fromStart amount memo asset { code } from { address } to { address } }
  pageInfo { hasNextPage endCursor } } }`

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
  kind: string
  hash: string
  era: string
  fromStart: string
  amount: string
  memo: string
  asset: { code: string }
  from: { address: string }
  to: { address: string }
}

interface RecordPage {
  transfers: { nodes: RecordOnChain[]; pageInfo: { hasNextPage: boolean; endCursor: string | null } }
}

type AssetNode = Omit<AssetOnChain, 'records'> & { transfers: { totalCount: string } }

/** Those assets of an issuer (an address) that have these codes. @throws ClientError */
export async function* assetsOnChain(
  client: Client,
  issuer: string,
  codes: Iterable<string>,
): AsyncGenerator<AssetOnChain> {
  const any = await client.query<{ assets: { nodes: unknown[] } }>(ANY, { issuer })
  if (any.assets.nodes.length === 0) return
  for (const chunk of chunksOf(codes, MAX_CODES)) {
    const { assets } = await client.query<{ assets: { nodes: AssetNode[] } }>(ASSETS, {
      issuer,
      codes: chunk,
    })
    for (const { transfers, ...asset } of assets.nodes)
      yield { ...asset, records: Number(transfers.totalCount) }
  }
}

/** The records of the assets with these codes; those of one asset in order. @throws ClientError */
export async function* recordsOnChain(
  client: Client,
  codes: Iterable<string>,
): AsyncGenerator<RecordOnChain> {
  for (const chunk of chunksOf(codes, MAX_WITH_RECORDS)) {
    for (let after: string | null = null; ; ) {
      const { transfers }: RecordPage = await client.query<RecordPage>(RECORDS, { codes: chunk, after })
      yield* transfers.nodes
      if (!transfers.pageInfo.hasNextPage) break
      after = transfers.pageInfo.endCursor
    }
  }
}

function* chunksOf<T>(items: Iterable<T>, size: number): Generator<T[]> {
  let chunk: T[] = []
  for (const item of items) {
    chunk.push(item)
    if (chunk.length < size) continue
    yield chunk
    chunk = []
  }
  if (chunk.length > 0) yield chunk
}
