import { describe, expect, it } from 'vitest'
import {
  BASE_MS,
  certificate,
  ERA_MS,
  proposal,
  ReplicaHarness,
  vote,
} from '../../support/consensus/replicas.ts'
import { rootsAfter } from '../../support/simulation/cheap.ts'

const first = proposal(4, 1)
const notarized = certificate(4, 'notarize', 1, first.hash)

/** Validator 0 of 4 at era 1. */
const fresh = () => new ReplicaHarness(4, 0).at(ERA_MS)

describe('a finalize vote', () => {
  it('follows a quorum of notarize votes that includes the own one', () => {
    const harness = fresh().propose(first).hearVotes('notarize', 1, first.hash, [1])
    expect(harness.votes).toEqual(['notarize 1'])
    harness.hearVotes('notarize', 1, first.hash, [3])
    expect(harness.votes).toEqual(['notarize 1', 'finalize 1'])
    expect(harness.replica.view).toBe(2)
  })

  it('waits for the body', () => {
    const harness = fresh().certify(notarized)
    expect(harness.votes).toEqual([])
    harness.feed({ type: 'fetched', proposal: first })
    expect(harness.votes).toEqual(['finalize 1'])
  })

  it('is cast even after the view has ended', () => {
    const harness = fresh().propose(first)
    for (const view of [1, 2]) harness.certify(certificate(4, 'skip', view))
    expect(harness.replica.view).toBe(3)
    harness.certify(notarized)
    expect(harness.votes).toEqual(['notarize 1', 'finalize 1'])
  })

  it('is never cast in a view with an own skip vote', () => {
    const harness = fresh()
      .propose(first)
      .at(ERA_MS + BASE_MS)
      .certify(notarized)
    expect(harness.votes).toEqual(['notarize 1', 'skip 1'])
  })

  it('is never cast below a final view', () => {
    const second = proposal(4, 2, { on: first })
    const harness = fresh()
      .at(2 * ERA_MS)
      .certify(notarized)
    harness.hold = ['commit']
    harness.certify(certificate(4, 'finalize', 2, second.hash))
    harness.feed({ type: 'fetched', proposal: second }) // and asked for its parent
    harness.feed({ type: 'fetched', proposal: first })
    expect(harness.all('commit')).toHaveLength(1)
    expect(harness.votes).toEqual([])
  })

  it('is never cast for a block that does not apply', () => {
    const harness = fresh()
    harness.valid = false
    harness.propose(first).certify(notarized)
    expect(harness.votes).not.toContain('finalize 1')
  })

  it('waits for the roots after the parent, and is never cast for a block with others', () => {
    const second = proposal(4, 2, { on: first })
    const lying = proposal(4, 2, { on: first, header: { historyRoot: 5n } })
    for (const [block, votes] of [
      [second, ['finalize 2']],
      [lying, []],
    ] as const) {
      const harness = fresh().at(2 * ERA_MS)
      harness.hold = ['execute']
      harness.certify(notarized).certify(certificate(4, 'notarize', 2, block.hash))
      for (const held of [first, block]) harness.feed({ type: 'fetched', proposal: held })
      for (const { hash } of [first, block]) harness.feed({ type: 'executed', hash, valid: true })
      expect(harness.votes).toEqual(['finalize 1'])
      harness.feed({ type: 'rooted', hash: first.hash, roots: rootsAfter(first.hash) })
      expect(harness.votes).toEqual(['finalize 1', ...votes])
    }
  })
})

describe('votes of others', () => {
  it('count once each, and only with a good signature of a validator', () => {
    const harness = fresh().propose(first)
    harness.hearVotes('notarize', 1, first.hash, [1, 1, 1])
    harness.hear({ type: 'vote', vote: { ...vote(2, 'notarize', 1, first.hash), validator: 3 } })
    harness.hear({ type: 'vote', vote: vote(4, 'notarize', 1, first.hash) })
    expect(harness.replica.view).toBe(1)
  })

  it('for different blocks do not form a certificate', () => {
    const harness = fresh().propose(first)
    harness.hearVotes('notarize', 1, first.hash, [1]).hearVotes('notarize', 1, 'aa'.repeat(32), [2, 3])
    expect(harness.replica.view).toBe(1)
  })

  it('are bounded in number, even when a validator invents blocks', () => {
    const harness = fresh()
    for (let i = 0; i < 100; i++)
      harness
        .hearVotes('notarize', 1, i.toString(16).padStart(64, 'a'), [3])
        .hearVotes('skip', 5_000, '', [3])
    expect(harness.replica.tallies.get(1)).toHaveLength(2)
    expect(harness.replica.tallies.has(5_000)).toBe(false)
  })
})

