import { describe, expect, it } from 'vitest'
import {
  BASE_MS,
  certificate,
  ERA_MS,
  proposal,
  ReplicaHarness,
  vote,
} from '../../support/consensus/replicas.ts'

const first = proposal(4, 1)
const second = proposal(4, 2, { on: first })
const final = certificate(4, 'finalize', 1, first.hash)

/** Validator 0 of 4: block 1 is final, block 2 notarized by the own vote, view 3 skipped by others. */
function busy(): ReplicaHarness {
  const harness = new ReplicaHarness(4, 0).at(ERA_MS).propose(first).certify(final)
  harness
    .at(2 * ERA_MS)
    .propose(second)
    .certify(certificate(4, 'notarize', 2, second.hash))
  harness.certify(certificate(4, 'skip', 3))
  harness.forget()
  return harness
}

const everything = [
  { type: 'certificate', certificate: final },
  { type: 'certificate', certificate: certificate(4, 'notarize', 2, second.hash) },
  { type: 'certificate', certificate: certificate(4, 'skip', 3) },
  // Its parent is final by now: that certificate replaces the notarization.
  { type: 'proposal', proposal: { ...second, parent: final } },
  { type: 'vote', vote: vote(0, 'notarize', 2, second.hash) },
  { type: 'vote', vote: vote(0, 'finalize', 2, second.hash) },
]

describe('a peer that connects', () => {
  it('receives the last final certificate, all newer certificates and proposals, and the own votes unchanged', () => {
    const harness = busy()
    harness.hold = ['build']
    harness.feed({ type: 'connected', peer: 'p' })
    expect(harness.sent).toEqual(everything)
    expect(harness.all('send').every(({ to }) => to !== 'all' && to.peer === 'p')).toBe(true)
  })
})

describe('a block that this node has not applied', () => {
  it('is not repeated to anyone: it may be invalid', () => {
    for (const valid of [true, false]) {
      const harness = new ReplicaHarness(4, 0).at(ERA_MS)
      harness.valid = valid
      harness.propose(first)
      harness.forget()
      harness.feed({ type: 'connected', peer: 'p' })
      expect(harness.proposals).toEqual(valid ? [first] : [])
    }
  })
})

describe('a standstill', () => {
  it('of twice the base timeout makes the node send everything to all peers, repeatedly', () => {
    const harness = busy()
    const due = 2 * ERA_MS + 2 * BASE_MS
    harness.at(due - 1)
    expect(harness.sent).not.toContainEqual(everything[0])
    harness.forget()
    harness.at(due)
    expect(harness.sent).toEqual(expect.arrayContaining(everything))
    expect(harness.all('send').every(({ to }) => to === 'all')).toBe(true)
    harness.forget()
    harness.at(due + 2 * BASE_MS)
    expect(harness.sent).toEqual(expect.arrayContaining(everything))
  })

  it('makes the node ask again for missing blocks', () => {
    const harness = new ReplicaHarness(4, 0).at(ERA_MS).certify(final)
    expect(harness.all('fetch')).toHaveLength(1)
    harness.at(ERA_MS + 2 * BASE_MS).at(ERA_MS + 2 * BASE_MS + 1)
    expect(harness.all('fetch')).toHaveLength(2)
  })
})

describe('a request for certificates', () => {
  it('is answered to the asking peer, for the requested views', () => {
    const harness = busy()
    harness.hear({ type: 'ask', from: 3, to: 9 })
    expect(harness.all('send').filter(({ message }) => message.type === 'certificate')).toEqual([
      { type: 'send', to: { peer: 'p' }, message: everything[2] },
    ])
  })

  it('has an answer of bounded size', () => {
    const harness = new ReplicaHarness(4, undefined)
    for (let view = 1; view <= 300; view++) harness.certify(certificate(4, 'skip', view))
    harness.forget()
    harness.hear({ type: 'ask', from: 0, to: 1_000 })
    expect(harness.sent).toHaveLength(256)
  })
})
