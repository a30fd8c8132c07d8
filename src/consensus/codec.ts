import { Reader, Writer } from '../codec/binary.ts'
import { bytesToHex } from '../codec/bytes.ts'
import { DecodeError } from '../codec/error.ts'
import { blockHash, decodeHeader, encodeHeader, HEADER_BYTES } from '../ledger/header.ts'
import { quorum } from './quorum.ts'
import { type Subject, subjectBytes, VOTE_KINDS } from './signed-bytes.ts'
import type { Certificate, Evidence, Proposal, Vote } from './types.ts'

export const SIGNATURE_BYTES = 64
/** Length of an encoded vote: subject (41), validator (2), signature (64). */
export const VOTE_BYTES = 107
/** Views stay below 2^48, like all counters of a header. */
const MAX_VIEW = 2n ** 48n - 1n
const NO_HASH = '00'.repeat(32)
/** Bound on the skip certificates that travel with a proposal; voters ask for any others. */
export const MAX_SKIPS = 64

/** Properties of a chain that bound the length of its messages. */
export interface WireLimits {
  /** How many validators the chain has. */
  validators: number
  maxBodyBytes: number
}

/** Subject || validator (u16) || signature: 107 bytes. */
export function encodeVote(vote: Vote): Uint8Array {
  return new Writer().fixed(subjectBytes(vote)).u16(vote.validator).fixed(vote.signature).done()
}

/** Decodes a vote. Its signature and validator index are not checked here. @throws DecodeError */
export function decodeVote(bytes: Uint8Array): Vote {
  const reader = new Reader(bytes)
  const vote = { ...readSubject(reader), validator: reader.u16(), signature: reader.fixed(SIGNATURE_BYTES) }
  reader.end()
  return vote
}

/** Subject || bitmap of the voters || their signatures, in order of validator. PROTOCOL.md, "Certificates". */
export function encodeCertificate(certificate: Certificate, validators: number): Uint8Array {
  const bitmap = new Uint8Array(bitmapBytes(validators))
  const writer = new Writer().fixed(subjectBytes(certificate))
  for (const { validator } of certificate.signatures) bitmap[validator >> 3]! |= 1 << (validator & 7)
  writer.fixed(bitmap)
  for (const { signature } of certificate.signatures) writer.fixed(signature)
  return writer.done()
}

/**
 * Decodes a certificate of a chain with this many validators. It must hold exactly a quorum of signatures; they are not verified here.
 * @throws DecodeError
 */
export function decodeCertificate(bytes: Uint8Array, validators: number): Certificate {
  const reader = new Reader(bytes)
  const certificate = readCertificate(reader, validators)
  reader.end()
  return certificate
}

/**
 * Header || leader's signature || certificate of the parent (u8 presence, certificate) || skips (u8 count, certificates) ||
 * body (u32 length, bytes). PROTOCOL.md, "Proposals".
 */
export function encodeProposal(proposal: Proposal, validators: number): Uint8Array {
  const { header, body, signature, parent, skips } = proposal
  const writer = new Writer()
    .fixed(encodeHeader(header))
    .fixed(signature)
    .u8(parent === null ? 0 : 1)
  if (parent) writer.fixed(encodeCertificate(parent, validators))
  writer.u8(skips.length)
  for (const skip of skips) writer.fixed(encodeCertificate(skip, validators))
  return writer.varBytes(body).done()
}

/**
 * Decodes a proposal. Signatures and the body's content are not checked here.
 * @throws DecodeError, or RejectionError from the header
 */
export function decodeProposal(bytes: Uint8Array, { validators, maxBodyBytes }: WireLimits): Proposal {
  const reader = new Reader(bytes)
  const header = decodeHeader(reader.fixed(HEADER_BYTES))
  const signature = reader.fixed(SIGNATURE_BYTES)
  const presence = reader.u8()
  if (presence > 1) throw new DecodeError('MALFORMED', 'presence of the parent certificate must be 0 or 1')
  const parent = presence === 0 ? null : readCertificate(reader, validators)
  if (parent?.kind === 'skip') throw new DecodeError('MALFORMED', 'the parent certificate is of a skip')
  const skips = readSkips(reader, validators)
  const body = reader.varBytes(maxBodyBytes)
  reader.end()
  return { header, hash: bytesToHex(blockHash(header)), body, signature, parent, skips }
}

