import { Reader, Writer } from '../codec/binary.ts'
import { bytesToHex, concatBytes, hexToBytes, utf8 } from '../codec/bytes.ts'
import { DecodeError } from '../codec/error.ts'
import { fieldToBytes } from '../crypto/field.ts'
import { blockHash, decodeHeader, encodeHeader, HEADER_BYTES } from '../ledger/header.ts'
import { quorum } from './quorum.ts'
import type { Certificate, Proposal, Vote, VoteKind } from './types.ts'

const VERSION = 1
const SIGNATURE_BYTES = 64
const NO_HASH = new Uint8Array(32)
/** Vote kinds by their numbers on the wire and in storage. */
export const VOTE_KINDS: readonly VoteKind[] = ['notarise', 'skip', 'finalise']
/** Skip certificates that travel with a proposal. */
export const MAX_SKIPS = 64

const VOTE_DOMAIN = utf8('inpigritas/vote/v1')
const PROPOSAL_DOMAIN = utf8('inpigritas/proposal/v1')

/** What a vote signs: domain || chainId || kind || view || block hash (zeros for a skip). */
export function voteMessage(
  chainId: bigint,
  { kind, view, hash }: Pick<Vote, 'kind' | 'view' | 'hash'>,
): Uint8Array {
  const content = new Writer().u8(VOTE_KINDS.indexOf(kind)).u48(view).fixed(hashBytes(hash)).done()
  return concatBytes(VOTE_DOMAIN, fieldToBytes(chainId), content)
}

/** What a leader signs: domain || chainId || block hash. */
export function proposalMessage(chainId: bigint, hash: string): Uint8Array {
  return concatBytes(PROPOSAL_DOMAIN, fieldToBytes(chainId), hexToBytes(hash))
}

export function encodeVote(vote: Vote): Uint8Array {
  return writeSubject(new Writer().u8(VERSION), vote).u16(vote.validator).fixed(vote.signature).done()
}

/** @throws DecodeError */
export function decodeVote(bytes: Uint8Array): Vote {
  const reader = versioned(bytes)
  const vote = { ...readSubject(reader), validator: reader.u16(), signature: reader.fixed(SIGNATURE_BYTES) }
  reader.end()
  return vote
}

export function encodeCertificate(certificate: Certificate): Uint8Array {
  const writer = writeSubject(new Writer().u8(VERSION), certificate).u16(certificate.signatures.length)
  for (const { validator, signature } of certificate.signatures) writer.u16(validator).fixed(signature)
  return writer.done()
}

/**
 * Reads a certificate of a chain of n validators: exactly a quorum of signatures, in order of validator. They are not verified here.
 * @throws DecodeError
 */
export function decodeCertificate(bytes: Uint8Array, validators: number): Certificate {
  const reader = versioned(bytes)
  const certificate = readCertificate(reader, validators)
  reader.end()
  return certificate
}

function readCertificate(reader: Reader, validators: number): Certificate {
  const subject = readSubject(reader)
  const count = reader.u16()
  if (count !== quorum(validators))
    throw new DecodeError('NOT_CANONICAL', `${count} signatures are not a quorum`)
  const signatures = Array.from({ length: count }, () => ({
    validator: reader.u16(),
    signature: reader.fixed(SIGNATURE_BYTES),
  }))
  signatures.forEach(({ validator }, i) => {
    if (validator >= validators || (i > 0 && validator <= signatures[i - 1]!.validator)) {
      throw new DecodeError('NOT_CANONICAL', 'signatures are not in order of validator')
    }
  })
  return { ...subject, signatures }
}

export function encodeProposal({ header, body, signature, parent, skips }: Proposal): Uint8Array {
  const writer = new Writer().u8(VERSION).fixed(encodeHeader(header)).fixed(signature)
  writer.varBytes(parent === null ? new Uint8Array() : encodeCertificate(parent)).u16(skips.length)
  for (const skip of skips) writer.varBytes(encodeCertificate(skip))
  return writer.varBytes(body).done()
}

/** @throws DecodeError, or Refused from the header */
export function decodeProposal(
  bytes: Uint8Array,
  limits: { validators: number; maxBodyBytes: number },
): Proposal {
  const { validators, maxBodyBytes } = limits
  const reader = versioned(bytes)
  const header = decodeHeader(reader.fixed(HEADER_BYTES))
  const signature = reader.fixed(SIGNATURE_BYTES)
  const maxCertificate = certificateBytes(validators)
  const parentBytes = reader.varBytes(maxCertificate)
  const parent = parentBytes.length === 0 ? null : decodeCertificate(parentBytes, validators)
  const count = reader.u16()
  if (count > MAX_SKIPS) throw new DecodeError('TOO_LARGE', `${count} skip certificates`)
  const skips = Array.from({ length: count }, () =>
    decodeCertificate(reader.varBytes(maxCertificate), validators),
  )
  const body = reader.varBytes(maxBodyBytes)
  reader.end()
  return { header, hash: bytesToHex(blockHash(header)), body, signature, parent, skips }
}

/** Bytes of a certificate of a chain of n validators. */
function certificateBytes(validators: number): number {
  return 1 + 1 + 6 + 32 + 2 + quorum(validators) * (2 + SIGNATURE_BYTES)
}

function versioned(bytes: Uint8Array): Reader {
  const reader = new Reader(bytes)
  if (reader.u8() !== VERSION) throw new DecodeError('MALFORMED', 'unknown version')
  return reader
}

type Subject = Pick<Vote, 'kind' | 'view' | 'hash'>

function writeSubject(writer: Writer, { kind, view, hash }: Subject): Writer {
  return writer.u8(VOTE_KINDS.indexOf(kind)).u48(view).fixed(hashBytes(hash))
}

function readSubject(reader: Reader): Subject {
  const kind = VOTE_KINDS[reader.u8()]
  if (kind === undefined) throw new DecodeError('MALFORMED', 'unknown kind of vote')
  const view = reader.u48()
  const hash = bytesToHex(reader.fixed(32))
  const none = hash === bytesToHex(NO_HASH)
  if (none !== (kind === 'skip'))
    throw new DecodeError('NOT_CANONICAL', 'a skip, and nothing else, names no block')
  return { kind, view, hash: none ? '' : hash }
}

function hashBytes(hash: string): Uint8Array {
  return hash === '' ? NO_HASH : hexToBytes(hash)
}
