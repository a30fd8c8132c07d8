import { bytesToHex, hexToBytes } from '../codec/bytes.ts'
import { decodeCertificate } from '../consensus/codec.ts'
import { blockHash, decodeHeader } from '../ledger/header.ts'
import type { Client } from './client.ts'

/** A batch as an API returns it. */
export interface FetchedBatch {
  index: number
  recordsRoot: bigint
  /** Null if there is no proof of all its records. */
  proof: unknown
  publicSignals: string[] | null
}

/** Number of blocks searched for one with its own certificate. */
const MAX_LOOK_BACK = 64
const BLOCK = 'query ($height: BigInt!) { block(by: { height: $height }) { header certificate } }'
const BATCHES = `query ($first: Int!, $after: String, $before: BigInt) {
  batches(first: $first, after: $after) { nodes { index recordsRoot(before: $before) full status proof publicSignals } pageInfo { endCursor hasNextPage } } }`

interface BatchesAnswer {
  batches: {
    nodes: {
      index: string
      recordsRoot: string
      full: boolean
      status: string
      proof: unknown
      publicSignals: string[] | null
    }[]
    pageInfo: { endCursor: string | null; hasNextPage: boolean }
  }
}

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
  throw new Error('the api shows no block with a certificate of its own')
}

/** All batches that an API returns, in order, fetched page by page. Their records roots are over the records before `position`. */
export async function* fetchBatches(client: Client, position?: number): AsyncGenerator<FetchedBatch> {
  for (let after: string | null = null; ; ) {
    const before = position === undefined ? null : String(position)
    const { batches }: BatchesAnswer = await client.query<BatchesAnswer>(BATCHES, {
      first: 50,
      after,
      before,
    })
    for (const { index, recordsRoot, full, status, proof, publicSignals } of batches.nodes) {
      const isProven = full && status === 'PROVEN'
      yield {
        index: Number(index),
        recordsRoot: BigInt(`0x${recordsRoot}`),
        proof: isProven ? proof : null,
        publicSignals,
      }
    }
    if (!batches.pageInfo.hasNextPage) return
    after = batches.pageInfo.endCursor
  }
}
