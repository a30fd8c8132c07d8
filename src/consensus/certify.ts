import { accuseVoter } from './evidence.ts'
import { type Replica, storeCertificate } from './replica.ts'
import { voteMessage } from './signed-bytes.ts'
import type { Certificate, Effect, Vote } from './types.ts'

/** Keeps a certificate whose signatures verify. However far ahead: only a quorum can make one, so they cannot fill the memory. */
export function receiveCertificate(replica: Replica, certificate: Certificate, effects: Effect[]): void {
  const { kind, view, hash, signatures } = certificate
  if (view <= replica.final.view || replica.certificates.get(view)?.[kind]) return
  const voters = new Set(signatures.map(({ validator }) => validator))
  if (voters.size !== replica.quorum || signatures.length !== replica.quorum) return
  const votes = signatures.map((signed) => ({ kind, view, hash, ...signed }))
  if (!votes.every((vote) => isSignedVote(replica, vote))) return
  for (const vote of votes) accuseVoter(replica, vote, effects)
  storeCertificate(replica, certificate)
}

/** True for a vote that a validator of this chain signed. */
export function isSignedVote({ config }: Replica, vote: Vote): boolean {
  if (vote.validator >= config.validators) return false
  return config.verify(vote.validator, voteMessage(config.chainId, vote), vote.signature)
}
