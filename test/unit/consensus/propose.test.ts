import { describe, expect, it } from 'vitest'
import { bytesToHex } from '../../../src/codec/bytes.ts'
import { certificate, ERA_MS, Hands, proposal } from '../../support/consensus/replicas.ts'
import { contentOn, GENESIS } from '../../support/simulation/cheap.ts'

const parentOf = (hands: Hands) => bytesToHex(hands.proposals.at(-1)!.header.parentHash)

describe('a leader', () => {
  it('proposes when the era after the parent’s is due, and not before', () => {
    const hands = new Hands(4, 1).at(ERA_MS - 1)
    expect(hands.proposals).toEqual([])
    hands.at(ERA_MS)
    expect(hands.proposals.map(({ header }) => header.era)).toEqual([1])
    expect(hands.votes).toEqual(['notarize 1'])
  })

  it('asks to be woken then', () => {
    expect(new Hands(4, 1).all('timer').at(-1)?.atMs).toBe(ERA_MS)
  })

  it('takes the era of the clock when eras were missed', () => {
    const hands = new Hands(1, 0).at(7 * ERA_MS + 5)
    expect(hands.proposals[0]?.header.era).toBe(7)
  })

  it('waits for the roots after the parent, and puts them into the header', () => {
    const first = proposal(4, 1)
    const hands = new Hands(4, 2).at(2 * ERA_MS)
    hands.hold = ['execute']
    hands.propose(first).certify(certificate(4, 'notarize', 1, first.hash))
    hands.feed({ type: 'executed', hash: first.hash, valid: true })
    expect(hands.all('build')).toEqual([])
    const roots = { stateRoot: 1n, historyRoot: 2n, batchStateRoot: 3n }
    hands.feed({ type: 'rooted', hash: first.hash, roots })
    const made = hands.replica.blocks.get(hands.replica.proposals.get(2)!)!.proposal
    expect(made.header).toMatchObject({ ...roots, height: 2, view: 2, era: 2, proposer: 2 })
  })

  it('builds on the highest notarized block, with its notarization and the skips between', () => {
    const first = proposal(4, 1)
    const hands = new Hands(4, 0).at(2 * ERA_MS)
    const shown = certificate(4, 'notarize', 1, first.hash)
    const skips = [certificate(4, 'skip', 2), certificate(4, 'skip', 3)]
    hands
      .propose(first)
      .certify(certificate(4, 'skip', 1))
      .certify(shown)
    for (const skip of skips) hands.certify(skip)
    expect(hands.proposals).toHaveLength(1)
    expect(parentOf(hands)).toBe(first.hash)
    expect(hands.proposals[0]).toMatchObject({ parent: shown, skips })
  })

  it('builds on genesis when every view was skipped, and sends at most the last 64 certificates', () => {
    const hands = new Hands(4, 0).at(ERA_MS)
    for (let view = 1; view < 80; view++) hands.certify(certificate(4, 'skip', view))
    expect(hands.replica.view).toBe(80)
    expect(parentOf(hands)).toBe(GENESIS.hash)
    expect(hands.proposals.at(-1)!.parent).toBeNull()
    expect(hands.proposals.at(-1)!.skips.map(({ view }) => view)).toEqual(
      Array.from({ length: 64 }, (_, i) => i + 16),
    )
  })

  it('never proposes twice in a view, nor after it voted there', () => {
    const hands = new Hands(4, 1).at(ERA_MS).at(2 * ERA_MS)
    expect(hands.all('build')).toHaveLength(1)
    const late = new Hands(4, 1)
    late.hold = ['build']
    late.at(10 * ERA_MS)
    expect(late.votes).toEqual(['skip 1'])
    late.feed({ type: 'built', view: 1, parentHash: GENESIS.hash, ...contentOn(GENESIS.hash) })
    expect(late.proposals).toEqual([])
  })

  it('drops content built on a parent that is no longer the highest notarized one', () => {
    const first = proposal(4, 1)
    const hands = new Hands(4, 2).at(2 * ERA_MS)
    hands.hold = ['build']
    hands.propose(first).certify(certificate(4, 'skip', 1))
    expect(hands.all('build').map(({ parent }) => parent.hash)).toEqual([GENESIS.hash])
    hands.certify(certificate(4, 'notarize', 1, first.hash))
    expect(hands.all('build').map(({ parent }) => parent.hash)).toEqual([GENESIS.hash, first.hash])
    hands.feed({ type: 'built', view: 2, parentHash: GENESIS.hash, ...contentOn(GENESIS.hash) })
    expect(hands.replica.proposals.has(2)).toBe(false)
    hands.feed({ type: 'built', view: 2, parentHash: first.hash, ...contentOn(first.hash) })
    expect(parentOf(hands)).toBe(first.hash)
  })

  it('proposes empty blocks above 32 that are not committed', () => {
    const hands = new Hands(1, 0)
    hands.hold = ['commit']
    for (let era = 1; era <= 35; era++) hands.at(era * ERA_MS)
    const empties = hands.all('build').map(({ empty }) => empty)
    expect(empties).toEqual([...Array(32).fill(false), true, true, true])
  })

  it('is silent when it is another’s turn', () => {
    const hands = new Hands(4, 0).at(ERA_MS)
    expect(hands.all('build')).toEqual([])
  })
})

describe('one validator alone', () => {
  it('makes, finalizes and commits a block every era', () => {
    const hands = new Hands(1, 0)
    for (let era = 1; era <= 5; era++) hands.at(era * ERA_MS)
    expect(hands.replica.committed).toMatchObject({ height: 5, era: 5, view: 5 })
    expect(hands.all('commit').map(({ proposal: { header } }) => header.height)).toEqual([1, 2, 3, 4, 5])
  })
})
