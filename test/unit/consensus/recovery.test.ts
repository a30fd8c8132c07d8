import { describe, expect, it } from 'vitest'
import { trustNeeded } from '../../../src/consensus/recovery.ts'
import { recoveryMessage } from '../../../src/consensus/signed-bytes.ts'
import type { Message, RecoveryAnswer, Signed } from '../../../src/consensus/types.ts'
import {
  BASE_MS,
  certificate,
  ERA_MS,
  NONCE,
  proposal,
  ReplicaHarness,
  vote,
} from '../../support/consensus/replicas.ts'
import { cheapSignature } from '../../support/simulation/cheap.ts'

/** What a validator answers that is in a view, as the certificate shows. */
function answer(validator: number, view: number, rest: Partial<RecoveryAnswer> = {}): Message {
  const signature = cheapSignature(validator, recoveryMessage(1n, rest.nonce ?? NONCE, view))
  const shown = rest.certificate === undefined && view > 1 ? certificate(4, 'skip', view - 1) : null
  const certified = { certificate: shown, final: null, votes: [], nonce: NONCE, ...rest }
  return { type: 'recovery', answer: { validator, view, signature, ...certified } }
}

const isRecovering = ({ replica }: ReplicaHarness) => replica.recovery !== undefined

/** The votes of a signer file. */
const signed = (...votes: Signed['votes']): Signed => ({ closedView: 0, proposedView: -1, votes })

describe('a database that is lost or old', () => {
  const first = proposal(4, 1)

  it('keeps to the votes in the signer file, and sends them again unchanged', () => {
    const harness = new ReplicaHarness(4, 2)
    const own = vote(2, 'notarize', 1, first.hash)
    harness.restart(signed({ kind: 'notarize', view: 1, hash: first.hash }))
    harness.feed({ type: 'connected', peer: 'p' })
    expect(harness.sent).toEqual([{ type: 'vote', vote: own }])
    harness.forget()
    harness.at(ERA_MS).propose(proposal(4, 1, { header: { position: 5 } }))
    harness.at(ERA_MS + BASE_MS)
    expect(harness.votes).toEqual(['skip 1'])
    expect(harness.stored.votes.map(({ kind }) => kind)).toEqual(['skip'])
  })

  it('does not finalize what was skipped, nor skip what was finalized', () => {
    const skipped = new ReplicaHarness(4, 2)
    skipped.restart(signed({ kind: 'skip', view: 1, hash: '' }))
    skipped
      .at(ERA_MS)
      .propose(first)
      .certify(certificate(4, 'notarize', 1, first.hash))
    expect(skipped.stored.votes).toEqual([])
    const finalized = new ReplicaHarness(4, 2)
    finalized.restart(signed({ kind: 'finalize', view: 1, hash: first.hash }))
    finalized.at(ERA_MS + BASE_MS)
    expect(finalized.stored.votes).toEqual([])
  })

  it('signs nothing at or below what was committed, and proposes nothing twice', () => {
    const harness = new ReplicaHarness(4, 1)
    harness.restart({ closedView: 3, proposedView: -1, votes: [] })
    for (let view = 1; view <= 3; view++)
      harness.at(harness.now + 100_000).certify(certificate(4, 'skip', view))
    expect(harness.votes).toEqual([])
    const leader = new ReplicaHarness(4, 1)
    leader.restart(signed({ kind: 'notarize', view: 1, hash: first.hash }))
    leader.at(ERA_MS)
    expect(leader.all('build')).toEqual([])
  })
})

describe('a validator without its signer file', () => {
  it('asks each peer that connects, and all peers at a standstill', () => {
    const harness = new ReplicaHarness(4, 1)
    harness.restart(undefined, NONCE)
    harness.feed({ type: 'connected', peer: 'p' })
    const ask: Message = { type: 'recover', validator: 1, nonce: NONCE }
    expect(harness.all('send')).toEqual([{ type: 'send', to: { peer: 'p' }, message: ask }])
    harness.at(100_000)
    expect(harness.all('send')).toContainEqual({ type: 'send', to: 'all', message: ask })
  })

  it('signs nothing until 2f + 1 others have answered, then only above the views it may have voted in', () => {
    const harness = new ReplicaHarness(4, 1)
    harness.restart(undefined, NONCE)
    harness.at(100_000).hear(answer(0, 6), answer(2, 3))
    expect(isRecovering(harness)).toBe(true)
    expect(harness.all('persist')).toEqual([])
    expect(harness.all('build')).toEqual([])
    harness.hear(answer(3, 6))
    expect(isRecovering(harness)).toBe(false)
    for (let view = 1; view <= 7; view++)
      harness.certify(certificate(4, 'skip', view)).at(harness.now + 200_000)
    expect(harness.votes).toEqual(['skip 8'])
    expect(harness.all('persist')[0]?.writes).toEqual([{ type: 'close', closedView: 7, proposedView: 7 }])
  })

  it('ignores answers that are stale, forged, its own, repeated or without a certificate', () => {
    const harness = new ReplicaHarness(4, 1)
    harness.restart(undefined, NONCE)
    const forged = answer(3, 2)
    if (forged.type === 'recovery') forged.answer.signature = cheapSignature(3, new Uint8Array(1))
    harness.hear(
      answer(0, 2),
      answer(0, 2),
      answer(1, 2),
      answer(2, 2),
      forged,
      answer(3, 2, { nonce: 'ee'.repeat(32) }),
      answer(3, 1_000_000, { certificate: null }),
      answer(3, 1_000_000, { certificate: certificate(4, 'skip', 1) }),
      answer(3, 1_000_000, { certificate: certificate(4, 'skip', 999_999, '', [0, 1]) }),
    )
    expect(isRecovering(harness)).toBe(true)
    harness.hear(answer(3, 2))
    expect(isRecovering(harness)).toBe(false)
  })
})

