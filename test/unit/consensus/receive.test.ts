import { beforeEach, describe, expect, it } from 'vitest'
import type { Certificate, Message, Proposal } from '../../../src/consensus/types.ts'
import { certificate, ERA_MS, proposal, ReplicaHarness, vote } from '../../support/consensus/replicas.ts'

const N = 4
const NO_SIGNATURE = new Uint8Array(64)
let harness: ReplicaHarness
/** Signatures verified so far. */
let verified: number

beforeEach(() => {
  harness = new ReplicaHarness(N, 0).at(ERA_MS)
  const { verify } = harness.replica.config
  verified = 0
  harness.replica.config.verify = (...signed) => {
    verified++
    return verify(...signed)
  }
})

const blames = () => harness.all('blame').map(({ why }) => why)

/** A quorum of which only the last signature is forged: the dearest forgery. */
function forged(kind: Certificate['kind'], view: number, hash = ''): Certificate {
  const genuine = certificate(N, kind, view, hash)
  const signatures = genuine.signatures.map((signed, i, all) =>
    i === all.length - 1 ? { ...signed, signature: NO_SIGNATURE } : signed,
  )
  return { ...genuine, signatures }
}

const escort = (view: number) => Array.from({ length: 64 }, (_, i) => forged('skip', view - 64 + i))

describe('what is verified', () => {
  it('is the leader’s signature first: without it, no certificate that travels with a proposal', () => {
    harness.propose(proposal(N, 66, { header: { era: 1 }, skips: escort(66), signature: NO_SIGNATURE }))
    expect(verified).toBe(1)
    expect(blames()).toEqual(['a proposal that its leader did not sign'])
  })

  it('ends at the first certificate that is forged', () => {
    harness.propose(proposal(N, 66, { header: { era: 1 }, skips: escort(66) }))
    expect(verified).toBe(1 + 3)
    expect(blames()).toEqual(['a certificate that is not signed'])
    expect(harness.replica.blocks.size).toBe(0)
  })

  it.each<[string, () => Message, number]>([
    ['a certificate that is held', () => ({ type: 'certificate', certificate: forged('skip', 1) }), 0],
    ['a vote that was counted', () => ({ type: 'vote', vote: vote(3, 'skip', 2) }), 0],
    [
      'a third vote of a kind',
      () => ({ type: 'vote', vote: { ...vote(2, 'notarize', 2, 'cc'.repeat(32)), signature: NO_SIGNATURE } }),
      0,
    ],
    [
      'a vote far ahead',
      () => ({ type: 'vote', vote: { ...vote(1, 'skip', 5_000), signature: NO_SIGNATURE } }),
      0,
    ],
    [
      'a certificate of votes of which all but one were counted',
      () => ({ type: 'certificate', certificate: certificate(N, 'skip', 2, '', [1, 2, 3]) }),
      2,
    ],
  ])('is not %s', (_, message, count) => {
    harness.certify(certificate(N, 'skip', 1)).hearVotes('skip', 2, '', [3])
    harness.hearVotes('notarize', 2, 'aa'.repeat(32), [2]).hearVotes('notarize', 2, 'bb'.repeat(32), [2])
    verified = 0
    harness.hear(message())
    expect(verified).toBe(count)
    expect(blames()).toEqual([])
  })

  it('is not a third proposal of a leader that was reported for two', () => {
    const twice = [proposal(N, 1), proposal(N, 1, { header: { era: 0 } })]
    for (const each of twice) harness.propose(each)
    expect(harness.all('evidence')).toHaveLength(1)
    verified = 0
    harness.propose(proposal(N, 1, { header: { position: 1 }, signature: NO_SIGNATURE }))
    expect(verified).toBe(0)
  })
})

describe('a peer is blamed', () => {
  it.each<[string, Message, string]>([
    [
      'a vote',
      { type: 'vote', vote: { ...vote(1, 'skip', 1), signature: NO_SIGNATURE } },
      'a vote that is not signed',
    ],
    [
      'a certificate',
      { type: 'certificate', certificate: forged('skip', 1) },
      'a certificate that is not signed',
    ],
    [
      'a proposal with a body that its leader did not give it',
      { type: 'proposal', proposal: { ...proposal(N, 1), body: new Uint8Array(1) } },
      'a block with another body',
    ],
  ])('for %s that does not verify', (_, message, why) => {
    harness.hear(message)
    expect(harness.all('blame')).toEqual([{ type: 'blame', peer: 'p', why }])
  })
})

describe('a proposal that is sent again', () => {
  it('carries only certificates that were verified here, though its sender forged others', () => {
    harness.certify(certificate(N, 'skip', 1)).certify(certificate(N, 'skip', 2))
    const genuine = proposal(N, 3, { skips: [certificate(N, 'skip', 1), certificate(N, 'skip', 2)] })
    const sent: Proposal = { ...genuine, skips: [forged('skip', 1), forged('skip', 2)] }
    harness.at(3 * ERA_MS).propose(sent)
    harness.forget()
    harness.feed({ type: 'connected', peer: 'q' })
    expect(harness.proposals).toEqual([genuine])
  })
})
