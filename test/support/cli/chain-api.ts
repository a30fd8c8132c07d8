import { once } from 'node:events'
import http from 'node:http'
import type { AddressInfo } from 'node:net'
import { text } from 'node:stream/consumers'
import { bytesToHex } from '../../../src/codec/bytes.ts'
import { fieldToHex } from '../../../src/crypto/field.ts'
import { batchAt, firstBatchOf } from '../../../src/ledger/batch.ts'
import { encodeBatchData } from '../../../src/ledger/batch-data.ts'
import { decodeHeader } from '../../../src/ledger/header.ts'
import type { CertifiedChain } from '../certificate/certified-chain.ts'

/** A batch as an api shows it. */
export interface ShownBatch {
  index: string
  recordsRoot: string
  full: boolean
  status: 'GENESIS' | 'UNPROVEN' | 'PROVEN'
  proof: unknown
  publicSignals: unknown
  data: string
}

/** A server that answers what ictl asks about headers and batches, from a chain in memory. */
export class ChainApi {
  readonly url: string
  /** Requests that came. */
  asked = 0
  /** What it makes of a batch before it shows it, when asked for this index alone. By default, the truth. */
  lie: (batch: ShownBatch | null, index: number) => ShownBatch | null = (batch) => batch
  readonly #server: http.Server
  /** The batches of the chain, by index. */
  readonly batches: readonly ShownBatch[]

  private constructor(server: http.Server, batches: readonly ShownBatch[]) {
    this.#server = server
    this.batches = batches
    this.url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/graphql`
  }

  /** Starts the server. @param header encoded: the newest that is final, whose certificate it shows */
  static async start(chain: CertifiedChain, header: Uint8Array): Promise<ChainApi> {
    const decoded = decodeHeader(header)
    const block = { header: bytesToHex(header), certificate: bytesToHex(chain.finality(decoded)) }
    const server = http.createServer(async (request, response) => {
      api.asked++
      const { query, variables } = JSON.parse(await text(request)) as {
        query: string
        variables?: { index?: string }
      }
      const index = Number(variables?.index)
      const data = query.includes('finalizedHeight')
        ? { chain: { finalizedHeight: String(decoded.height) } }
        : query.includes('block(')
          ? { block }
          : query.includes('batch(')
            ? { batch: api.lie(api.batches[index] ?? null, index) }
            : { batches: { nodes: api.batches, pageInfo: { hasNextPage: false, endCursor: null } } }
      // Connections that are kept may end just when the next request is sent.
      response.setHeader('connection', 'close')
      response.setHeader('content-type', 'application/json').end(JSON.stringify({ data }))
    })
    await once(server.listen(0, '127.0.0.1'), 'listening')
    const api = new ChainApi(server, batchesOf(chain, decoded.position))
    return api
  }

  stop(): void {
    this.#server.close()
  }
}

/** The batches before a position, the last of which may not be full. */
function batchesOf(chain: CertifiedChain, end: number): ShownBatch[] {
  const { batchSize } = chain.genesis
  return chain.batches(end).map(({ index, recordsRoot, proof, publicSignals }) => {
    const records = chain.world.records.filter(
      ({ position }) => position < end && batchAt(position, batchSize) === index,
    )
    const isGenesis = index < firstBatchOf(chain.genesis)
    return {
      index: String(index),
      recordsRoot: fieldToHex(recordsRoot),
      full: isGenesis || records.length === batchSize,
      status: isGenesis ? 'GENESIS' : proof === null ? 'UNPROVEN' : 'PROVEN',
      proof,
      publicSignals,
      data: bytesToHex(encodeBatchData(records)),
    }
  })
}
