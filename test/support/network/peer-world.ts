import { type BlockHeader, HEADER_VERSION } from '../../../src/ledger/header.ts'

/** A header with these numbers; all other fields are arbitrary. */
export function headerOf(numbers: Pick<BlockHeader, 'height' | 'view' | 'era'>): BlockHeader {
  return {
    version: HEADER_VERSION,
    chainId: 7n,
    paramsHash: new Uint8Array(32).fill(1),
    parentHash: new Uint8Array(32).fill(2),
    proposer: numbers.view % 4,
    bodyHash: new Uint8Array(32).fill(3),
    position: 0,
    stateRoot: 1n,
    historyRoot: 2n,
    batchStateRoot: 3n,
    logRoot: new Uint8Array(32).fill(4),
    ...numbers,
  }
}
