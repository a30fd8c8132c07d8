import { describe, expect, it } from 'vitest'
import { BASE_MS, certificate, ERA_MS, Hands, proposal, vote } from '../../support/consensus/replicas.ts'

const first = proposal(4, 1)
const notarized = certificate(4, 'notarize', 1, first.hash)

/** Validator 0 of 4 at era 1. */
const fresh = () => new Hands(4, 0).at(ERA_MS)

describe('a finalize vote', () => {
  it('follows a quorum of notarize votes, the own one among them', () => {
    const hands = fresh().propose(first).hearVotes('notarize', 1, first.hash, [1])
    expect(hands.votes).toEqual(['notarize 1'])
    hands.hearVotes('notarize', 1, first.hash, [3])
    expect(hands.votes).toEqual(['notarize 1', 'finalize 1'])
    expect(hands.replica.view).toBe(2)
  })

  it('waits for the body', () => {
    const hands = fresh().certify(notarized)
    expect(hands.votes).toEqual([])
    hands.feed({ type: 'fetched', proposal: first })
    expect(hands.votes).toEqual(['finalize 1'])
  })

  it('is cast also after the view was left', () => {
    const hands = fresh().propose(first)
    for (const view of [1, 2]) hands.certify(certificate(4, 'skip', view))
    expect(hands.replica.view).toBe(3)
    hands.certify(notarized)
    expect(hands.votes).toEqual(['notarize 1', 'finalize 1'])
  })

  it('is never cast where skip was voted', () => {
    const hands = fresh()
      .propose(first)
      .at(ERA_MS + BASE_MS)
      .certify(notarized)
    expect(hands.votes).toEqual(['notarize 1', 'skip 1'])
  })

  it('is never cast below a final view', () => {
    const second = proposal(4, 2, { on: first })
    const hands = fresh()
      .at(2 * ERA_MS)
      .certify(notarized)
    hands.hold = ['commit']
    hands.certify(certificate(4, 'finalize', 2, second.hash))
    hands.feed({ type: 'fetched', proposal: second }) // and asked for its parent
    hands.feed({ type: 'fetched', proposal: first })
    expect(hands.all('commit')).toHaveLength(1)
    expect(hands.votes).toEqual([])
  })

  it('is never cast for a block that does not apply', () => {
    const hands = fresh()
    hands.valid = false
    hands.propose(first).certify(notarized)
    expect(hands.votes).not.toContain('finalize 1')
  })
})

describe('votes of others', () => {
  it('count once each, and only with a good signature of a validator', () => {
    const hands = fresh().propose(first)
    hands.hearVotes('notarize', 1, first.hash, [1, 1, 1])
    hands.hear({ type: 'vote', vote: { ...vote(2, 'notarize', 1, first.hash), validator: 3 } })
    hands.hear({ type: 'vote', vote: vote(4, 'notarize', 1, first.hash) })
    expect(hands.replica.view).toBe(1)
  })

  it('for different blocks make no certificate', () => {
    const hands = fresh().propose(first)
    hands.hearVotes('notarize', 1, first.hash, [1]).hearVotes('notarize', 1, 'aa'.repeat(32), [2, 3])
    expect(hands.replica.view).toBe(1)
  })

  it('are bounded in number, however many blocks one invents', () => {
    const hands = fresh()
    for (let i = 0; i < 100; i++)
      hands.hearVotes('notarize', 1, i.toString(16).padStart(64, 'a'), [3]).hearVotes('skip', 5_000, '', [3])
    expect(hands.replica.tallies.get(1)).toHaveLength(2)
    expect(hands.replica.tallies.has(5_000)).toBe(false)
  })
})

describe('certificates of others', () => {
  it('count only with exactly a quorum of different good signatures', () => {
    const hands = fresh().propose(first)
    const [a, b, c] = notarized.signatures as [
      (typeof notarized.signatures)[0],
      (typeof notarized.signatures)[0],
      (typeof notarized.signatures)[0],
    ]
    hands.certify({ ...notarized, signatures: [a, b] })
    hands.certify({ ...notarized, signatures: [a, b, b] })
    hands.certify({ ...notarized, signatures: [a, b, { ...c, validator: 3 }] })
    hands.certify({ ...notarized, signatures: [a, b, { ...c, validator: 4 }] })
    expect(hands.replica.view).toBe(1)
    hands.certify(notarized)
    expect(hands.replica.view).toBe(2)
  })

  it('that are final clear all views below, however far', () => {
    const hands = fresh().certify(certificate(4, 'finalize', 40_001, 'aa'.repeat(32)))
    expect(hands.replica.view).toBe(40_002)
    expect(hands.all('fetch').at(-1)).toEqual({ type: 'fetch', hash: 'aa'.repeat(32) })
  })
})

describe('a final certificate', () => {
  const second = proposal(4, 2, { on: first })
  const third = proposal(4, 3, { on: second })
  const final = certificate(4, 'finalize', 3, third.hash)

  it('commits its block and all ancestors, oldest first, one at a time', () => {
    const hands = fresh().at(3 * ERA_MS)
    hands.hold = ['commit']
    hands.propose(first).propose(second).propose(third).certify(final)
    for (const [height, block] of [first, second, third].entries()) {
      const commits = hands.all('commit')
      expect(commits).toHaveLength(height + 1)
      expect(commits.at(-1)).toEqual({ type: 'commit', proposal: block, certificate: final })
      hands.feed({ type: 'committed', hash: block.hash })
    }
    expect(hands.replica.committed.height).toBe(3)
    expect(hands.all('commit')).toHaveLength(3)
  })

  it('waits for ancestors that are not held', () => {
    const hands = fresh().at(3 * ERA_MS)
    hands.propose(third).certify(final)
    expect(hands.all('commit')).toEqual([])
    expect(hands.all('fetch').map(({ hash }) => hash)).toContain(second.hash)
    hands.feed({ type: 'fetched', proposal: second })
    hands.feed({ type: 'fetched', proposal: first })
    expect(hands.replica.committed.height).toBe(3)
  })

  it('takes a proposal that comes after it', () => {
    const hands = fresh()
      .certify(certificate(4, 'finalize', 1, first.hash))
      .propose(first)
    expect(hands.replica.committed.height).toBe(1)
  })

  it('of a block that does not apply here stops the node', () => {
    const hands = fresh()
    hands.valid = false
    hands.propose(first)
    expect(() => hands.certify(certificate(4, 'finalize', 1, first.hash))).toThrow(
      /invalid by this node's rules/,
    )
  })

  it('frees what lies below', () => {
    const hands = fresh()
      .propose(first)
      .certify(certificate(4, 'finalize', 1, first.hash))
    const { blocks, proposals, certificates, tallies, own, roots } = hands.replica
    for (const held of [blocks, proposals, certificates, tallies, own]) expect(held.size).toBe(0)
    expect([...roots.keys()]).toEqual([first.hash])
  })
})
