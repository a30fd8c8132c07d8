import { describe, expect, it } from 'vitest'
import { BASE_MS, certificate, ERA_MS, Hands, proposal } from '../../support/consensus/replicas.ts'

const first = proposal(4, 1)
const notarized = certificate(4, 'notarize', 1, first.hash)
const described = (hands: Hands) =>
  hands
    .all('persist')
    .map(({ writes }) =>
      writes.map((w) =>
        w.type === 'proposal'
          ? 'proposal'
          : `${w.type} ${w.type === 'vote' ? w.vote.kind : w.type === 'certificate' ? `${w.certificate.kind} ${w.certificate.view}` : w.closedView}`,
      ),
    )

describe('what a vote rests on', () => {
  it('is the whole proposal for notarize, the notarization for finalize, and with the first vote in a view what cleared the one below', () => {
    const hands = new Hands(4, 0).at(ERA_MS)
    hands.propose(first).certify(notarized)
    hands.at(60_000)
    expect(described(hands)).toEqual([
      ['proposal', 'vote notarize'],
      ['certificate notarize 1', 'vote finalize'],
      ['certificate notarize 1', 'vote skip'],
    ])
  })

  it('is a skip certificate, or a final one whose block is not committed yet', () => {
    const hands = new Hands(4, 0)
    hands.certify(certificate(4, 'skip', 1)).at(ERA_MS + 2 * BASE_MS)
    expect(described(hands)).toEqual([['certificate skip 1', 'vote skip']])
    const behind = new Hands(4, 0).at(ERA_MS)
    behind.hold = ['commit']
    behind.propose(first).certify(certificate(4, 'finalize', 1, first.hash))
    behind.forget()
    behind.at(60_000)
    expect(described(behind)).toEqual([['certificate finalize 1', 'vote skip']])
  })
})

describe('nothing leaves before it is durable', () => {
  it('neither a vote, nor the own proposal, and the own vote does not count', () => {
    const hands = new Hands(1, 0)
    hands.hold = ['persist']
    hands.at(ERA_MS)
    expect(hands.all('persist')).toHaveLength(1)
    hands.feed({ type: 'connected', peer: 'p' })
    hands.at(ERA_MS + 10 * BASE_MS)
    expect(hands.sent).toEqual([])
    expect(hands.replica.view).toBe(1)
  })

  it('and then the proposal goes first', () => {
    const hands = new Hands(4, 1)
    hands.hold = ['persist']
    hands.at(ERA_MS)
    hands.feed({ type: 'persisted', token: hands.all('persist')[0]!.token })
    expect(hands.sent.map(({ type }) => type)).toEqual(['proposal', 'vote'])
  })

  it('an answer that nothing waits for is a broken shell', () => {
    expect(() => new Hands(1, 0).feed({ type: 'persisted', token: 7 })).toThrow(/nothing waits/)
  })
})

describe('after a restart', () => {
  it('own votes count again: a notarize vote stored before its certificate was seen', () => {
    const hands = new Hands(4, 0).at(ERA_MS).propose(first)
    hands.restart()
    hands.hearVotes('notarize', 1, first.hash, [1, 2])
    expect(hands.votes).toEqual(['finalize 1'])
  })

  it('own votes count again: a stored skip', () => {
    const hands = new Hands(4, 0).at(ERA_MS + BASE_MS)
    hands.restart()
    hands.hearVotes('skip', 1, '', [1, 2])
    expect(hands.replica.view).toBe(2)
  })

  it('no vote is cast twice, and none against an earlier one', () => {
    const other = proposal(4, 1, { header: { era: 2 } })
    const hands = new Hands(4, 0).at(ERA_MS).propose(first)
    hands.restart()
    hands.at(2 * ERA_MS).propose(other)
    expect(hands.votes).toEqual([])
  })

  it('a view already skipped is not finalized', () => {
    const hands = new Hands(4, 0)
      .at(ERA_MS)
      .propose(first)
      .at(ERA_MS + BASE_MS)
    hands.restart()
    hands.certify(notarized)
    expect(hands.votes).toEqual([])
  })

  it('a view already finalized is not skipped', () => {
    const hands = new Hands(4, 0).at(ERA_MS).propose(first).certify(notarized)
    // Only the vote survives; the view is current again.
    hands.stored.certificates.length = 0
    hands.restart()
    hands.at(100_000)
    expect(hands.replica.view).toBe(1)
    expect(hands.votes).not.toContain('skip 1')
  })

  it('the notarization behind a finalize vote can be shown to a peer that missed it', () => {
    const hands = new Hands(4, 0).at(ERA_MS).propose(first).certify(notarized)
    hands.restart()
    hands.feed({ type: 'connected', peer: 'p' })
    expect(hands.sent).toContainEqual({ type: 'certificate', certificate: notarized })
    expect(hands.sent).toContainEqual({ type: 'proposal', proposal: first })
    expect(hands.votes).toEqual(['notarize 1', 'finalize 1'])
  })

  it('the own proposal is the same as before, and sent again', () => {
    const hands = new Hands(4, 1).at(ERA_MS)
    const [proposed] = hands.proposals
    hands.restart()
    hands.at(ERA_MS + 1)
    hands.feed({ type: 'connected', peer: 'p' })
    expect(hands.all('build')).toEqual([])
    expect(hands.proposals).toEqual([proposed])
  })

  it('a final certificate whose block was not committed still commits it', () => {
    const hands = new Hands(1, 0)
    hands.hold = ['commit']
    hands.at(ERA_MS)
    expect(hands.replica.committed.height).toBe(0)
    hands.hold = []
    hands.restart()
    expect(hands.replica.committed.height).toBe(1)
  })
})