describe('a validator without its signer file, whose operator trusts some others alone', () => {
  it('signs again with their answers, whatever others say', () => {
    const harness = new ReplicaHarness(4, 1)
    harness.restart(undefined, NONCE, [0, 2])
    harness.at(100_000).hear(answer(3, 9), answer(0, 6))
    expect(isRecovering(harness)).toBe(true)
    harness.hear(answer(2, 4))
    expect(isRecovering(harness)).toBe(false)
    expect(harness.replica.closedView).toBe(10)
  })

  it('needs so many of them that each quorum has one', () => {
    expect([2, 3, 4, 5, 6, 7].map(trustNeeded)).toEqual([1, 1, 2, 2, 2, 3])
  })
})

describe('recovery when every vote is needed for a quorum', () => {
  const first = proposal(3, 1)

  it('restores the votes that others have seen, and may cast others', () => {
    const harness = new ReplicaHarness(3, 1)
    harness.restart(undefined, NONCE)
    const own = vote(1, 'notarize', 1, first.hash)
    harness.at(ERA_MS).propose(first)
    harness.hear(answer(0, 1, { votes: [own] }))
    expect(isRecovering(harness)).toBe(true)
    harness.hear(answer(2, 1, { votes: [own, vote(0, 'skip', 1)] }))
    expect(isRecovering(harness)).toBe(false)
    expect(harness.stored.votes).toEqual([own])
    // In one write with the end of recovery: a crash between would leave a file that knows half of them.
    expect(harness.all('persist')[0]?.writes).toEqual([
      { type: 'close', closedView: 0, proposedView: 2 },
      { type: 'vote', vote: own },
    ])
    harness.at(ERA_MS + BASE_MS)
    expect(harness.votes).toEqual(['notarize 1', 'skip 1'])
  })

  it('does not skip a view with a restored finalize vote, which implies its notarize vote', () => {
    const harness = new ReplicaHarness(3, 1)
    harness.restart(undefined, NONCE)
    const own = [vote(1, 'notarize', 1, first.hash), vote(1, 'finalize', 1, first.hash)]
    harness.hear(answer(0, 1, { votes: own.slice(1) }), answer(2, 1))
    harness.at(ERA_MS + 10 * BASE_MS)
    expect(new Set(harness.votes)).toEqual(new Set(['notarize 1', 'finalize 1']))
  })

  it('proposes nothing in a view where it may have proposed', () => {
    const harness = new ReplicaHarness(3, 1)
    harness.restart(undefined, NONCE)
    harness.hear(answer(0, 1), answer(2, 1)).at(ERA_MS)
    expect(harness.all('build')).toEqual([])
    harness.at(ERA_MS + BASE_MS)
    expect(harness.votes).toEqual(['skip 1'])
  })
})

describe('a validator that is asked by a recovering one', () => {
  it('answers with its view, the certificate for it, and all votes of the asking validator', () => {
    const harness = new ReplicaHarness(4, 0).at(ERA_MS)
    harness.hear({ type: 'certificate', certificate: certificate(4, 'skip', 1, '', [1, 2, 3]) })
    harness.hearVotes('skip', 2, '', [1])
    harness.forget()
    harness.hear({ type: 'recover', validator: 1, nonce: NONCE })
    const signature = cheapSignature(0, recoveryMessage(1n, NONCE, 2))
    const shown = certificate(4, 'skip', 1, '', [1, 2, 3])
    const votes = [vote(1, 'skip', 1), vote(1, 'skip', 2)]
    expect(harness.sent).toEqual([
      {
        type: 'recovery',
        answer: { validator: 0, nonce: NONCE, view: 2, certificate: shown, final: null, votes, signature },
      },
    ])
  })

  it('answers after a restart with the highest view in which it voted, although it left a view before without a vote', () => {
    const harness = new ReplicaHarness(4, 2)
    for (const view of [1, 2, 3]) harness.certify(certificate(4, 'skip', view))
    harness.at(harness.now + 1_000_000)
    expect(harness.votes).toEqual(['skip 4'])
    harness.restart()
    expect(harness.replica.view).toBe(1)
    harness.feed({
      type: 'message',
      peer: 'p',
      message: { type: 'recover', validator: 1, nonce: NONCE },
    })
    const [told] = harness.sent.filter(({ type }) => type === 'recovery')
    expect(told).toMatchObject({ answer: { view: 4, certificate: { kind: 'skip', view: 3 } } })
    const asker = new ReplicaHarness(4, 1)
    asker.restart(undefined, NONCE)
    asker.at(100_000).hear(told!, answer(0, 1), answer(3, 1))
    expect(asker.replica.closedView).toBe(5)
  })

  it('does not answer while recovering, to itself, or as an observer', () => {
    const asked: Message = { type: 'recover', validator: 1, nonce: NONCE }
    const recovering = new ReplicaHarness(4, 0)
    recovering.restart(undefined, NONCE)
    const itself = new ReplicaHarness(4, 1)
    const observer = new ReplicaHarness(4, undefined)
    for (const harness of [recovering, itself, observer]) {
      harness.forget()
      expect(harness.hear(asked).sent).toEqual([])
    }
  })
})
