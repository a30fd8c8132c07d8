import { equalBytes } from '../codec/bytes.ts'
import { eraAt } from '../ledger/era.ts'
import { heldCertificate, isSignedVote, receiveCertificate } from './certify.ts'
import { accuseLeader, accuseVoter, isAccusedLeader } from './evidence.ts'
import { leaderOf } from './quorum.ts'
import { answerRecovery, receiveRecovery } from './recovery.ts'
import { countVote, holdProposal, mayCount, type Replica } from './replica.ts'
import { answer } from './retransmit.ts'
import { proposalMessage } from './signed-bytes.ts'
import type { Certificate, Effect, Message, Proposal, Vote } from './types.ts'

/**
 * Votes and proposals are kept up to so many views above the current one; fewer for proposals, because they are large. A block dropped here
 * is fetched once it is notarized.
 */
const VOTES_AHEAD = 1_000
const PROPOSALS_AHEAD = 8
/** A proposal this many eras ahead is dropped: the clock of its leader, or of this node, is wrong. */
const FAR_ERAS = 2

/**
 * Takes in a peer's message, the cheapest check first: what is not needed is dropped before a signature is verified, the leader's signature is
 * verified before the certificates that travel with a proposal, and these before the body. Signatures are verified before anything is stored.
 * The peer is blamed for what no honest peer sends. PROTOCOL.md, "Consensus messages".
 */
export function receive(
  replica: Replica,
  { peer, message }: { peer: string; message: Message },
  nowMs: number,
  effects: Effect[],
): void {
  const why = faultOf(replica, { peer, message }, nowMs, effects)
  if (why !== undefined) effects.push({ type: 'blame', peer, why })
}

function faultOf(
  replica: Replica,
  { peer, message }: { peer: string; message: Message },
  nowMs: number,
  effects: Effect[],
): string | undefined {
  switch (message.type) {
    case 'vote':
      return receiveVote(replica, message.vote, effects)
    case 'certificate':
      return receiveCertificate(replica, message.certificate, effects) ? undefined : UNSIGNED_CERTIFICATE
    case 'proposal':
      return receiveProposal(replica, message.proposal, nowMs, effects)
    case 'ask':
      answer(replica, peer, message, effects)
      return undefined
    case 'recover':
      answerRecovery(replica, peer, message, effects)
      return undefined
    case 'recovery':
      return receiveRecovery(replica, message.answer, effects)
  }
}

const UNSIGNED_CERTIFICATE = 'a certificate that is not signed'
const OTHER_BODY = 'a block with another body'

/**
 * Takes in a block that was fetched because its hash is certified, whatever its view or era. It needs no leader's signature: final blocks are
 * stored without, and a quorum's certificate names the hash, which is stronger. If it has another body, it is fetched again.
 */
export function receiveFetched(
  replica: Replica,
  { peer, proposal }: { peer?: string | undefined; proposal: Proposal },
  effects: Effect[],
): void {
  if (!replica.fetching.has(proposal.hash)) return
  const why = takeFetched(replica, proposal, effects)
  if (why === OTHER_BODY) replica.fetching.delete(proposal.hash)
  if (why !== undefined && peer !== undefined) effects.push({ type: 'blame', peer, why })
}

function takeFetched(replica: Replica, proposal: Proposal, effects: Effect[]): string | undefined {
  if (!hasItsBody(replica, proposal)) return OTHER_BODY
  const isSigned = proposal.header.view > replica.final.view && isByLeader(replica, proposal)
  const areSigned = receiveCertificates(replica, proposal, effects)
  holdProposal(replica, withHeldCertificates(replica, proposal), isSigned)
  return areSigned ? undefined : UNSIGNED_CERTIFICATE
}

function receiveVote(replica: Replica, vote: Vote, effects: Effect[]): string | undefined {
  const isNear = vote.view > replica.final.view && vote.view <= replica.view + VOTES_AHEAD
  if (!isNear || !mayCount(replica, vote)) return undefined
  if (!isSignedVote(replica, vote)) return 'a vote that is not signed'
  accuseVoter(replica, vote, effects)
  countVote(replica, vote)
  return undefined
}

function receiveProposal(
  replica: Replica,
  proposal: Proposal,
  nowMs: number,
  effects: Effect[],
): string | undefined {
  const { header, hash } = proposal
  if (replica.fetching.has(hash)) return takeFetched(replica, proposal, effects)
  if (header.view <= replica.final.view || isFarAhead(replica, header.era, nowMs)) return undefined
  const isHeld = replica.blocks.get(hash)?.isSigned === true
  if (!isHeld && isAccusedLeader(replica, header.view)) return undefined
  if (!isHeld && !isByLeader(replica, proposal)) return 'a proposal that its leader did not sign'
  if (!receiveCertificates(replica, proposal, effects)) return UNSIGNED_CERTIFICATE
  if (isHeld || header.view > replica.view + PROPOSALS_AHEAD) return undefined
  // Votes are cast for a leader's first proposal of a view only. A second one is fetched if it is notarized.
  if (replica.proposals.has(header.view)) accuseLeader(replica, proposal, effects)
  else if (hasItsBody(replica, proposal)) holdProposal(replica, withHeldCertificates(replica, proposal))
  else return OTHER_BODY
  return undefined
}

/** True for an era that a leader with a correct clock would not propose yet. */
function isFarAhead({ config }: Replica, era: number, nowMs: number): boolean {
  return era >= eraAt(config, nowMs) + FAR_ERAS
}

/** Takes in the certificates that travel with a proposal, up to the first that does not verify. @returns false if there is one */
function receiveCertificates(replica: Replica, { parent, skips }: Proposal, effects: Effect[]): boolean {
  const certificates = parent ? [parent, ...skips] : skips
  return certificates.every((certificate) => receiveCertificate(replica, certificate, effects))
}

/**
 * The proposal with those of its certificates that are held here. Others may be forged: one of a view that is final, or that has a certificate
 * already, is not verified, and whoever were sent it from here would take this node for a faulty one.
 */
function withHeldCertificates(replica: Replica, proposal: Proposal): Proposal {
  const held = (certificate: Certificate | null) => certificate && heldCertificate(replica, certificate)
  return {
    ...proposal,
    parent: held(proposal.parent),
    skips: proposal.skips.map(held).filter((certificate) => certificate !== null),
  }
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
