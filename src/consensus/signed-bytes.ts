import { Writer } from '../codec/binary.ts'
import { concatBytes, hexToBytes, utf8 } from '../codec/bytes.ts'
import { fieldToBytes } from '../crypto/field.ts'
import type { Vote, VoteKind } from './types.ts'

/** Vote kinds by their numbers in signed bytes, on the wire and in storage. */
export const VOTE_KINDS: readonly VoteKind[] = ['notarize', 'skip', 'finalize']

/** What a vote is about: a quorum of votes with equal subjects makes a certificate. */
export type Subject = Pick<Vote, 'kind' | 'view' | 'hash'>

const NO_HASH = new Uint8Array(32)
const VOTE_DOMAIN = utf8('inpigritas/vote/v1')
const RECOVERY_DOMAIN = utf8('inpigritas/recover/v1')
const PROPOSAL_DOMAIN = utf8('inpigritas/propose/v1')

/** The bytes that a vote's signature covers: domain || chainId || subject. PROTOCOL.md, "Votes". */
export function voteMessage(chainId: bigint, subject: Subject): Uint8Array {
  return concatBytes(VOTE_DOMAIN, fieldToBytes(chainId), subjectBytes(subject))
}

/** The bytes that a leader's signature covers: domain || block hash. The header names the chain. PROTOCOL.md, "Proposals". */
export function proposalMessage(hash: string): Uint8Array {
  return concatBytes(PROPOSAL_DOMAIN, hexToBytes(hash))
}

/** The bytes that a recovery answer's signature covers: domain || chainId || nonce || view (u64). PROTOCOL.md, "Recovery". */
export function recoveryMessage(chainId: bigint, nonce: string, view: number): Uint8Array {
  const viewBytes = new Writer().uint(BigInt(view), 8).done()
  return concatBytes(RECOVERY_DOMAIN, fieldToBytes(chainId), hexToBytes(nonce), viewBytes)
}

/** Kind (1 byte) || view (u64) || block hash (zeros for a skip): 41 bytes. */
export function subjectBytes({ kind, view, hash }: Subject): Uint8Array {
  return new Writer()
    .u8(VOTE_KINDS.indexOf(kind))
    .uint(BigInt(view), 8)
    .fixed(hash === '' ? NO_HASH : hexToBytes(hash))
    .done()
}
