import { describe, expect, it } from 'vitest'
import { checkEvidence } from '../../../src/consensus/evidence.ts'
import type { Evidence } from '../../../src/consensus/types.ts'
import { certificate, ERA_MS, proposal, ReplicaHarness, vote } from '../../support/consensus/replicas.ts'
import { cheapConfig } from '../../support/simulation/cheap.ts'

const [A, B] = ['aa'.repeat(32), 'bb'.repeat(32)]
const config = cheapConfig(4, undefined)
const found = (harness: ReplicaHarness) => harness.all('evidence').map(({ evidence }) => evidence)

describe('evidence', () => {
  it.each([
    ['two notarize votes', vote(3, 'notarize', 1, A), vote(3, 'notarize', 1, B)],
    ['two finalize votes', vote(3, 'finalize', 1, A), vote(3, 'finalize', 1, B)],
    ['skip with finalize', vote(3, 'skip', 1), vote(3, 'finalize', 1, B)],
  ])('is found in %s, once, names the validator, and the votes still count', (_, first, second) => {
    const harness = new ReplicaHarness(4, 0)
    for (const cast of [first, second, second]) harness.hear({ type: 'vote', vote: cast })
    expect(found(harness)).toEqual([{ type: 'votes', first, second }])
    expect(checkEvidence(config, found(harness)[0]!)).toBe(3)
    harness.hearVotes(second.kind, 1, second.hash, [1, 2])
    expect(harness.replica.certificates.get(1)?.[second.kind]).toBeDefined()
  })

  it('is found in a vote against a certificate', () => {
    const harness = new ReplicaHarness(4, 0).hear({ type: 'vote', vote: vote(2, 'finalize', 1, A) })
    harness.certify(certificate(4, 'skip', 1))
    expect(checkEvidence(config, found(harness)[0]!)).toBe(2)
  })

  it('is found in two proposals of a view', () => {
    const harness = new ReplicaHarness(4, 0).at(2 * ERA_MS)
    harness.propose(proposal(4, 1)).propose(proposal(4, 1, { header: { era: 2 } }))
    expect(checkEvidence(config, found(harness)[0]!)).toBe(1)
  })

  it('is not found in anything an honest validator may send', () => {
    const harness = new ReplicaHarness(4, 0)
    for (const cast of [vote(3, 'notarize', 1, A), vote(3, 'skip', 1), vote(3, 'notarize', 2, B)])
      harness.hear({ type: 'vote', vote: cast })
    harness.hear({ type: 'vote', vote: vote(2, 'notarize', 1, A) })
    harness.hear({ type: 'vote', vote: vote(2, 'finalize', 1, A) })
    expect(found(harness)).toEqual([])
  })

  it('proves nothing when a signature is invalid or the two messages are compatible', () => {
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
