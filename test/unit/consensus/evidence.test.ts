import { describe, expect, it } from 'vitest'
import { checkEvidence } from '../../../src/consensus/evidence.ts'
import type { Evidence } from '../../../src/consensus/types.ts'
import { certificate, ERA_MS, Hands, proposal, vote } from '../../support/consensus/replicas.ts'
import { cheapConfig } from '../../support/simulation/cheap.ts'

const [A, B] = ['aa'.repeat(32), 'bb'.repeat(32)]
const config = cheapConfig(4, undefined)
const found = (hands: Hands) => hands.all('evidence').map(({ evidence }) => evidence)

describe('evidence', () => {
  it.each([
    ['two notarize votes', vote(3, 'notarize', 1, A), vote(3, 'notarize', 1, B)],
    ['two finalize votes', vote(3, 'finalize', 1, A), vote(3, 'finalize', 1, B)],
    ['skip with finalize', vote(3, 'skip', 1), vote(3, 'finalize', 1, B)],
  ])('is found in %s, once, names the validator, and the votes still count', (_, first, second) => {
    const hands = new Hands(4, 0)
    for (const cast of [first, second, second]) hands.hear({ type: 'vote', vote: cast })
    expect(found(hands)).toEqual([{ type: 'votes', first, second }])
    expect(checkEvidence(config, found(hands)[0]!)).toBe(3)
    hands.hearVotes(second.kind, 1, second.hash, [1, 2])
    expect(hands.replica.certificates.get(1)?.[second.kind]).toBeDefined()
  })

  it('is found in a vote against a certificate', () => {
    const hands = new Hands(4, 0).hear({ type: 'vote', vote: vote(2, 'finalize', 1, A) })
    hands.certify(certificate(4, 'skip', 1))
    expect(checkEvidence(config, found(hands)[0]!)).toBe(2)
  })

  it('is found in two proposals of a view', () => {
    const hands = new Hands(4, 0).at(2 * ERA_MS)
    hands.propose(proposal(4, 1)).propose(proposal(4, 1, { header: { era: 2 } }))
    expect(checkEvidence(config, found(hands)[0]!)).toBe(1)
  })

  it('is not found in what an honest validator may say', () => {
    const hands = new Hands(4, 0)
    for (const cast of [vote(3, 'notarize', 1, A), vote(3, 'skip', 1), vote(3, 'notarize', 2, B)])
      hands.hear({ type: 'vote', vote: cast })
    hands.hear({ type: 'vote', vote: vote(2, 'notarize', 1, A) })
    hands.hear({ type: 'vote', vote: vote(2, 'finalize', 1, A) })
    expect(found(hands)).toEqual([])
  })

  it('shows nothing when a signature is bad, or the two do not contradict each other', () => {
    const [one, two] = [vote(3, 'notarize', 1, A), vote(3, 'notarize', 1, B)]
    const proposals = [proposal(4, 1), proposal(4, 1, { header: { era: 2 } })] as const
    const worthless: Evidence[] = [
      { type: 'votes', first: one, second: { ...two, signature: one.signature } },
      { type: 'votes', first: one, second: one },
      { type: 'votes', first: one, second: vote(2, 'notarize', 1, B) },
      { type: 'votes', first: one, second: vote(3, 'skip', 1) },
      { type: 'votes', first: one, second: vote(3, 'notarize', 2, B) },
      { type: 'proposals', first: proposals[0], second: proposals[0] },
      { type: 'proposals', first: proposals[0], second: { ...proposals[1], hash: A } },
      { type: 'proposals', first: proposals[0], second: proposal(4, 5) },
      { type: 'proposals', first: proposals[0], second: proposal(4, 1, { header: { era: 2 }, signer: 2 }) },
      { type: 'proposals', first: proposals[0], second: proposal(4, 1, { header: { chainId: 2n } }) },
    ]
    for (const evidence of worthless) expect(checkEvidence(config, evidence)).toBeUndefined()
  })
})
