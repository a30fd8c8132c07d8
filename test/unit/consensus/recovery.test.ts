import { describe, expect, it } from 'vitest'
import { recoveryMessage } from '../../../src/consensus/signed-bytes.ts'
import type { Message, RecoveryAnswer, Signed } from '../../../src/consensus/types.ts'
import {
  BASE_MS,
  certificate,
  ERA_MS,
  Hands,
  NONCE,
  proposal,
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

const isRecovering = ({ replica }: Hands) => replica.recovery !== undefined

/** The votes of a signer file. */
const signed = (...votes: Signed['votes']): Signed => ({ closedView: 0, proposedView: -1, votes })

describe('a database that is lost or old', () => {
  const first = proposal(4, 1)

  it('binds to what the signer file knows: the votes are made again, the same', () => {
    const hands = new Hands(4, 2)
    const own = vote(2, 'notarize', 1, first.hash)
    hands.restart(signed({ kind: 'notarize', view: 1, hash: first.hash }))
    hands.feed({ type: 'connected', peer: 'p' })
    expect(hands.sent).toEqual([{ type: 'vote', vote: own }])
    hands.forget()
    hands.at(ERA_MS).propose(proposal(4, 1, { header: { position: 5 } }))
    hands.at(ERA_MS + BASE_MS)
    expect(hands.votes).toEqual(['skip 1'])
    expect(hands.stored.votes.map(({ kind }) => kind)).toEqual(['skip'])
  })

  it('does not finalize what was skipped, nor skip what was finalized', () => {
    const skipped = new Hands(4, 2)
    skipped.restart(signed({ kind: 'skip', view: 1, hash: '' }))
    skipped
      .at(ERA_MS)
      .propose(first)
      .certify(certificate(4, 'notarize', 1, first.hash))
    expect(skipped.stored.votes).toEqual([])
    const finalized = new Hands(4, 2)
    finalized.restart(signed({ kind: 'finalize', view: 1, hash: first.hash }))
    finalized.at(ERA_MS + BASE_MS)
    expect(finalized.stored.votes).toEqual([])
  })

  it('signs nothing at or below what was committed, and proposes nothing twice', () => {
    const hands = new Hands(4, 1)
    hands.restart({ closedView: 3, proposedView: -1, votes: [] })
    for (let view = 1; view <= 3; view++) hands.at(hands.now + 100_000).certify(certificate(4, 'skip', view))
    expect(hands.votes).toEqual([])
    const leader = new Hands(4, 1)
    leader.restart(signed({ kind: 'notarize', view: 1, hash: first.hash }))
    leader.at(ERA_MS)
    expect(leader.all('build')).toEqual([])
  })
})

describe('a validator without its signer file', () => {
  it('asks whoever is connected, and everyone at a standstill', () => {
    const hands = new Hands(4, 1)
    hands.restart(undefined, NONCE)
    hands.feed({ type: 'connected', peer: 'p' })
    const ask: Message = { type: 'recover', validator: 1, nonce: NONCE }
    expect(hands.all('send')).toEqual([{ type: 'send', to: { peer: 'p' }, message: ask }])
    hands.at(100_000)
    expect(hands.all('send')).toContainEqual({ type: 'send', to: 'all', message: ask })
  })

  it('signs nothing until 2f + 1 others have answered, then only above where it may have been', () => {
    const hands = new Hands(4, 1)
    hands.restart(undefined, NONCE)
    hands.at(100_000).hear(answer(0, 6), answer(2, 3))
    expect(isRecovering(hands)).toBe(true)
    expect(hands.all('persist')).toEqual([])
    expect(hands.all('build')).toEqual([])
    hands.hear(answer(3, 6))
    expect(isRecovering(hands)).toBe(false)
    for (let view = 1; view <= 7; view++) hands.certify(certificate(4, 'skip', view)).at(hands.now + 200_000)
    expect(hands.votes).toEqual(['skip 8'])
    expect(hands.all('persist')[0]?.writes).toEqual([{ type: 'close', closedView: 7, proposedView: 7 }])
  })

  it('counts no answer that is stale, forged, its own, given twice or shows no certificate', () => {
    const hands = new Hands(4, 1)
    hands.restart(undefined, NONCE)
    const forged = answer(3, 2)
    if (forged.type === 'recovery') forged.answer.signature = cheapSignature(3, new Uint8Array(1))
    hands.hear(
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
    expect(isRecovering(hands)).toBe(true)
    hands.hear(answer(3, 2))
    expect(isRecovering(hands)).toBe(false)
  })
})

describe('where every vote is needed for a quorum', () => {
  const first = proposal(3, 1)

  it('the votes that others have seen bind again, and others may be cast', () => {
    const hands = new Hands(3, 1)
    hands.restart(undefined, NONCE)
    const own = vote(1, 'notarize', 1, first.hash)
    hands.at(ERA_MS).propose(first)
    hands.hear(answer(0, 1, { votes: [own] }))
    expect(isRecovering(hands)).toBe(true)
    hands.hear(answer(2, 1, { votes: [own, vote(0, 'skip', 1)] }))
    expect(isRecovering(hands)).toBe(false)
    expect(hands.stored.votes).toEqual([own])
    // In one write with the end of recovery: a crash between would leave a file that knows half of them.
    expect(hands.all('persist')[0]?.writes).toEqual([
      { type: 'close', closedView: 0, proposedView: 2 },
      { type: 'vote', vote: own },
    ])
    hands.at(ERA_MS + BASE_MS)
    expect(hands.votes).toEqual(['notarize 1', 'skip 1'])
  })

  it('a finalize vote that was seen forbids to skip, and shows the notarize vote before it', () => {
    const hands = new Hands(3, 1)
    hands.restart(undefined, NONCE)
    const own = [vote(1, 'notarize', 1, first.hash), vote(1, 'finalize', 1, first.hash)]
    hands.hear(answer(0, 1, { votes: own.slice(1) }), answer(2, 1))
    hands.at(ERA_MS + 10 * BASE_MS)
    expect(new Set(hands.votes)).toEqual(new Set(['notarize 1', 'finalize 1']))
  })

  it('nothing is proposed where something may have been', () => {
    const hands = new Hands(3, 1)
    hands.restart(undefined, NONCE)
    hands.hear(answer(0, 1), answer(2, 1)).at(ERA_MS)
    expect(hands.all('build')).toEqual([])
    hands.at(ERA_MS + BASE_MS)
    expect(hands.votes).toEqual(['skip 1'])
  })
})

describe('who is asked', () => {
  it('tells its view, what shows it, and the votes of the asking one, loose and in certificates', () => {
    const hands = new Hands(4, 0).at(ERA_MS)
    hands.hear({ type: 'certificate', certificate: certificate(4, 'skip', 1, '', [1, 2, 3]) })
    hands.hearVotes('skip', 2, '', [1])
    hands.forget()
    hands.hear({ type: 'recover', validator: 1, nonce: NONCE })
    const signature = cheapSignature(0, recoveryMessage(1n, NONCE, 2))
    const shown = certificate(4, 'skip', 1, '', [1, 2, 3])
    const votes = [vote(1, 'skip', 1), vote(1, 'skip', 2)]
    expect(hands.sent).toEqual([
      {
        type: 'recovery',
        answer: { validator: 0, nonce: NONCE, view: 2, certificate: shown, final: null, votes, signature },
      },
    ])
  })

  it('says nothing while it is recovering, to itself, or as an observer', () => {
    const asked: Message = { type: 'recover', validator: 1, nonce: NONCE }
    const recovering = new Hands(4, 0)
    recovering.restart(undefined, NONCE)
    const itself = new Hands(4, 1)
    const observer = new Hands(4, undefined)
    for (const hands of [recovering, itself, observer]) {
      hands.forget()
      expect(hands.hear(asked).sent).toEqual([])
    }
  })
})
