import { isFarAhead } from './era.ts'
import { accuseLeader, accuseVoter } from './evidence.ts'
import { leaderOf } from './quorum.ts'
import { answer } from './repeat.ts'
import { countVote, holdProposal, type Replica, storeCertificate } from './replica.ts'
import { proposalMessage, voteMessage } from './signed-bytes.ts'
import type { Certificate, Effect, Message, Proposal, Vote } from './types.ts'

/** Views ahead of the own that votes are kept for, and proposals: those are large. What is missed is fetched once it is notarised. */
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
  }
}

/** Takes in a block that was asked for because its hash is certified: whatever its view or era. */
export function receiveFetched(replica: Replica, proposal: Proposal, effects: Effect[]): void {
  if (!replica.fetching.has(proposal.hash) || !isByLeader(replica, proposal)) return
  receiveShown(replica, proposal, effects)
  holdProposal(replica, proposal)
}

function receiveVote(replica: Replica, vote: Vote, effects: Effect[]): void {
  const isNear = vote.view > replica.final.view && vote.view <= replica.view + VOTES_AHEAD
  if (!isNear || !isSigned(replica, vote)) return
  accuseVoter(replica, vote, effects)
  countVote(replica, vote)
}

function receiveProposal(replica: Replica, proposal: Proposal, nowMs: number, effects: Effect[]): void {
  const { header, hash } = proposal
  if (replica.fetching.has(hash)) receiveFetched(replica, proposal, effects)
  if (header.view <= replica.final.view || isFarAhead(replica.config, header.era, nowMs)) return
  receiveShown(replica, proposal, effects)
  if (header.view > replica.view + PROPOSALS_AHEAD || replica.blocks.has(hash)) return
  if (!isByLeader(replica, proposal)) return
  // A leader's second proposal for a view is no reason to vote; if it is notarised, it is fetched.
  if (replica.proposals.has(header.view)) accuseLeader(replica, proposal, effects)
  else holdProposal(replica, proposal)
}

/** The certificates that travel with a proposal. */
function receiveShown(replica: Replica, { parent, skips }: Proposal, effects: Effect[]): void {
  for (const certificate of parent ? [parent, ...skips] : skips)
    receiveCertificate(replica, certificate, effects)
}

/** However far ahead: only a quorum can make one, so they cannot fill the memory. */
function receiveCertificate(replica: Replica, certificate: Certificate, effects: Effect[]): void {
  const { kind, view, hash, signatures } = certificate
  if (view <= replica.final.view || replica.certificates.get(view)?.[kind]) return
  const voters = new Set(signatures.map(({ validator }) => validator))
  if (voters.size !== replica.quorum || signatures.length !== replica.quorum) return
  const votes = signatures.map((signed) => ({ kind, view, hash, ...signed }))
  if (!votes.every((vote) => isSigned(replica, vote))) return
  for (const vote of votes) accuseVoter(replica, vote, effects)
  storeCertificate(replica, certificate)
}

function isSigned({ config }: Replica, vote: Vote): boolean {
  if (vote.validator >= config.validators) return false
  return config.verify(vote.validator, voteMessage(config.chainId, vote), vote.signature)
}

function isByLeader({ config }: Replica, { header, hash, signature }: Proposal): boolean {
  const leader = leaderOf(header.view, config.validators)
  return header.proposer === leader && config.verify(leader, proposalMessage(hash), signature)
}
