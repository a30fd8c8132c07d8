import { equalBytes } from '../codec/bytes.ts'
import { accuseVoter } from './evidence.ts'
import { quorum } from './quorum.ts'
import { type Replica, storeCertificate } from './replica.ts'
import { voteMessage } from './signed-bytes.ts'
import type { Certificate, Effect, ReplicaConfig, Vote } from './types.ts'

/**
 * Longest run of final blocks of which none was stored with its own certificate; they have that of the next block, at most so many heights above.
 * Nobody believes a longer run. PROTOCOL.md, "Catching up".
 */
export const MAX_UNCERTIFIED = 256

/** The part of the configuration that checks validators' signatures. */
export type VerifyConfig = Pick<ReplicaConfig, 'chainId' | 'validators' | 'verify'>

/**
 * Stores a certificate whose signatures verify, of any view above the last final one. There is no upper bound on its view: only a quorum can
 * make a certificate, so a faulty minority cannot fill memory with them. The votes within are checked for equivocation. A certificate that is not
 * needed, and a vote that was counted before, are not verified.
 * @returns false if it does not verify: an honest peer does not send such a certificate
 */
export function receiveCertificate(replica: Replica, certificate: Certificate, effects: Effect[]): boolean {
  const { kind, view } = certificate
  if (view <= replica.final.view || replica.certificates.get(view)?.[kind]) return true
  if (!isCertified(replica.config, certificate, (vote) => isCounted(replica, vote))) return false
  for (const vote of votesOf(certificate)) accuseVoter(replica, vote, effects)
  storeCertificate(replica, certificate)
  return true
}

/** The same certificate as it is held here, verified; null if it is not. */
export function heldCertificate(
  { certificates, final }: Replica,
  { kind, view, hash }: Certificate,
): Certificate | null {
  const held = view === final.view ? final.certificate : certificates.get(view)?.[kind]
  return held?.hash === hash ? held : null
}

/** True if exactly this vote, signature included, was verified and counted. */
function isCounted({ tallies }: Replica, { kind, view, hash, validator, signature }: Vote): boolean {
  const tally = tallies.get(view)?.find((candidate) => candidate.kind === kind && candidate.hash === hash)
  const counted = tally?.signatures.get(validator)
  return counted !== undefined && equalBytes(counted, signature)
}

/**
 * True if a certificate holds exactly a quorum of signed votes by different validators. Votes that are `known` are not verified again.
 * PROTOCOL.md, "Certificates".
 */
export function isCertified(
  config: VerifyConfig,
  certificate: Certificate,
  known: (vote: Vote) => boolean = () => false,
): boolean {
  const votes = votesOf(certificate)
  const voters = new Set(votes.map(({ validator }) => validator))
  const isQuorum = voters.size === votes.length && votes.length === quorum(config.validators)
  return isQuorum && votes.every((vote) => known(vote) || isSignedVote({ config }, vote))
}

function votesOf({ kind, view, hash, signatures }: Certificate): Vote[] {
  return signatures.map((signed) => ({ kind, view, hash, ...signed }))
}

/** True if the validator that a vote names exists on this chain and signed it. */
export function isSignedVote({ config }: { config: VerifyConfig }, vote: Vote): boolean {
  if (vote.validator >= config.validators) return false
  return config.verify(vote.validator, voteMessage(config.chainId, vote), vote.signature)
}
