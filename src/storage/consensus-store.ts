import { hexToBytes } from '../codec/bytes.ts'
import {
  decodeCertificate,
  decodeProposal,
  decodeVote,
  encodeCertificate,
  encodeProposal,
  encodeVote,
  type WireLimits,
} from '../consensus/codec.ts'
import { VOTE_KINDS } from '../consensus/signed-bytes.ts'
import type { StoredConsensus, Write } from '../consensus/types.ts'
import { type Database, databaseFailure } from './database.ts'
import type { Transaction } from './transaction.ts'

/**
 * Makes votes and what they rest on durable, in one transaction. Repeating it does no harm; a vote that contradicts a stored one is refused by
 * the schema.
 */
export async function persistConsensus(
  { sql }: Database,
  writes: readonly Write[],
  validators: number,
): Promise<void> {
  try {
    await sql.begin(async (tx) => {
      for (const write of writes) await insert(tx, write, validators)
    })
  } catch (error) {
    throw databaseFailure(error)
  }
}

async function insert(tx: Transaction, write: Write, validators: number): Promise<void> {
  if (write.type === 'proposal') {
    const { proposal } = write
    await tx`
      INSERT INTO proposal (hash, view, bytes) VALUES (${hexToBytes(proposal.hash)}, ${proposal.header.view}, ${encodeProposal(proposal, validators)})
      ON CONFLICT (hash) DO NOTHING`
  } else if (write.type === 'certificate') {
    const { kind, view } = write.certificate
    await tx`
      INSERT INTO certificate (view, kind, bytes) VALUES (${view}, ${VOTE_KINDS.indexOf(kind)}, ${encodeCertificate(write.certificate, validators)})
      ON CONFLICT (view, kind) DO NOTHING`
  } else if (write.type === 'vote') {
    const { kind, view, hash } = write.vote
    const bytes = encodeVote(write.vote)
    // The same vote again is the same bytes: Ed25519 signatures are deterministic.
    await tx`
      INSERT INTO vote (view, kind, hash, bytes) VALUES (${view}, ${VOTE_KINDS.indexOf(kind)}, ${hash === '' ? null : hexToBytes(hash)}, ${bytes})
      ON CONFLICT (view, kind) DO UPDATE SET bytes = CASE WHEN vote.bytes = EXCLUDED.bytes THEN vote.bytes END`
  }
}

/** What was durable above the last committed block. */
export async function loadConsensus({ sql }: Database, limits: WireLimits): Promise<StoredConsensus> {
  type Row = { bytes: Uint8Array }
  const votes = await sql<Row[]>`SELECT bytes FROM vote ORDER BY view, kind`
  const proposals = await sql<Row[]>`SELECT bytes FROM proposal ORDER BY view`
  const certificates = await sql<Row[]>`SELECT bytes FROM certificate ORDER BY view, kind`
  return {
    votes: votes.map(({ bytes }) => decodeVote(bytes)),
    proposals: proposals.map(({ bytes }) => decodeProposal(bytes, limits)),
    certificates: certificates.map(({ bytes }) => decodeCertificate(bytes, limits.validators)),
  }
}

/** Forgets what lies at or below a committed block's view: nothing is voted there any more. */
export async function pruneConsensus({ sql }: Database, view: number): Promise<void> {
  try {
    await sql`
      WITH v AS (DELETE FROM vote WHERE view <= ${view}), p AS (DELETE FROM proposal WHERE view <= ${view})
      DELETE FROM certificate WHERE view <= ${view}`
  } catch (error) {
    throw databaseFailure(error)
  }
}
