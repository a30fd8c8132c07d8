import { describe, expect, it } from 'vitest'
import { bytesToHex } from '../../../src/codec/bytes.ts'
import { certificate, ERA_MS, proposal, ReplicaHarness } from '../../support/consensus/replicas.ts'
import { contentOn, GENESIS } from '../../support/simulation/cheap.ts'

const parentOf = (harness: ReplicaHarness) => bytesToHex(harness.proposals.at(-1)!.header.parentHash)

describe('a leader', () => {
  it('proposes when the era after the parent’s is due, and not before', () => {
    const harness = new ReplicaHarness(4, 1).at(ERA_MS - 1)
    expect(harness.proposals).toEqual([])
    harness.at(ERA_MS)
    expect(harness.proposals.map(({ header }) => header.era)).toEqual([1])
    expect(harness.votes).toEqual(['notarize 1'])
  })

  it('asks for a timer at the start of that era', () => {
    expect(new ReplicaHarness(4, 1).all('timer').at(-1)?.atMs).toBe(ERA_MS)
  })

  it('takes the era of the clock when eras were missed', () => {
    const harness = new ReplicaHarness(1, 0).at(7 * ERA_MS + 5)
    expect(harness.proposals[0]?.header.era).toBe(7)
  })

  it('whose clock is ahead of the peers’ takes the era that theirs and the skew allow', () => {
    const harness = new ReplicaHarness(4, 1)
    const { skewMs } = harness.replica.config
    harness.feed({ type: 'clock', offsetMs: -7 * ERA_MS - skewMs })
    harness.at(8 * ERA_MS - 1)
    expect(harness.proposals).toEqual([])
    harness.at(9 * ERA_MS)
    expect(harness.proposals.map(({ header }) => header.era)).toEqual([2])
  })
})

describe('the parent of a leader’s block', () => {
  it('is executed first: the leader waits for its roots and puts them into the header', () => {
    const first = proposal(4, 1)
    const harness = new ReplicaHarness(4, 2).at(2 * ERA_MS)
    harness.hold = ['execute']
    harness.propose(first).certify(certificate(4, 'notarize', 1, first.hash))
    harness.feed({ type: 'executed', hash: first.hash, valid: true })
    expect(harness.all('build')).toEqual([])
    const roots = { stateRoot: 1n, historyRoot: 2n, batchStateRoot: 3n, logRoot: new Uint8Array(32).fill(4) }
    harness.feed({ type: 'rooted', hash: first.hash, roots })
    const made = harness.replica.blocks.get(harness.replica.proposals.get(2)!)!.proposal
    expect(made.header).toMatchObject({ ...roots, height: 2, view: 2, era: 2, proposer: 2 })
  })

  it('is the highest notarized block; the proposal carries its certificate and the skips in between', () => {
    const first = proposal(4, 1)
    const harness = new ReplicaHarness(4, 0).at(2 * ERA_MS)
    const shown = certificate(4, 'notarize', 1, first.hash)
    const skips = [certificate(4, 'skip', 2), certificate(4, 'skip', 3)]
    harness
      .propose(first)
      .certify(certificate(4, 'skip', 1))
      .certify(shown)
    for (const skip of skips) harness.certify(skip)
    expect(harness.proposals).toHaveLength(1)
    expect(parentOf(harness)).toBe(first.hash)
    expect(harness.proposals[0]).toMatchObject({ parent: shown, skips })
  })

  it('is genesis when every view was skipped; the proposal carries at most the last 64 skips', () => {
    const harness = new ReplicaHarness(4, 0).at(ERA_MS)
    for (let view = 1; view < 80; view++) harness.certify(certificate(4, 'skip', view))
    expect(harness.replica.view).toBe(80)
    expect(parentOf(harness)).toBe(GENESIS.hash)
    expect(harness.proposals.at(-1)!.parent).toBeNull()
    expect(harness.proposals.at(-1)!.skips.map(({ view }) => view)).toEqual(
      Array.from({ length: 64 }, (_, i) => i + 16),
    )
  })
})

describe('a leader builds nothing when it should not:', () => {
  it('never a second proposal in a view, nor one after its vote there', () => {
    const harness = new ReplicaHarness(4, 1).at(ERA_MS).at(2 * ERA_MS)
    expect(harness.all('build')).toHaveLength(1)
    const late = new ReplicaHarness(4, 1)
    late.hold = ['build']
    late.at(10 * ERA_MS)
    expect(late.votes).toEqual(['skip 1'])
    late.feed({ type: 'built', view: 1, parentHash: GENESIS.hash, ...contentOn(GENESIS.hash) })
    expect(late.proposals).toEqual([])
  })

  it('not from content for a parent that is no longer the highest notarized one', () => {
    const first = proposal(4, 1)
    const harness = new ReplicaHarness(4, 2).at(2 * ERA_MS)
    harness.hold = ['build']
    harness.propose(first).certify(certificate(4, 'skip', 1))
    expect(harness.all('build').map(({ parent }) => parent.hash)).toEqual([GENESIS.hash])
    harness.certify(certificate(4, 'notarize', 1, first.hash))
    expect(harness.all('build').map(({ parent }) => parent.hash)).toEqual([GENESIS.hash, first.hash])
    harness.feed({ type: 'built', view: 2, parentHash: GENESIS.hash, ...contentOn(GENESIS.hash) })
    expect(harness.replica.proposals.has(2)).toBe(false)
    harness.feed({ type: 'built', view: 2, parentHash: first.hash, ...contentOn(first.hash) })
    expect(parentOf(harness)).toBe(first.hash)
  })

  it('nothing when another validator leads', () => {
    const harness = new ReplicaHarness(4, 0).at(ERA_MS)
    expect(harness.all('build')).toEqual([])
  })
})

describe('one validator alone', () => {
  it('makes, finalizes and commits a block every era', () => {
    const harness = new ReplicaHarness(1, 0)
    for (let era = 1; era <= 5; era++) harness.at(era * ERA_MS)
    expect(harness.replica.committed).toMatchObject({ height: 5, era: 5, view: 5 })
    expect(harness.all('commit').map(({ proposal: { header } }) => header.height)).toEqual([1, 2, 3, 4, 5])
  })
})
