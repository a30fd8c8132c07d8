import { beforeEach, describe, expect, it } from 'vitest'
import { BASE_MS, certificate, ERA_MS, proposal, ReplicaHarness } from '../../support/consensus/replicas.ts'

/** Validator 0 of 4; view 1 is led by validator 1, view 2 by validator 2. */
let harness: ReplicaHarness
beforeEach(() => {
  harness = new ReplicaHarness(4, 0).at(ERA_MS)
})

describe('a proposal of the current view', () => {
  it('is voted for when all rules hold', () => {
    harness.propose(proposal(4, 1))
    expect(harness.votes).toEqual(['notarize 1'])
  })

  it('is dropped when the leader did not sign it, or its proposer is not the leader', () => {
    harness.propose(proposal(4, 1, { signer: 2 }))
    harness.propose(proposal(4, 1, { header: { proposer: 2 } }))
    expect(harness.replica.blocks.size).toBe(0)
    expect(harness.votes).toEqual([])
  })

  it.each([
    ['of another chain', { chainId: 2n }],
    ['with other parameters', { paramsHash: new Uint8Array(32).fill(1) }],
    ['at a height that does not follow', { height: 2 }],
    ['in an era not after its parent', { era: 0 }],
    ['with another state root', { stateRoot: 5n }],
    ['with another history root', { historyRoot: 5n }],
    ['with another root of the log', { logRoot: new Uint8Array(32).fill(5) }],
    ['with another batch state root', { batchStateRoot: 5n }],
  ])('%s is answered by a skip vote', (_, header) => {
    harness.propose(proposal(4, 1, { header }))
    expect(harness.votes).toEqual(['skip 1'])
  })

  it('whose actions do not apply is answered by a skip vote', () => {
    harness.valid = false
    harness.propose(proposal(4, 1))
    expect(harness.votes).toEqual(['skip 1'])
  })
})

describe('a proposal whose era is not the current one', () => {
  it('one era ahead is held until its era is due', () => {
    harness.propose(proposal(4, 1, { header: { era: 2 } }))
    expect(harness.votes).toEqual([])
    harness.at(2 * ERA_MS)
    expect(harness.votes).toEqual(['notarize 1'])
  })

  it('is held while the peers’ clocks are further behind than the skew', () => {
    const { skewMs } = harness.replica.config
    harness.feed({ type: 'clock', offsetMs: -skewMs - 500 })
    harness.propose(proposal(4, 1))
    expect(harness.votes).toEqual([])
    harness.at(ERA_MS + 499)
    expect(harness.votes).toEqual([])
    expect(harness.all('timer').at(-1)?.atMs).toBe(ERA_MS + 500)
    harness.at(ERA_MS + 500)
    expect(harness.votes).toEqual(['notarize 1'])
  })

  it('is judged by the own clock while the peers’ clocks are within the skew, or ahead', () => {
    for (const offsetMs of [-harness.replica.config.skewMs, 1_000_000]) {
      const other = new ReplicaHarness(4, 0).at(ERA_MS)
      other.feed({ type: 'clock', offsetMs })
      other.propose(proposal(4, 1))
      expect(other.votes).toEqual(['notarize 1'])
    }
  })

  it('two eras ahead is dropped', () => {
    harness.propose(proposal(4, 1, { header: { era: 3 } }))
    expect(harness.replica.blocks.size).toBe(0)
  })

  it('backdated beyond a late leader and the skew is answered by a skip vote', () => {
    const late = new ReplicaHarness(4, 0)
    late.at(9 * ERA_MS).certify(certificate(4, 'skip', 1))
    late.propose(proposal(4, 2, { header: { era: 6 }, skips: [certificate(4, 'skip', 1)] }))
    expect(late.votes.at(-1)).toBe('skip 2')
    const other = new ReplicaHarness(4, 0)
    other.at(9 * ERA_MS).certify(certificate(4, 'skip', 1))
    other.propose(proposal(4, 2, { header: { era: 7 } }))
    expect(other.votes.at(-1)).toBe('notarize 2')
  })
})

describe('the notarize vote', () => {
  it('waits until this node has the roots after the parent', () => {
    harness.hold = ['execute']
    const first = proposal(4, 1)
    harness.propose(first).certify(certificate(4, 'notarize', 1, first.hash))
    harness.feed({ type: 'executed', hash: first.hash, valid: true })
    harness.at(2 * ERA_MS).propose(proposal(4, 2, { on: first }))
    harness.feed({ type: 'executed', hash: proposal(4, 2, { on: first }).hash, valid: true })
    expect(harness.votes).not.toContain('notarize 2')
    const { stateRoot, historyRoot, batchStateRoot, logRoot } = proposal(4, 2, { on: first }).header
    harness.feed({
      type: 'rooted',
      hash: first.hash,
      roots: { stateRoot, historyRoot, batchStateRoot, logRoot },
    })
    expect(harness.votes).toContain('notarize 2')
  })

  it('goes to the first proposal of a view only: a second one is ignored', () => {
    const valid = proposal(4, 1)
    harness.hold = ['execute']
    harness.propose(proposal(4, 1, { header: { era: 2 } })).propose(valid)
    harness.feed({ type: 'executed', hash: valid.hash, valid: true })
    expect(harness.votes).toEqual([])
    expect(harness.replica.blocks.size).toBe(1)
  })

  it('is sent once', () => {
    harness
      .propose(proposal(4, 1))
      .propose(proposal(4, 1))
      .at(ERA_MS + 1)
    expect(harness.votes).toEqual(['notarize 1'])
  })

  it('is not sent after a skip vote', () => {
    harness.at(ERA_MS + BASE_MS)
    harness.propose(proposal(4, 1))
    expect(harness.votes).toEqual(['skip 1'])
  })
})

