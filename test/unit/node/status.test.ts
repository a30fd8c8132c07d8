import { expect, it } from 'vitest'
import { nodeStatus, type StatusParts } from '../../../src/node/status.ts'
import { genesisOf } from '../../support/ledger/ledger-world.ts'

/** What a node without peers says whose last block is of `tipEra`, in era 100. */
function stateAt(tipEra: number): string {
  const parts = {
    options: { genesis: genesisOf(), version: 'test' },
    era: () => 100,
    chain: { tip: { header: { chainId: 1n, height: 7, era: tipEra } } },
    executor: { hashLag: 0 },
    committer: { failure: undefined },
    loop: { height: 7, view: 8, isRecovering: false },
    pool: { size: 0 },
    peering: undefined,
    cosigning: { status: () => null },
    finality: { status: () => null },
  }
  return nodeStatus(parts as unknown as StatusParts).state
}

it('a node whose last block is of a time to come is not ready: the chain stands until then', () => {
  expect([99, 100, 102, 103].map(stateAt)).toEqual(['READY', 'READY', 'READY', 'CLOCK_OFF'])
})
