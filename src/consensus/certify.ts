import { accuseVoter } from './evidence.ts'
import { quorum } from './quorum.ts'
import { type Replica, storeCertificate } from './replica.ts'
import { voteMessage } from './signed-bytes.ts'
import type { Certificate, Effect, ReplicaConfig, Vote } from './types.ts'

/** The part of the configuration that checks validators' signatures. */
export type VerifyConfig = Pick<ReplicaConfig, 'chainId' | 'validators' | 'verify'>

/**
 * Stores a certificate whose signatures verify, of any view above the last final one. There is no upper bound on its view: only a quorum can
 * make a certificate, so a faulty minority cannot fill memory with them. The votes within are checked for equivocation.
 */
export function receiveCertificate(replica: Replica, certificate: Certificate, effects: Effect[]): void {
  const { kind, view } = certificate
  if (view <= replica.final.view || replica.certificates.get(view)?.[kind]) return
  if (!isCertified(replica.config, certificate)) return
  for (const vote of votesOf(certificate)) accuseVoter(replica, vote, effects)
  storeCertificate(replica, certificate)
}

/** True if a certificate holds exactly a quorum of verified votes by different validators. PROTOCOL.md, "Certificates". */
export function isCertified(config: VerifyConfig, certificate: Certificate): boolean {
  const votes = votesOf(certificate)
  const voters = new Set(votes.map(({ validator }) => validator))
  const isQuorum = voters.size === votes.length && votes.length === quorum(config.validators)
  return isQuorum && votes.every((vote) => isSignedVote({ config }, vote))
}

function votesOf({ kind, view, hash, signatures }: Certificate): Vote[] {
  return signatures.map((signed) => ({ kind, view, hash, ...signed }))
}

/** True if the validator that a vote names exists on this chain and signed it. */
export function isSignedVote({ config }: { config: VerifyConfig }, vote: Vote): boolean {
  if (vote.validator >= config.validators) return false
  return config.verify(vote.validator, voteMessage(config.chainId, vote), vote.signature)
}