/** Length of an encoded certificate of a chain with this many validators: all have the same. */
export function certificateBytes(validators: number): number {
  return 1 + 8 + 32 + bitmapBytes(validators) + quorum(validators) * SIGNATURE_BYTES
}

function readSkips(reader: Reader, validators: number): Certificate[] {
  const count = reader.u8()
  if (count > MAX_SKIPS) throw new DecodeError('TOO_LARGE', `${count} skip certificates`)
  const skips: Certificate[] = []
  for (let i = 0; i < count; i++) {
    const skip = readCertificate(reader, validators)
    if (skip.kind !== 'skip') throw new DecodeError('MALFORMED', 'a certificate between is not of a skip')
    if (skip.view <= (skips.at(-1)?.view ?? -1))
      throw new DecodeError('NOT_CANONICAL', 'skips are not ascending')
    skips.push(skip)
  }
  return skips
}

function readCertificate(reader: Reader, validators: number): Certificate {
  const subject = readSubject(reader)
  const voters = readBitmap(reader, validators)
  if (voters.length !== quorum(validators))
    throw new DecodeError('NOT_CANONICAL', `${voters.length} signatures are not a quorum`)
  const signatures = voters.map((validator) => ({ validator, signature: reader.fixed(SIGNATURE_BYTES) }))
  return { ...subject, signatures }
}

/** Validator i is bit i mod 8, counted from the lowest, of byte floor(i / 8). A bit beyond the last validator is rejected. */
function readBitmap(reader: Reader, validators: number): number[] {
  const voters: number[] = []
  reader.fixed(bitmapBytes(validators)).forEach((byte, index) => {
    for (let bit = 0; bit < 8; bit++) if (byte & (1 << bit)) voters.push(8 * index + bit)
  })
  if ((voters.at(-1) ?? 0) >= validators)
    throw new DecodeError('NOT_CANONICAL', 'the bitmap names an unknown validator')
  return voters
}

function bitmapBytes(validators: number): number {
  return Math.ceil(validators / 8)
}

function readSubject(reader: Reader): Subject {
  const kind = VOTE_KINDS[reader.u8()]
  if (kind === undefined) throw new DecodeError('MALFORMED', 'unknown kind of vote')
  const view = reader.uint(8)
  if (view > MAX_VIEW) throw new DecodeError('TOO_LARGE', `view ${view}`)
  const hash = bytesToHex(reader.fixed(32))
  if ((hash === NO_HASH) !== (kind === 'skip'))
    throw new DecodeError('NOT_CANONICAL', 'the block hash must be zero for a skip, and only for a skip')
  return { kind, view: Number(view), hash: kind === 'skip' ? '' : hash }
}

const EVIDENCE_KINDS = ['votes', 'proposals'] as const

/**
 * Kind (u8: 0 votes, 1 proposals), then both messages: two votes, or two proposals as header and leader's signature.
 * PROTOCOL.md, "Equivocation".
 */
export function encodeEvidence(evidence: Evidence): Uint8Array {
  const writer = new Writer().u8(EVIDENCE_KINDS.indexOf(evidence.type))
  if (evidence.type === 'votes') {
    for (const vote of [evidence.first, evidence.second]) writer.fixed(encodeVote(vote))
  } else {
    for (const { header, signature } of [evidence.first, evidence.second])
      writer.fixed(encodeHeader(header)).fixed(signature)
  }
  return writer.done()
}

/**
 * Decodes evidence. `checkEvidence` tells whether it proves anything.
 * @throws DecodeError, or RejectionError from a header
 */
export function decodeEvidence(bytes: Uint8Array): Evidence {
  const reader = new Reader(bytes)
  const type = EVIDENCE_KINDS[reader.u8()]
  if (type === undefined) throw new DecodeError('MALFORMED', 'unknown kind of evidence')
  if (type === 'votes') {
    const [first, second] = [reader.fixed(VOTE_BYTES), reader.fixed(VOTE_BYTES)].map(decodeVote)
    reader.end()
    return { type, first: first!, second: second! }
  }
  const [first, second] = [0, 1].map(() => {
    const header = decodeHeader(reader.fixed(HEADER_BYTES))
    return { header, hash: bytesToHex(blockHash(header)), signature: reader.fixed(SIGNATURE_BYTES) }
  })
  reader.end()
  return { type, first: first!, second: second! }
}
