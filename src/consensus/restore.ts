import { countVote, holdProposal, type Replica, storeCertificate } from './replica.ts'
import { voteMessage } from './signed-bytes.ts'
import type { Signed, StoredConsensus, Vote } from './types.ts'

const NOTHING: Signed = { closedView: -1, proposedView: -1, votes: [] }

/**
 * Restores what was durable when the process ended; call it before the first step. Own votes bind again (no vote that contradicts them is cast)
 * and count towards certificates again.
 * @param stored from the database
 * @param signed from `signer.json`, which is kept apart from the database: votes that a lost or old database does not know bind all the same.
 *   PROTOCOL.md, "Recovery"
 * @param nonce for a validator that lost `signer.json`: 32 random bytes in hex, never used before, sent with its requests. It signs nothing
 *   until enough others have answered
 * @param trusted validators whose answers are enough, named by the operator: at least `trustNeeded`
 */
export function restore(
  replica: Replica,
  stored: StoredConsensus,
  {
    signed = NOTHING,
    nonce,
    trusted,
  }: { signed?: Signed; nonce?: string | undefined; trusted?: readonly number[] | undefined } = {},
): void {
  const { config, own, committed } = replica
  for (const proposal of stored.proposals) holdProposal(replica, proposal)
  for (const certificate of stored.certificates) storeCertificate(replica, certificate)
  const missing = missingVotes(stored, signed, committed.view).map((subject): Vote => {
    const signature = config.sign(voteMessage(config.chainId, subject))
    return { ...subject, validator: config.self ?? 0, signature }
  })
  for (const vote of [...stored.votes, ...missing].filter(({ view }) => view > committed.view)) {
    const votes = own.get(vote.view) ?? {}
    own.set(vote.view, votes)
    votes[vote.kind] = { vote, durable: true }
    countVote(replica, vote)
  }
  replica.closedView = nonce === undefined ? signed.closedView : Infinity
  replica.proposedView = signed.proposedView
  if (nonce !== undefined) replica.recovery = { nonce, answers: new Map(), trusted }
}

/** Signed votes above the committed view that the database lacks: there are some only if it was lost or restored from an older copy. */
export function missingVotes(
  { votes }: StoredConsensus,
  signed: Signed,
  committedView: number,
): Signed['votes'] {
  return signed.votes.filter(({ kind, view }) => {
    const isStored = votes.some((vote) => vote.view === view && vote.kind === kind)
    return view > committedView && !isStored
  })
}
