import { equalBytes } from '../codec/bytes.ts'
import { isSignedVote, receiveCertificate } from './certify.ts'
import { isFarAhead } from './era.ts'
import { accuseLeader, accuseVoter } from './evidence.ts'
import { leaderOf } from './quorum.ts'
import { answerRecovery, receiveRecovery } from './recovery.ts'
import { countVote, holdProposal, type Replica } from './replica.ts'
import { answer } from './retransmit.ts'
import { proposalMessage } from './signed-bytes.ts'
import type { Effect, Message, Proposal, Vote } from './types.ts'

/** Views ahead of the own that votes are kept for, and proposals: those are large. What is missed is fetched once it is notarized. */
const VOTES_AHEAD = 1_000
const PROPOSALS_AHEAD = 8

/** Takes in what a peer says, once its signatures are verified; everything else is dropped. */
export function receive(
  replica: Replica,
  { peer, message }: { peer: string; message: Message },
  nowMs: number,
  effects: Effect[],
): void {
  switch (message.type) {
    case 'vote':
      receiveVote(replica, message.vote, effects)
      break
    case 'certificate':
      receiveCertificate(replica, message.certificate, effects)
      break
    case 'proposal':
      receiveProposal(replica, message.proposal, nowMs, effects)
      break
    case 'ask':
      answer(replica, peer, message, effects)
      break
    case 'recover':
      answerRecovery(replica, peer, message, effects)
      break
    case 'recovery':
      receiveRecovery(replica, message.answer, effects)
  }
}

/** Takes in a block that was asked for because its hash is certified: whatever its view or era. If it was altered it is asked for again. */
export function receiveFetched(replica: Replica, proposal: Proposal, effects: Effect[]): void {
  if (!takeFetched(replica, proposal, effects)) replica.fetching.delete(proposal.hash)
}

function takeFetched(replica: Replica, proposal: Proposal, effects: Effect[]): boolean {
  if (!replica.fetching.has(proposal.hash) || !hasItsBody(replica, proposal)) return false
  // What is final needs no leader's signature, and is stored without: the quorum's certificate says more.
  if (proposal.header.view > replica.final.view && !isByLeader(replica, proposal)) return false
  receiveShown(replica, proposal, effects)
  holdProposal(replica, proposal)
  return true
}

function receiveVote(replica: Replica, vote: Vote, effects: Effect[]): void {
  const isNear = vote.view > replica.final.view && vote.view <= replica.view + VOTES_AHEAD
  if (!isNear || !isSignedVote(replica, vote)) return
  accuseVoter(replica, vote, effects)
  countVote(replica, vote)
}

function receiveProposal(replica: Replica, proposal: Proposal, nowMs: number, effects: Effect[]): void {
  const { header, hash } = proposal
  takeFetched(replica, proposal, effects)
  if (header.view <= replica.final.view || isFarAhead(replica.config, header.era, nowMs)) return
  receiveShown(replica, proposal, effects)
  if (header.view > replica.view + PROPOSALS_AHEAD || replica.blocks.has(hash)) return
  if (!isByLeader(replica, proposal) || !hasItsBody(replica, proposal)) return
  // A leader's second proposal for a view is no reason to vote; if it is notarized, it is fetched.
  if (replica.proposals.has(header.view)) accuseLeader(replica, proposal, effects)
  else holdProposal(replica, proposal)
}

/** The certificates that travel with a proposal. */
function receiveShown(replica: Replica, { parent, skips }: Proposal, effects: Effect[]): void {
  for (const certificate of parent ? [parent, ...skips] : skips)
    receiveCertificate(replica, certificate, effects)
}

/** Signed by the leader of its view. */
function isByLeader({ config }: Replica, { header, hash, signature }: Proposal): boolean {
  const leader = leaderOf(header.view, config.validators)
  return header.proposer === leader && config.verify(leader, proposalMessage(hash), signature)
}

/** Whoever passed a block on may have altered what the hash does not cover directly. */
function hasItsBody({ config }: Replica, { header, body }: Proposal): boolean {
  return equalBytes(config.hashBody(body), header.bodyHash)
}
