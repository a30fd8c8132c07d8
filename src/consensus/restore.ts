import { countVote, holdProposal, type Replica, storeCertificate } from './replica.ts'
import type { StoredConsensus } from './types.ts'

/**
 * Takes up what was durable when the process ended; call it before the first step. Own votes bind (what was voted is never voted otherwise)
 * and count again, towards certificates too.
 * @param highestSigned the highest view this validator is known to have signed in, kept apart from the database. If the database knows of
 *   no vote that high it lost some: nothing is signed until `recovered`. PROTOCOL.md, "Recovery"
 */
export function restore(replica: Replica, stored: StoredConsensus, highestSigned = -1): void {
  const isOpen = ({ view }: { view: number }) => view > replica.committed.view
  for (const proposal of stored.proposals) holdProposal(replica, proposal)
  for (const certificate of stored.certificates) storeCertificate(replica, certificate)
  for (const vote of stored.votes.filter(isOpen)) {
    const own = replica.own.get(vote.view) ?? {}
    replica.own.set(vote.view, own)
    own[vote.kind] = { vote, durable: true }
    countVote(replica, vote)
  }
  const known = Math.max(replica.committed.view, ...replica.own.keys())
  if (highestSigned > known) replica.silentThrough = Infinity
}

/** True while this validator may have forgotten what it signed, and so signs nothing. */
export function isRecovering(replica: Replica): boolean {
  return replica.silentThrough === Infinity
}
