import { accuseVoter } from './evidence.ts'
import { quorum } from './quorum.ts'
import { type Replica, storeCertificate } from './replica.ts'
import { voteMessage } from './signed-bytes.ts'
import type { Certificate, Effect, ReplicaConfig, Vote } from './types.ts'

/** What signatures of validators are checked with. */
export type Verifying = Pick<ReplicaConfig, 'chainId' | 'validators' | 'verify'>

/** Keeps a certificate whose signatures verify. However far ahead: only a quorum can make one, so they cannot fill the memory. */
export function receiveCertificate(replica: Replica, certificate: Certificate, effects: Effect[]): void {
  const { kind, view } = certificate
  if (view <= replica.final.view || replica.certificates.get(view)?.[kind]) return
  if (!isCertified(replica.config, certificate)) return
  for (const vote of votesOf(certificate)) accuseVoter(replica, vote, effects)
  storeCertificate(replica, certificate)
}

/** True for exactly a quorum of signed votes, each by another validator. PROTOCOL.md, "Certificates". */
export function isCertified(config: Verifying, certificate: Certificate): boolean {
  const votes = votesOf(certificate)
  const voters = new Set(votes.map(({ validator }) => validator))
  const isQuorum = voters.size === votes.length && votes.length === quorum(config.validators)
  return isQuorum && votes.every((vote) => isSignedVote({ config }, vote))
}

function votesOf({ kind, view, hash, signatures }: Certificate): Vote[] {
  return signatures.map((signed) => ({ kind, view, hash, ...signed }))
}

/** True for a vote that a validator of this chain signed. */
export function isSignedVote({ config }: { config: Verifying }, vote: Vote): boolean {
  if (vote.validator >= config.validators) return false
  return config.verify(vote.validator, voteMessage(config.chainId, vote), vote.signature)
}
