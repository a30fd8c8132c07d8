import { describe, expect, it } from 'vitest'
import { BASE_MS, certificate, ERA_MS, proposal, ReplicaHarness } from '../../support/consensus/replicas.ts'

/** When validator 0 of 4 votes to skip, to the millisecond; undefined if not by `untilMs`. */
function skipTime(harness: ReplicaHarness, view: number, untilMs: number): number | undefined {
  while (harness.now <= untilMs) {
    if (harness.votes.includes(`skip ${view}`)) return harness.now
    const next = harness.all('timer').at(-1)!.atMs
    harness.at(next)
  }
  return undefined
}

describe('the timer of a view', () => {
  it('starts when the era after the parent’s is due', () => {
    expect(skipTime(new ReplicaHarness(4, 0), 1, 60_000)).toBe(ERA_MS + BASE_MS)
  })

  it('starts when the view is entered, if that is later', () => {
    const harness = new ReplicaHarness(4, 0)
    harness.now = 4_321
    harness.certify(certificate(4, 'skip', 1))
    expect(skipTime(harness, 2, 60_000)).toBe(4_321 + Math.round(BASE_MS * 1.4))
  })

  it('starts when the own roots after the parent are known, if that is later', () => {
    const harness = new ReplicaHarness(4, 0).at(ERA_MS)
    const first = proposal(4, 1)
    harness.hold = ['execute']
    harness.propose(first).certify(certificate(4, 'notarize', 1, first.hash))
    expect(skipTime(harness, 2, 60_000)).toBeUndefined()
    harness.feed({ type: 'executed', hash: first.hash, valid: true })
    const { header } = proposal(4, 2, { on: first })
    const knownMs = harness.now
    harness.feed({ type: 'rooted', hash: first.hash, roots: header })
    expect(skipTime(harness, 2, 120_000)).toBe(knownMs + BASE_MS * 1.4)
  })

  it('grows by 1.4 with every view since the last final one, up to 120 s', () => {
    const harness = new ReplicaHarness(4, 0)
    let before = ERA_MS
    for (let view = 1; view <= 14; view++) {
      const at = skipTime(harness, view, 10_000_000)!
      expect(at - before).toBeCloseTo(Math.min(BASE_MS * 1.4 ** (view - 1), 120_000), 5)
      harness.certify(certificate(4, 'skip', view))
      before = at
    }
  })

  it('is short again after a final block', () => {
    const harness = new ReplicaHarness(4, 0)
    for (let view = 1; view <= 7; view++) harness.certify(certificate(4, 'skip', view))
    const block = proposal(4, 8, { header: { era: 1 } })
    harness.at(ERA_MS)
    // Leader of view 8 is the validator itself; here another made its block.
    harness.replica.proposals.delete(8)
    harness.certify(certificate(4, 'finalize', 8, block.hash))
    harness.feed({ type: 'fetched', proposal: block })
    expect(skipTime(harness, 9, 60_000)).toBe(2 * ERA_MS + BASE_MS)
  })
})

describe('a skip vote', () => {
  it('is allowed after a notarize vote', () => {
    const harness = new ReplicaHarness(4, 0).at(ERA_MS)
    harness.propose(proposal(4, 1)).at(ERA_MS + BASE_MS)
    expect(harness.votes).toEqual(['notarize 1', 'skip 1'])
  })

  it('is cast once', () => {
    const harness = new ReplicaHarness(4, 0).at(ERA_MS + BASE_MS).at(ERA_MS + BASE_MS + 1)
    expect(harness.votes).toEqual(['skip 1'])
  })

  it('is cast only for the current view', () => {
    const harness = new ReplicaHarness(4, 0).at(ERA_MS)
    const first = proposal(4, 1)
    harness.propose(first).certify(certificate(4, 'notarize', 1, first.hash))
    expect(skipTime(harness, 1, 60_000)).toBeUndefined()
    expect(harness.votes).toContain('skip 2')
  })

  it('is never cast by an observer', () => {
    const harness = new ReplicaHarness(4, undefined).at(ERA_MS)
    harness.propose(proposal(4, 1)).at(ERA_MS + 10 * BASE_MS)
    expect(harness.all('persist')).toEqual([])
  })
})
