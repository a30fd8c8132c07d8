import { bytesToHex } from '../codec/bytes.ts'
import { decodeCertificate } from '../consensus/codec.ts'
import { blockHash, decodeHeader } from '../ledger/header.ts'
import { JsonReader } from '../ledger/json-reader.ts'
import { ClientError } from './graphql.ts'
import type { Client } from './types.ts'

/** A batch as an API returns it. */
export interface FetchedBatch {
  index: number
  recordsRoot: bigint
  /** See encodeBatchData; undefined if it was not asked for. */
  data?: Uint8Array | undefined
  /** Null if there is no proof of all its records. */
  proof: unknown
  publicSignals: unknown
}

/** Number of blocks searched for one with its own certificate. */
const MAX_LOOK_BACK = 64
const BLOCK = 'query ($height: BigInt!) { block(by: { height: $height }) { header certificate } }'
const BATCHES = `query ($first: Int!, $after: String, $before: BigInt, $data: Boolean!) {
  batches(first: $first, after: $after) { nodes { index recordsRoot(before: $before) full status proof publicSignals data @include(if: $data) } pageInfo { endCursor hasNextPage } } }`

/** Batches asked for per page. */
const PAGE = 50
const MAX_U48 = 2 ** 48 - 1
const read = new JsonReader('MALFORMED')

/**
 * The newest header that has its own certificate. Other blocks became final with a descendant, and have the descendant's certificate.
 * @throws ClientError NOT_AVAILABLE; RejectionError or DecodeError if the answer cannot be read
 */
export async function certifiedHeader(
  client: Client,
  validators: number,
): Promise<{ header: Uint8Array; certificate: Uint8Array }> {
  const answer = await client.query<{ chain: unknown }>('{ chain { finalizedHeight } }')
  const { finalizedHeight } = read.entries(answer.chain, 'chain')
  const newest = read.integer(finalizedHeight, 'chain.finalizedHeight', 0, MAX_U48)
  for (let height = newest; height > Math.max(0, newest - MAX_LOOK_BACK); height--) {
    const { block } = await client.query<{ block: unknown }>(BLOCK, { height: String(height) })
    if (block === null) continue
    const shown = read.entries(block, 'block')
    if (shown.certificate === null) continue
    const header = read.hexBytes(shown.header, 'block.header')
    const certificate = read.hexBytes(shown.certificate, 'block.certificate')
    if (decodeCertificate(certificate, validators).hash === bytesToHex(blockHash(decodeHeader(header))))
      return { header, certificate }
  }
  throw new ClientError(
    'NOT_AVAILABLE',
    `the api shows no block with a certificate of its own among the newest ${MAX_LOOK_BACK}`,
  )
}

/**
 * All batches that an API returns, in order, fetched page by page. Their records roots are over the records before `position`.
 * @param data whether to ask for the data too
 * @throws ClientError BAD_CHAIN if they are not all batches in order, so that the list of an API that lies ends too; RejectionError MALFORMED if a
 * batch cannot be read
 */
export async function* fetchBatches(
  client: Client,
  position?: number,
  { data: withData = false } = {},
): AsyncGenerator<FetchedBatch> {
  let next = 0
  for (let after: string | null = null; ; ) {
    const before = position === undefined ? null : String(position)
    const variables = { first: PAGE, after, before, data: withData }
    const answer = await client.query<{ batches: unknown }>(BATCHES, variables)
    const batches = read.entries(answer.batches, 'batches')
    const nodes = read.list(batches.nodes, 'batches.nodes', PAGE)
    const { hasNextPage, endCursor } = read.entries(batches.pageInfo, 'batches.pageInfo')
    if (nodes.length === 0 && hasNextPage) throw outOfOrder(next)
    for (const node of nodes) yield batchIn(node, next++)
    if (!hasNextPage) return
    after = String(endCursor)
  }
}

/** @throws ClientError BAD_CHAIN if it is another batch than the next one; RejectionError MALFORMED */
function batchIn(node: unknown, next: number): FetchedBatch {
  const path = `batch ${next}`
  const { index, recordsRoot, full, status, proof, publicSignals, data } = read.entries(node, path)
  if (index !== String(next)) throw outOfOrder(next)
  return {
    index: next,
    recordsRoot: read.field(recordsRoot, `${path}.recordsRoot`),
    proof: full && status === 'PROVEN' ? proof : null,
    publicSignals,
    data: data === undefined ? undefined : read.hexBytes(data, `${path}.data`),
  }
}

function outOfOrder(next: number): ClientError {
  return new ClientError('BAD_CHAIN', `the api does not show batch ${next} after those before it`)
}