describe('a proposal whose body was altered on its way', () => {
  it('is dropped, and the genuine one still gets the vote', () => {
    const first = proposal(4, 1)
    harness.at(ERA_MS).propose({ ...first, body: new Uint8Array(1) })
    expect(harness.votes).toEqual([])
    harness.propose(first)
    expect(harness.votes).toEqual(['notarize 1'])
  })
})

describe('the parent of a proposal', () => {
  it('must be notarized: the proposal carries its certificate', () => {
    const first = proposal(4, 1)
    harness.propose(first).certify(certificate(4, 'skip', 1))
    harness.at(2 * ERA_MS).propose(proposal(4, 2, { on: first, parent: null }))
    expect(harness.votes).toEqual(['notarize 1'])
    harness.certify(certificate(4, 'notarize', 1, first.hash))
    expect(harness.votes).toContain('notarize 2')
  })

  it('is rejected when a view in between was not skipped: the node asks for the missing certificates', () => {
    const first = proposal(4, 1)
    harness.propose(first).certify(certificate(4, 'notarize', 1, first.hash))
    const second = proposal(4, 2, { on: first })
    harness
      .at(2 * ERA_MS)
      .propose(second)
      .certify(certificate(4, 'notarize', 2, second.hash))
    harness.forget()
    // A leader that builds on a stale parent, past a notarized block that was never skipped.
    harness.at(3 * ERA_MS).propose(proposal(4, 3, { on: first }))
    expect(harness.votes).toEqual([])
    expect(harness.sent).toContainEqual({ type: 'ask', from: 2, to: 2 })
    harness.certify(certificate(4, 'skip', 2))
    expect(harness.votes).toContain('notarize 3')
  })

  it('is rejected when its view is later than that of the proposal', () => {
    const ahead = proposal(4, 2, { header: { era: 1 }, skips: [] })
    harness.propose(ahead).certify(certificate(4, 'notarize', 2, ahead.hash))
    expect(harness.replica.view).toBe(1)
    harness.at(2 * ERA_MS).propose(proposal(4, 1, { on: ahead, header: { era: 2 } }))
    expect(harness.votes).toContain('skip 1')
    expect(harness.votes).not.toContain('notarize 1')
  })

  it('is rejected below a final block that is not committed yet', () => {
    const first = proposal(4, 1)
    harness.hold = ['commit']
    harness.propose(first).certify(certificate(4, 'finalize', 1, first.hash))
    harness.forget()
    harness.at(2 * ERA_MS).propose(proposal(4, 2))
    expect(harness.votes).toEqual(['skip 2'])
  })

  it('is rejected below a final block', () => {
    const first = proposal(4, 1)
    harness.propose(first).certify(certificate(4, 'finalize', 1, first.hash))
    harness.forget()
    harness.at(2 * ERA_MS).propose(proposal(4, 2))
    expect(harness.votes).toEqual(['skip 2'])
  })
})

describe('a parent that is not held', () => {
  it('is fetched by hash, and not voted for or sent without its leader’s signature', () => {
    const first = proposal(4, 1)
    harness.at(2 * ERA_MS).propose(proposal(4, 2, { on: first }))
    expect(harness.all('fetch').map(({ hash }) => hash)).toEqual([first.hash])
    const altered = { ...first, body: new Uint8Array(1) }
    harness.propose(altered)
    expect(harness.all('fetch')).toHaveLength(1)
    harness.forget()
    harness.feed({ type: 'fetched', peer: 'q', proposal: altered })
    expect(harness.all('blame')).toMatchObject([{ peer: 'q', why: 'a block with another body' }])
    expect(harness.replica.blocks.has(first.hash)).toBe(false)
    expect(harness.all('fetch').map(({ hash }) => hash)).toEqual([first.hash])
    harness.forget()
    // A peer to whom the block is final has no signature to send.
    harness.feed({ type: 'fetched', peer: 'q', proposal: { ...first, signature: new Uint8Array(64) } })
    expect(harness.all('blame')).toEqual([])
    expect(harness.votes).toContain('notarize 2')
    expect(harness.votes).not.toContain('notarize 1')
    harness.forget()
    harness.feed({ type: 'connected', peer: 'p' })
    expect(harness.proposals.map(({ hash }) => hash)).not.toContain(first.hash)
    harness.propose(first)
    harness.forget()
    harness.feed({ type: 'connected', peer: 'p' })
    expect(harness.proposals).toContainEqual(first)
  })
})

describe('a hostile leader', () => {
  it('cannot crash a node with a height below the final one', () => {
    const first = proposal(4, 1)
    harness.propose(first)
    // View 2's block claims height 1, and is held when block 1 is committed.
    harness.propose(proposal(4, 2, { header: { era: 1 } }))
    harness.certify(certificate(4, 'finalize', 1, first.hash))
    expect(harness.all('commit')).toHaveLength(1)
    expect(harness.votes).toContain('skip 2')
  })

  it('cannot make a node hold bodies far ahead', () => {
    for (let view = 1; view < 100; view += 4) harness.propose(proposal(4, view, { header: { era: 1 } }))
    expect(harness.replica.blocks.size).toBeLessThanOrEqual(3)
  })
})
