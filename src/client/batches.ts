import { bytesToHex, hexToBytes } from '../codec/bytes.ts'
import { decodeCertificate } from '../consensus/codec.ts'
import { blockHash, decodeHeader } from '../ledger/header.ts'
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
  publicSignals: string[] | null
}

/** Number of blocks searched for one with its own certificate. */
const MAX_LOOK_BACK = 64
const BLOCK = 'query ($height: BigInt!) { block(by: { height: $height }) { header certificate } }'
const BATCHES = `query ($first: Int!, $after: String, $before: BigInt, $data: Boolean!) {
  batches(first: $first, after: $after) { nodes { index recordsRoot(before: $before) full status proof publicSignals data @include(if: $data) } pageInfo { endCursor hasNextPage } } }`

interface BatchesAnswer {
  batches: {
    nodes: {
      index: string
      recordsRoot: string
      full: boolean
      status: string
      proof: unknown
      publicSignals: string[] | null
      data?: string
    }[]
    pageInfo: { endCursor: string | null; hasNextPage: boolean }
  }
}

/** Batches asked for per page. */
const PAGE = 50

/** The newest header that has its own certificate. Other blocks became final with a descendant, and have the descendant's certificate. */
export async function certifiedHeader(
  client: Client,
  validators: number,
): Promise<{ header: Uint8Array; certificate: Uint8Array }> {
  const { chain } = await client.query<{ chain: { finalizedHeight: string } }>(
    '{ chain { finalizedHeight } }',
  )
  const newest = Number(chain.finalizedHeight)
  for (let height = newest; height > Math.max(0, newest - MAX_LOOK_BACK); height--) {
    const { block } = await client.query<{ block: { header: string; certificate: string | null } | null }>(
      BLOCK,
      {
        height: String(height),
      },
    )
    if (block === null || block.certificate === null) continue
    const [header, certificate] = [hexToBytes(block.header), hexToBytes(block.certificate)]
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
 * @throws ClientError BAD_CHAIN if they are not all batches in order, so that the list of an API that lies ends too
 */
export async function* fetchBatches(
  client: Client,
  position?: number,
  { data: withData = false } = {},
): AsyncGenerator<FetchedBatch> {
  let next = 0
  for (let after: string | null = null; ; ) {
    const before = position === undefined ? null : String(position)
    const { batches }: BatchesAnswer = await client.query<BatchesAnswer>(BATCHES, {
      first: PAGE,
      after,
      before,
      data: withData,
    })
    if (batches.nodes.length === 0 && batches.pageInfo.hasNextPage) throw outOfOrder(next)
    for (const { index, recordsRoot, full, status, proof, publicSignals, data } of batches.nodes) {
      if (Number(index) !== next++) throw outOfOrder(next - 1)
      const isProven = full && status === 'PROVEN'
      yield {
        index: Number(index),
        recordsRoot: BigInt(`0x${recordsRoot}`),
        proof: isProven ? proof : null,
        publicSignals,
        data: data === undefined ? undefined : hexToBytes(data),
      }
    }
    if (!batches.pageInfo.hasNextPage) return
    after = batches.pageInfo.endCursor
  }
}

function outOfOrder(next: number): ClientError {
  return new ClientError('BAD_CHAIN', `the api does not show batch ${next} after those before it`)
}
