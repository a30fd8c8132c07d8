import { Reader, Writer } from '../codec/binary.ts'
import { DecodeError } from '../codec/error.ts'
import {
  decodeCertificate,
  decodeProposal,
  decodeVote,
  encodeCertificate,
  encodeProposal,
  encodeVote,
  type WireLimits,
} from './codec.ts'
import type { Message } from './types.ts'

const TYPES = ['proposal', 'vote', 'certificate', 'ask'] as const

/** A type (u8: 0 proposal, 1 vote, 2 certificate, 3 ask), then its content. PROTOCOL.md, "Consensus messages". */
export function encodeMessage(message: Message, validators: number): Uint8Array {
  return new Writer().u8(TYPES.indexOf(message.type)).fixed(contentOf(message, validators)).done()
}

/** Reads a message of a peer; its signatures are not verified here. @throws DecodeError, or Refused from a header */
export function decodeMessage(bytes: Uint8Array, limits: WireLimits): Message {
  const type = TYPES[new Reader(bytes).u8()]
  const content = bytes.subarray(1)
  switch (type) {
    case 'proposal':
      return { type, proposal: decodeProposal(content, limits) }
    case 'vote': {
      const vote = decodeVote(content)
      if (vote.validator >= limits.validators) throw new DecodeError('MALFORMED', 'a vote of no validator')
      return { type, vote }
    }
    case 'certificate':
      return { type, certificate: decodeCertificate(content, limits.validators) }
    case 'ask': {
      const reader = new Reader(content)
      const [from, to] = [reader.u48(), reader.u48()]
      reader.end()
      if (from > to) throw new DecodeError('NOT_CANONICAL', 'views asked for backwards')
      return { type, from, to }
    }
    default:
      throw new DecodeError('MALFORMED', 'unknown type of message')
  }
}

function contentOf(message: Message, validators: number): Uint8Array {
  switch (message.type) {
    case 'proposal':
      return encodeProposal(message.proposal, validators)
    case 'vote':
      return encodeVote(message.vote)
    case 'certificate':
      return encodeCertificate(message.certificate, validators)
    case 'ask':
      return new Writer().u48(message.from).u48(message.to).done()
  }
}
