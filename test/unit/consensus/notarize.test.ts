import { beforeEach, describe, expect, it } from 'vitest'
import { BASE_MS, certificate, ERA_MS, Hands, proposal } from '../../support/consensus/replicas.ts'

/** Validator 0 of 4; view 1 is led by validator 1, view 2 by validator 2. */
let hands: Hands
beforeEach(() => {
  hands = new Hands(4, 0).at(ERA_MS)
})

describe('a proposal of the current view', () => {
  it('is voted for when all rules hold', () => {
    hands.propose(proposal(4, 1))
    expect(hands.votes).toEqual(['notarize 1'])
  })

  it('is dropped when another than the leader signed it, or its proposer is not the leader', () => {
    hands.propose(proposal(4, 1, { signer: 2 }))
    hands.propose(proposal(4, 1, { header: { proposer: 2 } }))
    expect(hands.replica.blocks.size).toBe(0)
    expect(hands.votes).toEqual([])
  })

  it.each([
    ['of another chain', { chainId: 2n }],
    ['with other parameters', { paramsHash: new Uint8Array(32).fill(1) }],
    ['at a height that does not follow', { height: 2 }],
    ['in an era not after its parent', { era: 0 }],
    ['with another state root', { stateRoot: 5n }],
    ['with another history root', { historyRoot: 5n }],
    ['with another batch state root', { batchStateRoot: 5n }],
  ])('%s is answered by a skip vote', (_, header) => {
    hands.propose(proposal(4, 1, { header }))
    expect(hands.votes).toEqual(['skip 1'])
  })

  it('whose actions do not apply is answered by a skip vote', () => {
    hands.valid = false
    hands.propose(proposal(4, 1))
    expect(hands.votes).toEqual(['skip 1'])
  })

  it('is held until its era is due', () => {
    hands.propose(proposal(4, 1, { header: { era: 2 } }))
    expect(hands.votes).toEqual([])
    hands.at(2 * ERA_MS)
    expect(hands.votes).toEqual(['notarize 1'])
  })

  it('two eras ahead is dropped', () => {
    hands.propose(proposal(4, 1, { header: { era: 3 } }))
    expect(hands.replica.blocks.size).toBe(0)
  })

  it('backdated beyond a late leader and the skew is answered by a skip vote', () => {
    const late = new Hands(4, 0)
    late.at(9 * ERA_MS).certify(certificate(4, 'skip', 1))
    late.propose(proposal(4, 2, { header: { era: 6 }, skips: [certificate(4, 'skip', 1)] }))
    expect(late.votes.at(-1)).toBe('skip 2')
    const other = new Hands(4, 0)
    other.at(9 * ERA_MS).certify(certificate(4, 'skip', 1))
    other.propose(proposal(4, 2, { header: { era: 7 } }))
    expect(other.votes.at(-1)).toBe('notarize 2')
  })

  it('waits for the own roots after the parent', () => {
    hands.hold = ['execute']
    const first = proposal(4, 1)
    hands.propose(first).certify(certificate(4, 'notarize', 1, first.hash))
    hands.feed({ type: 'executed', hash: first.hash, valid: true })
    hands.at(2 * ERA_MS).propose(proposal(4, 2, { on: first }))
    hands.feed({ type: 'executed', hash: proposal(4, 2, { on: first }).hash, valid: true })
    expect(hands.votes).not.toContain('notarize 2')
    const { stateRoot, historyRoot, batchStateRoot } = proposal(4, 2, { on: first }).header
    hands.feed({ type: 'rooted', hash: first.hash, roots: { stateRoot, historyRoot, batchStateRoot } })
    expect(hands.votes).toContain('notarize 2')
  })

  it('is the first one: a second of the same view is no reason to vote', () => {
    const valid = proposal(4, 1)
    hands.hold = ['execute']
    hands.propose(proposal(4, 1, { header: { era: 2 } })).propose(valid)
    hands.feed({ type: 'executed', hash: valid.hash, valid: true })
    expect(hands.votes).toEqual([])
    expect(hands.replica.blocks.size).toBe(1)
  })

  it('is voted for once', () => {
    hands
      .propose(proposal(4, 1))
      .propose(proposal(4, 1))
      .at(ERA_MS + 1)
    expect(hands.votes).toEqual(['notarize 1'])
  })

  it('is not voted for after a skip vote', () => {
    hands.at(ERA_MS + BASE_MS)
    hands.propose(proposal(4, 1))
    expect(hands.votes).toEqual(['skip 1'])
  })
})

