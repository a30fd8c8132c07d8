import { describe, expect, it } from 'vitest'
import type { Proposal } from '../../../src/consensus/types.ts'
import { BASE_MS, certificate, ERA_MS, proposal, ReplicaHarness } from '../../support/consensus/replicas.ts'

/** Final blocks that may wait to be committed before a validator adds no more. */
const WAITING = 32

/** A chain of so many blocks, one per view. */
function chain(length: number): Proposal[] {
  const blocks: Proposal[] = []
  for (let view = 1; view <= length; view++) {
    const on = blocks.at(-1)
    blocks.push(proposal(4, view, on === undefined ? {} : { on }))
  }
  return blocks
}

/** A validator of four that holds these blocks, all final and none committed, in the era after the last one. */
function behind(self: number, blocks: readonly Proposal[]): ReplicaHarness {
  const harness = new ReplicaHarness(4, self)
  harness.hold = ['commit']
  harness.at((blocks.length + 1) * ERA_MS)
  const { header, hash } = blocks.at(-1)!
  harness.certify(certificate(4, 'finalize', header.view, hash)).forget()
  // It asks for the newest one, and then for the parent of each.
  for (const block of [...blocks].reverse()) harness.feed({ type: 'fetched', proposal: block })
  return harness
}

const blocks = chain(WAITING + 1)
const [oldest, next] = [blocks[0]!, blocks[WAITING]!]
const waiting = blocks.slice(0, WAITING)
const commit = (harness: ReplicaHarness) => harness.feed({ type: 'committed', hash: oldest.hash })

describe('while 32 final blocks wait to be committed, a validator', () => {
  it('does not propose, and does once there is one less', () => {
    const harness = behind(1, waiting)
    expect(harness.replica.view).toBe(33)
    expect(harness.all('build')).toEqual([])
    commit(harness)
    expect(harness.proposals.map(({ header }) => header.height)).toEqual([33])
  })

  it('does not vote notarize, and does once there is one less', () => {
    const harness = behind(0, waiting).propose(next)
    expect(harness.votes).toEqual([])
    commit(harness)
    expect(harness.votes).toEqual(['notarize 33'])
  })

  it('does not count the time for a skip vote, which begins once there is one less', () => {
    const harness = behind(0, waiting).at(1_000 * ERA_MS)
    expect(harness.votes).toEqual([])
    commit(harness)
    harness.at(1_000 * ERA_MS + BASE_MS - 1)
    expect(harness.votes).toEqual([])
    harness.at(1_000 * ERA_MS + BASE_MS)
    expect(harness.votes).toEqual(['skip 33'])
  })

  it('votes finalize, and follows the others', () => {
    const harness = behind(0, waiting)
      .propose(next)
      .certify(certificate(4, 'notarize', 33, next.hash))
    expect(harness.votes).toEqual(['finalize 33'])
    expect(harness.replica.view).toBe(34)
  })
})

it('with 31 that wait, a validator proposes and votes', () => {
  const fewer = blocks.slice(0, WAITING - 1)
  expect(behind(0, fewer).all('build')).toHaveLength(1)
  expect(behind(1, fewer).propose(waiting.at(-1)!).votes).toEqual(['notarize 32'])
})

it('blocks that may never be final do not count: a leader adds empty ones to 32 of them', () => {
  const harness = new ReplicaHarness(4, 1)
  harness.at(34 * ERA_MS)
  for (const { header, hash } of waiting) harness.certify(certificate(4, 'notarize', header.view, hash))
  for (const block of waiting) harness.feed({ type: 'fetched', proposal: block })
  expect(harness.replica.committed.height).toBe(0)
  expect(harness.all('build').at(-1)).toMatchObject({ view: 33, empty: true })
})
