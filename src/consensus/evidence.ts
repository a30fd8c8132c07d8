import { bytesToHex } from '../codec/bytes.ts'
import { blockHash } from '../ledger/header.ts'
import { leaderOf } from './quorum.ts'
import type { Replica } from './replica.ts'
import { proposalMessage, voteMessage } from './signed-bytes.ts'
import type { Effect, Evidence, Proposal, ReplicaConfig, SignedHeader, Vote } from './types.ts'

/** True if two votes are an equivocation: one validator, one view, and either one kind for different blocks, or skip and finalize. */
export function equivocate(a: Vote, b: Vote): boolean {
  if (a.view !== b.view || a.validator !== b.validator) return false
  return a.kind === b.kind ? a.hash !== b.hash : a.kind !== 'notarize' && b.kind !== 'notarize'
}

/**
 * Checks evidence with nothing but the validators' keys: both messages must be signed and contradict each other. PROTOCOL.md, "Equivocation".
 * @returns the index of the validator at fault, or undefined if the evidence proves nothing
 */
export function checkEvidence(
  { chainId, validators, verify }: Pick<ReplicaConfig, 'chainId' | 'validators' | 'verify'>,
  evidence: Evidence,
): number | undefined {
  if (evidence.type === 'votes') {
    const { first, second } = evidence
    const isSigned = (vote: Vote) => verify(vote.validator, voteMessage(chainId, vote), vote.signature)
    const proves = equivocate(first, second) && isSigned(first) && isSigned(second)
    return proves ? first.validator : undefined
  }
  const { first, second } = evidence
  const leader = leaderOf(first.header.view, validators)
  const isSigned = ({ header, hash, signature }: SignedHeader) =>
    header.chainId === chainId &&
    header.proposer === leader &&
    bytesToHex(blockHash(header)) === hash &&
    verify(leader, proposalMessage(hash), signature)
  const differ = first.header.view === second.header.view && first.hash !== second.hash
  return differ && isSigned(first) && isSigned(second) ? leader : undefined
}

/** Reports a verified vote that contradicts one counted before: at most one report of votes per validator and view. */
export function accuseVoter(replica: Replica, vote: Vote, effects: Effect[]): void {
  const { view, validator } = vote
  for (const { kind, hash, signatures } of replica.tallies.get(view) ?? []) {
    const signature = signatures.get(validator)
    if (signature === undefined) continue
    const first = { kind, view, hash, validator, signature }
    if (equivocate(first, vote)) accuse(replica, { type: 'votes', first, second: vote }, effects)
  }
}

/** Reports a leader's second proposal of a view; its signature must have been verified. */
export function accuseLeader(replica: Replica, proposal: Proposal, effects: Effect[]): void {
  const first = replica.blocks.get(replica.proposals.get(proposal.header.view) ?? '')?.proposal
  if (first === undefined || first.hash === proposal.hash) return
  accuse(replica, { type: 'proposals', first: signedHeader(first), second: signedHeader(proposal) }, effects)
}

function signedHeader({ header, hash, signature }: Proposal): SignedHeader {
  return { header, hash, signature }
}

/** The validator that evidence accuses, and the view in which it equivocated. */
export function accusedBy(evidence: Evidence): { validator: number; view: number } {
  if (evidence.type === 'votes') return { validator: evidence.first.validator, view: evidence.first.view }
  const { proposer, view } = evidence.first.header
  return { validator: proposer, view }
}

/** True if the leader of this view was reported for two proposals: a third one proves no more. */
export function isAccusedLeader({ accused, config }: Replica, view: number): boolean {
  return accused.get(view)?.has(`proposals/${leaderOf(view, config.validators)}`) === true
}

function accuse({ accused }: Replica, evidence: Evidence, effects: Effect[]): void {
  const { validator, view } = accusedBy(evidence)
  const key = `${evidence.type}/${validator}`
  const known = accused.get(view) ?? new Set<string>()
  if (known.has(key)) return
  accused.set(view, known.add(key))
  effects.push({ type: 'evidence', evidence })
}
