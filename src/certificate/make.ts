import type { NodeIndex } from '../crypto/multiproof.ts'
import { siblingsOf } from '../crypto/multiproof.ts'
import { HISTORY_DEPTH } from '../ledger/params.ts'
import { throwRejection } from '../ledger/rejection.ts'
import { startOf } from '../provenance/start.ts'
import type { TraceRequest } from '../provenance/types.ts'
import type { Asked } from './asked.ts'
import {
  type Certificate,
  type CertifiedHolding,
  type CertifiedRecord,
  type LaterHeader,
  MAX_ENTRIES,
  type Question,
} from './certificate.ts'

/** What a certificate is made from: the chain as of the height before a final header. */
export interface CertificateSource {
  chainId: bigint
  stateDepth: number
  /** The height before the header's. */
  height: number
  /** As in a certificate. */
  header: Uint8Array
  finality: Uint8Array
  later: LaterHeader | undefined
  /** The header's position: the number of positions of its history. */
  historySize: number
  /** Number of holdings as of the height. */
  stateSize: number
  /**
   * Makes the whole walk of a request.
   * @returns what it asked for
   * @throws RejectionError QUERY_TOO_COSTLY rather than to end early, or if more than MAX_HOPS hops follow
   */
  walk(request: TraceRequest): Promise<Asked>
  /** Records by position, in order. */
  records(positions: readonly number[]): Promise<CertifiedRecord[]>
  /** Holdings by index, in order, with their counters as of the height. */
  holdings(indexes: readonly number[]): Promise<CertifiedHolding[]>
  /** Nodes of the two trees as of the height, in the order asked for. */
  historyNodes(nodes: readonly NodeIndex[]): Promise<bigint[]>
  stateNodes(nodes: readonly NodeIndex[]): Promise<bigint[]>
}

/**
 * Makes the certificate of what a trace's request asks for.
 * @throws RejectionError those of a trace; NOT_FOUND if the request selects no units; QUERY_TOO_COSTLY if more than MAX_ENTRIES records or
 * holdings are needed, or if the walk is
 */
export async function makeCertificate(
  source: CertificateSource,
  request: Omit<Question, 'height' | 'length' | 'offset'> & { offset?: bigint; length?: bigint },
): Promise<Certificate> {
  const asked = await source.walk(request)
  const positions = inOrder(asked.positions)
  const indexes = inOrder(asked.holdings)
  const start = startOf(asked, request)
  if (start === undefined) return throwRejection('NOT_FOUND', { what: 'units' })
  if (positions.length > MAX_ENTRIES || indexes.length > MAX_ENTRIES)
    throwRejection('QUERY_TOO_COSTLY', { what: 'certificate', maxRecords: MAX_ENTRIES })
  const { asset, account, transfer, direction } = request
  const historyNodes = [...siblingsOf(positions, source.historySize, HISTORY_DEPTH)]
  const stateNodes = [...siblingsOf(indexes, source.stateSize, source.stateDepth)]
  return {
    chainId: source.chainId,
    question: {
      ...(asset !== undefined && { asset }),
      ...(account !== undefined && { account }),
      ...(transfer !== undefined && { transfer }),
      direction,
      offset: start.unit,
      length: start.hi - start.lo,
      height: source.height,
    },
    header: source.header,
    finality: source.finality,
    later: source.later,
    records: await source.records(positions),
    history: await source.historyNodes(historyNodes),
    holdings: await source.holdings(indexes),
    stateSize: indexes.length === 0 ? 0 : source.stateSize,
    state: indexes.length === 0 ? [] : await source.stateNodes(stateNodes),
  }
}

const inOrder = (numbers: ReadonlySet<number>): number[] => [...numbers].sort((a, b) => a - b)