describe('certificates of others', () => {
  it('count only with exactly a quorum of different good signatures', () => {
    const harness = fresh().propose(first)
    const [a, b, c] = notarized.signatures as [
      (typeof notarized.signatures)[0],
      (typeof notarized.signatures)[0],
      (typeof notarized.signatures)[0],
    ]
    harness.certify({ ...notarized, signatures: [a, b] })
    harness.certify({ ...notarized, signatures: [a, b, b] })
    harness.certify({ ...notarized, signatures: [a, b, { ...c, validator: 3 }] })
    harness.certify({ ...notarized, signatures: [a, b, { ...c, validator: 4 }] })
    expect(harness.replica.view).toBe(1)
    harness.certify(notarized)
    expect(harness.replica.view).toBe(2)
  })

  it('that are final end all views below them', () => {
    const harness = fresh().certify(certificate(4, 'finalize', 40_001, 'aa'.repeat(32)))
    expect(harness.replica.view).toBe(40_002)
    expect(harness.all('fetch').at(-1)).toEqual({ type: 'fetch', hash: 'aa'.repeat(32) })
  })
})

describe('a final certificate', () => {
  const second = proposal(4, 2, { on: first })
  const third = proposal(4, 3, { on: second })
  const final = certificate(4, 'finalize', 3, third.hash)

  it('commits its block and all ancestors, oldest first, one at a time', () => {
    const harness = fresh().at(3 * ERA_MS)
    harness.hold = ['commit']
    harness.propose(first).propose(second).propose(third).certify(final)
    for (const [height, block] of [first, second, third].entries()) {
      const commits = harness.all('commit')
      expect(commits).toHaveLength(height + 1)
      expect(commits.at(-1)).toEqual({ type: 'commit', proposal: block, certificate: final })
      harness.feed({ type: 'committed', hash: block.hash })
    }
    expect(harness.replica.committed.height).toBe(3)
    expect(harness.all('commit')).toHaveLength(3)
  })

  it('is stored with its own block and those below it, also if a later one came before they were committed', () => {
    const fourth = proposal(4, 4, { on: third })
    const later = certificate(4, 'finalize', 4, fourth.hash)
    const ofSecond = certificate(4, 'finalize', 2, second.hash)
    const harness = fresh().at(4 * ERA_MS)
    harness.hold = ['commit']
    for (const block of [first, second, third, fourth]) harness.propose(block)
    harness.certify(ofSecond).certify(later)
    for (const { hash } of [first, second, third, fourth]) harness.feed({ type: 'committed', hash })
    expect(harness.all('commit').map(({ certificate }) => certificate)).toEqual([
      ofSecond,
      ofSecond,
      later,
      later,
    ])
  })

  it('waits for ancestors that are not held', () => {
    const harness = fresh().at(3 * ERA_MS)
    harness.propose(third).certify(final)
    expect(harness.all('commit')).toEqual([])
    expect(harness.all('fetch').map(({ hash }) => hash)).toContain(second.hash)
    harness.feed({ type: 'fetched', proposal: second })
    harness.feed({ type: 'fetched', proposal: first })
    expect(harness.replica.committed.height).toBe(3)
  })

  it('accepts its proposal when that arrives later', () => {
    const harness = fresh()
      .certify(certificate(4, 'finalize', 1, first.hash))
      .propose(first)
    expect(harness.replica.committed.height).toBe(1)
  })

  it('of a block that does not apply here stops the node', () => {
    const harness = fresh()
    harness.valid = false
    harness.propose(first)
    expect(() => harness.certify(certificate(4, 'finalize', 1, first.hash))).toThrow(
      /is final, but for this node it is invalid/,
    )
  })

  it('frees the memory of everything below it', () => {
    const harness = fresh()
      .propose(first)
      .certify(certificate(4, 'finalize', 1, first.hash))
    const { blocks, proposals, certificates, tallies, own, roots } = harness.replica
    for (const held of [blocks, proposals, certificates, tallies, own]) expect(held.size).toBe(0)
    expect([...roots.keys()]).toEqual([first.hash])
  })
})

describe('a final block', () => {
  const second = proposal(4, 2, { on: first })

  it('is committed once the roots after its parent are known', () => {
    const harness = fresh().at(2 * ERA_MS)
    harness.hold = ['execute']
    harness
      .propose(first)
      .propose(second)
      .certify(certificate(4, 'finalize', 2, second.hash))
    for (const { hash } of [first, second]) harness.feed({ type: 'executed', hash, valid: true })
    expect(harness.all('commit').map(({ proposal: { hash } }) => hash)).toEqual([first.hash])
    harness.feed({ type: 'rooted', hash: first.hash, roots: rootsAfter(first.hash) })
    expect(harness.all('commit').map(({ proposal: { hash } }) => hash)).toEqual([first.hash, second.hash])
  })

  it.each([
    ...(['stateRoot', 'historyRoot', 'batchStateRoot'] as const).map((name) => [name, 5n] as const),
    ['logRoot', Uint8Array.of(...new Array(31).fill(0), 5)] as const,
  ])('with another %s than was computed stops the node, which says so', (name, root) => {
    const lying = proposal(4, 2, { on: first, header: { [name]: root } })
    const harness = fresh()
      .at(2 * ERA_MS)
      .propose(first)
      .certify(certificate(4, 'finalize', 2, lying.hash))
    expect(() => harness.feed({ type: 'fetched', proposal: lying })).toThrow(
      new RegExp(
        `^block 2 \\(${lying.hash}\\) is final, but for this node its ${name} is 0{63}5, where [0-9a-f]+ was computed$`,
      ),
    )
    expect(harness.replica.committed.height).toBe(1)
  })
})
