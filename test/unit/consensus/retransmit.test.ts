import { describe, expect, it } from 'vitest'
import { BASE_MS, certificate, ERA_MS, Hands, proposal, vote } from '../../support/consensus/replicas.ts'

const first = proposal(4, 1)
const second = proposal(4, 2, { on: first })
const final = certificate(4, 'finalize', 1, first.hash)

/** Validator 0 of 4: block 1 is final, block 2 notarized by the own vote, view 3 skipped by others. */
function busy(): Hands {
  const hands = new Hands(4, 0).at(ERA_MS).propose(first).certify(final)
  hands
    .at(2 * ERA_MS)
    .propose(second)
    .certify(certificate(4, 'notarize', 2, second.hash))
  hands.certify(certificate(4, 'skip', 3))
  hands.forget()
  return hands
}

const everything = [
  { type: 'certificate', certificate: final },
  { type: 'certificate', certificate: certificate(4, 'notarize', 2, second.hash) },
  { type: 'certificate', certificate: certificate(4, 'skip', 3) },
  { type: 'proposal', proposal: second },
  { type: 'vote', vote: vote(0, 'notarize', 2, second.hash) },
  { type: 'vote', vote: vote(0, 'finalize', 2, second.hash) },
]

describe('a peer that connects', () => {
  it('is told the last final certificate, all newer certificates and proposals, and the own votes unchanged', () => {
    const hands = busy()
    hands.hold = ['build']
    hands.feed({ type: 'connected', peer: 'p' })
    expect(hands.sent).toEqual(everything)
    expect(hands.all('send').every(({ to }) => to !== 'all' && to.peer === 'p')).toBe(true)
  })
})

describe('a standstill', () => {
  it('of twice the base after the next era was due repeats everything to all, and again', () => {
    const hands = busy()
    const due = 2 * ERA_MS + 2 * BASE_MS
    hands.at(due - 1)
    expect(hands.sent).not.toContainEqual(everything[0])
    hands.forget()
    hands.at(due)
    expect(hands.sent).toEqual(expect.arrayContaining(everything))
    expect(hands.all('send').every(({ to }) => to === 'all')).toBe(true)
    hands.forget()
    hands.at(due + 2 * BASE_MS)
    expect(hands.sent).toEqual(expect.arrayContaining(everything))
  })

  it('asks again for blocks that never came', () => {
    const hands = new Hands(4, 0).at(ERA_MS).certify(final)
    expect(hands.all('fetch')).toHaveLength(1)
    hands.at(ERA_MS + 2 * BASE_MS).at(ERA_MS + 2 * BASE_MS + 1)
    expect(hands.all('fetch')).toHaveLength(2)
  })
})

describe('a question for certificates', () => {
  it('is answered to who asked, with those of the views asked for', () => {
    const hands = busy()
    hands.hear({ type: 'ask', from: 3, to: 9 })
    expect(hands.all('send').filter(({ message }) => message.type === 'certificate')).toEqual([
      { type: 'send', to: { peer: 'p' }, message: everything[2] },
    ])
  })

  it('has an answer of bounded size', () => {
    const hands = new Hands(4, undefined)
    for (let view = 1; view <= 300; view++) hands.certify(certificate(4, 'skip', view))
    hands.forget()
    hands.hear({ type: 'ask', from: 0, to: 1_000 })
    expect(hands.sent).toHaveLength(256)
  })
})
