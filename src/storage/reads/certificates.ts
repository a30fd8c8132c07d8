import { Asked } from '../../certificate/asked.ts'
import {
  type CertifiedRecord,
  genesisRecord,
  MAX_CERTIFICATE_BYTES,
  MAX_HOPS,
} from '../../certificate/certificate.ts'
import type { CertificateSource } from '../../certificate/make.ts'
import { utf8 } from '../../codec/bytes.ts'
import type { Poseidon } from '../../crypto/poseidon.ts'
import { partsOfAction } from '../../ledger/action-parts.ts'
import type { Genesis } from '../../ledger/genesis.ts'
import { decodeHeader } from '../../ledger/header.ts'
import { noteMatches } from '../../ledger/note.ts'
import { throwRejection } from '../../ledger/rejection.ts'
import type { Database } from '../database.ts'
import { positionAfter } from '../heights.ts'
import { PastState } from '../past-state.ts'
import { loadTreeHeight, readHistoryNodes } from '../tree-store.ts'
import type { FetchedIndex } from './fetched-index.ts'
import { holdingsBefore } from './holdings.ts'
import { readShownHeader } from './shown-header.ts'
import { readActionsAt, toAction } from './signed-actions.ts'
import { type RecordBudget, readTrace, type TraceOptions } from './trace.ts'
import { readTransfers } from './transfers.ts'

/**
 * What certificates are made from, as of a height whose trees are stored: by default, as of the newest final header that its own certificate made
 * final.
 * Records that the state has to be set back by are charged to the budget as well.
 * @throws RejectionError NOT_AVAILABLE while there is no such header; HEIGHT_TOO_HIGH; later QUERY_TOO_COSTLY if the budget is used up, if
 * more than `maxHops` hops follow from the records, or if their texts have more than `maxBytes` bytes
 */
export async function certificateSource(
  database: Database,
  genesis: Genesis,
  poseidon: Poseidon,
  {
    maxHops = MAX_HOPS,
    maxBytes = MAX_CERTIFICATE_BYTES,
    ...options
  }: TraceOptions & { maxHops?: number; maxBytes?: number },
  height?: number,
): Promise<CertificateSource> {
  const treeHeight = await loadTreeHeight(database)
  const found = await readShownHeader(database, genesis.validators.length, treeHeight, height)
  const header = decodeHeader(found.header)
  const { chainId } = header
  const state = new PastState(database, poseidon, genesis.stateDepth, header.position, options.pause)
  return {
    chainId,
    stateDepth: genesis.stateDepth,
    height: header.height - 1,
    header: found.header,
    finality: found.certificate,
    later: found.later,
    historySize: header.position,
    stateSize: await state.size(),
    walk: async (request) => {
      let asked: Asked | undefined
      const observe = (index: FetchedIndex) => {
        asked = new Asked(index, (id) => index.asset(id)?.position)
        return asked
      }
      const bounded = { ...request, first: maxHops }
      const { hops, end } = await readTrace(database, bounded, header.position, { ...options, observe })
      // A page that ended early: the certificate of its records would not follow all units.
      if (end !== undefined)
        refuseCertificate(hops.length < maxHops ? { maxRecords: options.budget.max } : { maxHops })
      return asked!
    },
    records: (positions) => certifiedRecords(database, chainId, positions, maxBytes),
    holdings: async (indexes) => {
      const found = await holdingsBefore(database, indexes, header.position)
      return indexes.map((index) => found.get(index)!)
    },
    historyNodes: (nodes) => readHistoryNodes(database, poseidon, header.position, nodes),
    stateNodes: async (nodes) => {
      charge(options.budget, (await positionAfter(database, treeHeight)) - header.position)
      return state.nodes(nodes)
    },
  }
}

function charge(budget: RecordBudget, records: number): void {
  if (records > budget.left) refuseCertificate({ maxRecords: budget.max })
  budget.left -= records
}

const ADVICE = 'ask for fewer units, for those of an address or a transfer, or as of an earlier height'

/** Refuses a certificate that is larger than a bound. @throws RejectionError QUERY_TOO_COSTLY */
export function refuseCertificate(
  bound: { maxRecords: number } | { maxHops: number } | { maxBytes: number },
): never {
  return throwRejection('QUERY_TOO_COSTLY', { what: 'certificate', ...bound, advice: ADVICE })
}

/** Records that are read at a time. */
const CHUNK = 1_000

/** Reads records until their texts alone are larger than the certificate may be. */
async function certifiedRecords(
  database: Database,
  chainId: bigint,
  positions: readonly number[],
  maxBytes: number,
): Promise<CertifiedRecord[]> {
  const records: CertifiedRecord[] = []
  let bytes = 0
  for (let next = 0; next < positions.length; next += CHUNK) {
    const read = await readRecords(database, chainId, positions.slice(next, next + CHUNK))
    for (const { note = '' } of read) bytes += utf8(note).length
    if (bytes > maxBytes) refuseCertificate({ maxBytes })
    records.push(...read)
  }
  return records
}

async function readRecords(
  database: Database,
  chainId: bigint,
  positions: readonly number[],
): Promise<CertifiedRecord[]> {
  const [records, actions] = await Promise.all([
    readTransfers(database, positions),
    readActionsAt(database, positions),
  ])
  const places = new Map(records.map((record) => [record.position, record]))
  const signed = new Map(actions.map((row) => [row.position, row]))
  return positions.map((position) => {
    const row = signed.get(position)
    if (row === undefined) return genesisRecord(position)
    const { fromHolding, toHolding, toStart, blockEra, memo } = places.get(position)!
    const note = row.note !== null && noteMatches(row.note, memo) ? row.note : undefined
    return {
      position,
      action: partsOfAction(toAction(row, chainId)),
      fromHolding,
      toHolding,
      toStart,
      blockEra,
      note,
    }
  })
}
