import { equalBytes } from '../codec/bytes.ts'
import { eraAt } from '../ledger/era.ts'
import { isSignedVote, receiveCertificate } from './certify.ts'
import { accuseLeader, accuseVoter } from './evidence.ts'
import { leaderOf } from './quorum.ts'
import { answerRecovery, receiveRecovery } from './recovery.ts'
import { countVote, holdProposal, type Replica } from './replica.ts'
import { answer } from './retransmit.ts'
import { proposalMessage } from './signed-bytes.ts'
import type { Effect, Message, Proposal, Vote } from './types.ts'

/**
 * Votes and proposals are kept up to so many views above the current one; fewer for proposals, because they are large. A block dropped here
 * is fetched once it is notarized.
 */
const VOTES_AHEAD = 1_000
const PROPOSALS_AHEAD = 8
/** A proposal this many eras ahead is dropped: the clock of its leader, or of this node, is wrong. */
const FAR_ERAS = 2

/** Takes in a peer's message. Signatures are verified before anything is stored; what does not verify is dropped. */
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

/** Takes in a block that was fetched because its hash is certified, whatever its view or era. If it does not verify, it is fetched again. */
export function receiveFetched(replica: Replica, proposal: Proposal, effects: Effect[]): void {
  if (!takeFetched(replica, proposal, effects)) replica.fetching.delete(proposal.hash)
}

function takeFetched(replica: Replica, proposal: Proposal, effects: Effect[]): boolean {
  if (!replica.fetching.has(proposal.hash) || !hasItsBody(replica, proposal)) return false
  // Final blocks are stored without the leader's signature, so they come without: a quorum's certificate names the hash, which is stronger.
  if (proposal.header.view > replica.final.view && !isByLeader(replica, proposal)) return false
  receiveCertificates(replica, proposal, effects)
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
  if (header.view <= replica.final.view || isFarAhead(replica, header.era, nowMs)) return
  receiveCertificates(replica, proposal, effects)
  if (header.view > replica.view + PROPOSALS_AHEAD || replica.blocks.has(hash)) return
  if (!isByLeader(replica, proposal) || !hasItsBody(replica, proposal)) return
  // Votes are cast for a leader's first proposal of a view only. A second one is fetched if it is notarized.
  if (replica.proposals.has(header.view)) accuseLeader(replica, proposal, effects)
  else holdProposal(replica, proposal)
}

/** True for an era that a leader with a correct clock would not propose yet. */
function isFarAhead({ config }: Replica, era: number, nowMs: number): boolean {
  return era >= eraAt(config, nowMs) + FAR_ERAS
}

/** Takes in the certificates that travel with a proposal. */
function receiveCertificates(replica: Replica, { parent, skips }: Proposal, effects: Effect[]): void {
  for (const certificate of parent ? [parent, ...skips] : skips)
    receiveCertificate(replica, certificate, effects)
}

/** True if the leader of its view signed it. */
function isByLeader({ config }: Replica, { header, hash, signature }: Proposal): boolean {
  const leader = leaderOf(header.view, config.validators)
  return header.proposer === leader && config.verify(leader, proposalMessage(hash), signature)
}

/** True if the body is the one that the header commits to: whoever forwarded the block may have altered it. */
function hasItsBody({ config }: Replica, { header, body }: Proposal): boolean {
  return equalBytes(config.hashBody(body), header.bodyHash)
}
