import { describe, expect, it } from 'vitest'
import { BASE_MS, certificate, ERA_MS, proposal, ReplicaHarness } from '../../support/consensus/replicas.ts'

const first = proposal(4, 1)
const notarized = certificate(4, 'notarize', 1, first.hash)
const described = (harness: ReplicaHarness) =>
  harness
    .all('persist')
    .map(({ writes }) =>
      writes.map((w) =>
        w.type === 'proposal'
          ? 'proposal'
          : `${w.type} ${w.type === 'vote' ? w.vote.kind : w.type === 'certificate' ? `${w.certificate.kind} ${w.certificate.view}` : w.closedView}`,
      ),
    )

describe('what is stored with a vote', () => {
  it('is the proposal for notarize, the notarization for finalize, and for the first vote of a view the certificate that entered it', () => {
    const harness = new ReplicaHarness(4, 0).at(ERA_MS)
    harness.propose(first).certify(notarized)
    harness.at(60_000)
    expect(described(harness)).toEqual([
      ['proposal', 'vote notarize'],
      ['certificate notarize 1', 'vote finalize'],
      ['certificate notarize 1', 'vote skip'],
    ])
  })

  it('is a skip certificate, or a final one whose block is not committed yet', () => {
    const harness = new ReplicaHarness(4, 0)
    harness.certify(certificate(4, 'skip', 1)).at(ERA_MS + 2 * BASE_MS)
    expect(described(harness)).toEqual([['certificate skip 1', 'vote skip']])
    const behind = new ReplicaHarness(4, 0).at(ERA_MS)
    behind.hold = ['commit']
    behind.propose(first).certify(certificate(4, 'finalize', 1, first.hash))
    behind.forget()
    behind.at(60_000)
    expect(described(behind)).toEqual([['certificate finalize 1', 'vote skip']])
  })
})

describe('sending', () => {
  it('waits until votes and proposals are durable; until then the own vote does not count', () => {
    const harness = new ReplicaHarness(1, 0)
    harness.hold = ['persist']
    harness.at(ERA_MS)
    expect(harness.all('persist')).toHaveLength(1)
    harness.feed({ type: 'connected', peer: 'p' })
    harness.at(ERA_MS + 10 * BASE_MS)
    expect(harness.sent).toEqual([])
    expect(harness.replica.view).toBe(1)
  })

  it('starts with the proposal, then the vote', () => {
    const harness = new ReplicaHarness(4, 1)
    harness.hold = ['persist']
    harness.at(ERA_MS)
    harness.feed({ type: 'persisted', token: harness.all('persist')[0]!.token })
    expect(harness.sent.map(({ type }) => type)).toEqual(['proposal', 'vote'])
  })

  it('throws on a `persisted` event that nothing waits for', () => {
    expect(() => new ReplicaHarness(1, 0).feed({ type: 'persisted', token: 7 })).toThrow(/nothing waits/)
  })
})

describe('after a restart', () => {
  it('own votes count again: a notarize vote stored before its certificate was seen', () => {
    const harness = new ReplicaHarness(4, 0).at(ERA_MS).propose(first)
    harness.restart()
    harness.hearVotes('notarize', 1, first.hash, [1, 2])
    expect(harness.votes).toEqual(['finalize 1'])
  })

  it('own votes count again: a stored skip', () => {
    const harness = new ReplicaHarness(4, 0).at(ERA_MS + BASE_MS)
    harness.restart()
    harness.hearVotes('skip', 1, '', [1, 2])
    expect(harness.replica.view).toBe(2)
  })

  it('no vote is cast twice, and none against an earlier one', () => {
    const other = proposal(4, 1, { header: { era: 2 } })
    const harness = new ReplicaHarness(4, 0).at(ERA_MS).propose(first)
    harness.restart()
    harness.at(2 * ERA_MS).propose(other)
    expect(harness.votes).toEqual([])
  })

  it('a view already skipped is not finalized', () => {
    const harness = new ReplicaHarness(4, 0)
      .at(ERA_MS)
      .propose(first)
      .at(ERA_MS + BASE_MS)
    harness.restart()
    harness.certify(notarized)
    expect(harness.votes).toEqual([])
  })

  it('a view already finalized is not skipped', () => {
    const harness = new ReplicaHarness(4, 0).at(ERA_MS).propose(first).certify(notarized)
    // Only the vote survives; the view is current again.
    harness.stored.certificates.length = 0
    harness.restart()
    harness.at(100_000)
    expect(harness.replica.view).toBe(1)
    expect(harness.votes).not.toContain('skip 1')
  })

  it('the notarization behind a finalize vote can be shown to a peer that missed it', () => {
    const harness = new ReplicaHarness(4, 0).at(ERA_MS).propose(first).certify(notarized)
    harness.restart()
    harness.feed({ type: 'connected', peer: 'p' })
    expect(harness.sent).toContainEqual({ type: 'certificate', certificate: notarized })
    expect(harness.sent).toContainEqual({ type: 'proposal', proposal: first })
    expect(harness.votes).toEqual(['notarize 1', 'finalize 1'])
  })

  it('the own proposal is the same as before, and sent again', () => {
    const harness = new ReplicaHarness(4, 1).at(ERA_MS)
    const [proposed] = harness.proposals
    harness.restart()
    harness.at(ERA_MS + 1)
    harness.feed({ type: 'connected', peer: 'p' })
    expect(harness.all('build')).toEqual([])
    expect(harness.proposals).toEqual([proposed])
  })

  it('a final certificate whose block was not committed still commits it', () => {
    const harness = new ReplicaHarness(1, 0)
    harness.hold = ['commit']
    harness.at(ERA_MS)
    expect(harness.replica.committed.height).toBe(0)
    harness.hold = []
    harness.restart()
    expect(harness.replica.committed.height).toBe(1)
  })
})