describe('a proposal whose body was altered on its way', () => {
  it('is dropped, and the genuine one voted for', () => {
    const first = proposal(4, 1)
    hands.at(ERA_MS).propose({ ...first, body: new Uint8Array(1) })
    expect(hands.votes).toEqual([])
    hands.propose(first)
    expect(hands.votes).toEqual(['notarize 1'])
  })
})

describe('the parent of a proposal', () => {
  it('must be notarized, which travels along', () => {
    const first = proposal(4, 1)
    hands.propose(first).certify(certificate(4, 'skip', 1))
    hands.at(2 * ERA_MS).propose(proposal(4, 2, { on: first, parent: null }))
    expect(hands.votes).toEqual(['notarize 1'])
    hands.certify(certificate(4, 'notarize', 1, first.hash))
    expect(hands.votes).toContain('notarize 2')
  })

  it('is fetched when it is not held, by hash and with its leader’s signature', () => {
    const first = proposal(4, 1)
    hands.at(2 * ERA_MS).propose(proposal(4, 2, { on: first }))
    expect(hands.all('fetch').map(({ hash }) => hash)).toEqual([first.hash])
    const altered = [
      { ...first, signature: new Uint8Array(64) },
      { ...first, body: new Uint8Array(1) },
    ]
    for (const one of altered) {
      hands.propose(one)
      expect(hands.all('fetch')).toHaveLength(1)
      hands.forget()
      hands.feed({ type: 'fetched', proposal: one })
      expect(hands.replica.blocks.has(first.hash)).toBe(false)
      expect(hands.all('fetch').map(({ hash }) => hash)).toEqual([first.hash])
    }
    hands.feed({ type: 'fetched', proposal: first })
    expect(hands.votes).toContain('notarize 2')
  })

  it('is rejected when a view between was not skipped: the gap is asked for, and never assumed', () => {
    const first = proposal(4, 1)
    hands.propose(first).certify(certificate(4, 'notarize', 1, first.hash))
    const second = proposal(4, 2, { on: first })
    hands
      .at(2 * ERA_MS)
      .propose(second)
      .certify(certificate(4, 'notarize', 2, second.hash))
    hands.forget()
    // A leader that builds on a stale parent, past a notarized block that was never skipped.
    hands.at(3 * ERA_MS).propose(proposal(4, 3, { on: first }))
    expect(hands.votes).toEqual([])
    expect(hands.sent).toContainEqual({ type: 'ask', from: 2, to: 2 })
    hands.certify(certificate(4, 'skip', 2))
    expect(hands.votes).toContain('notarize 3')
  })

  it('is rejected in a later view than the block itself', () => {
    const ahead = proposal(4, 2, { header: { era: 1 }, skips: [] })
    hands.propose(ahead).certify(certificate(4, 'notarize', 2, ahead.hash))
    expect(hands.replica.view).toBe(1)
    hands.at(2 * ERA_MS).propose(proposal(4, 1, { on: ahead, header: { era: 2 } }))
    expect(hands.votes).toContain('skip 1')
    expect(hands.votes).not.toContain('notarize 1')
  })

  it('is rejected below a final block that is not committed yet', () => {
    const first = proposal(4, 1)
    hands.hold = ['commit']
    hands.propose(first).certify(certificate(4, 'finalize', 1, first.hash))
    hands.forget()
    hands.at(2 * ERA_MS).propose(proposal(4, 2))
    expect(hands.votes).toEqual(['skip 2'])
  })

  it('is rejected below a final block', () => {
    const first = proposal(4, 1)
    hands.propose(first).certify(certificate(4, 'finalize', 1, first.hash))
    hands.forget()
    hands.at(2 * ERA_MS).propose(proposal(4, 2))
    expect(hands.votes).toEqual(['skip 2'])
  })
})

describe('a hostile leader', () => {
  it('cannot crash a node with a height below the final one', () => {
    const first = proposal(4, 1)
    hands.propose(first)
    // View 2's block claims height 1, and is held when block 1 is committed.
    hands.propose(proposal(4, 2, { header: { era: 1 } }))
    hands.certify(certificate(4, 'finalize', 1, first.hash))
    expect(hands.all('commit')).toHaveLength(1)
    expect(hands.votes).toContain('skip 2')
  })

  it('cannot make a node hold bodies far ahead', () => {
    for (let view = 1; view < 100; view += 4) hands.propose(proposal(4, view, { header: { era: 1 } }))
    expect(hands.replica.blocks.size).toBeLessThanOrEqual(3)
  })
})
