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
import type { StoredConsensus, VoteKind, Write } from '../consensus/types.ts'
import { bytes, numbers } from './columns.ts'
import { type Database, databaseFailure } from './database.ts'

/**
 * Stores votes with the proposals and certificates that they depend on, in one statement. The call can be repeated. The schema rejects a vote that
 * conflicts with a stored one.
 */
export async function persistConsensus(
  { sql }: Database,
  writes: readonly Write[],
  validators: number,
): Promise<void> {
  const proposals = writes.flatMap((write) => (write.type === 'proposal' ? [write.proposal] : []))
  const certificates = writes.flatMap((write) => (write.type === 'certificate' ? [write.certificate] : []))
  const votes = writes.flatMap((write) => (write.type === 'vote' ? [write.vote] : []))
  const kinds = (list: readonly { kind: VoteKind }[]) =>
    numbers(list.map(({ kind }) => VOTE_KINDS.indexOf(kind)))
  const views = (list: readonly { view: number }[]) => numbers(list.map(({ view }) => view))
  try {
    // A repeated vote has the same bytes, because Ed25519 signatures are deterministic.
    await sql`
      WITH p AS (
        INSERT INTO proposal (hash, view, bytes)
        SELECT * FROM unnest(${bytes(proposals.map(({ hash }) => hexToBytes(hash)))}::bytea[],
          ${numbers(proposals.map(({ header }) => header.view))}::bigint[],
          ${bytes(proposals.map((proposal) => encodeProposal(proposal, validators)))}::bytea[])
        ON CONFLICT (hash) DO NOTHING
      ), c AS (
        INSERT INTO certificate (view, kind, bytes)
        SELECT * FROM unnest(${views(certificates)}::bigint[], ${kinds(certificates)}::smallint[],
          ${bytes(certificates.map((certificate) => encodeCertificate(certificate, validators)))}::bytea[])
        ON CONFLICT (view, kind) DO NOTHING
      )
      INSERT INTO vote (view, kind, hash, bytes)
      SELECT view, kind, CASE WHEN kind <> 1 THEN hash END, bytes
      FROM unnest(${views(votes)}::bigint[], ${kinds(votes)}::smallint[],
        ${bytes(votes.map(({ hash }) => hexToBytes(hash)))}::bytea[], ${bytes(votes.map(encodeVote))}::bytea[])
        AS given (view, kind, hash, bytes)
      ON CONFLICT (view, kind) DO UPDATE SET bytes = CASE WHEN vote.bytes = EXCLUDED.bytes THEN vote.bytes END`
  } catch (error) {
    throw databaseFailure(error)
  }
}

/** The stored votes, proposals and certificates above the last committed block. */
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

/** Deletes everything at or below a committed block's view, in which no more votes are cast. */
export async function pruneConsensus({ sql }: Database, view: number): Promise<void> {
  try {
    await sql`
      WITH v AS (DELETE FROM vote WHERE view <= ${view}), p AS (DELETE FROM proposal WHERE view <= ${view})
      DELETE FROM certificate WHERE view <= ${view}`
  } catch (error) {
    throw databaseFailure(error)
  }
}
