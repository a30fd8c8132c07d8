import { Reader, Writer } from '../codec/binary.ts'
import { bytesToHex, hexToBytes } from '../codec/bytes.ts'
import { DecodeError } from '../codec/error.ts'
import {
  certificateBytes,
  decodeCertificate,
  decodeProposal,
  decodeVote,
  encodeCertificate,
  encodeProposal,
  encodeVote,
  SIGNATURE_BYTES,
  VOTE_BYTES,
  type WireLimits,
} from './codec.ts'
import { MAX_SHOWN_VOTES } from './recovery.ts'
import type { Message, RecoveryAnswer } from './types.ts'

const NONCE_BYTES = 32

const TYPES = ['proposal', 'vote', 'certificate', 'ask', 'recover', 'recovery'] as const

/**
 * Type (u8: 0 proposal, 1 vote, 2 certificate, 3 ask, 4 recover, 5 recovery), then its content.
 * PROTOCOL.md, "Consensus messages".
 */
export function encodeMessage(message: Message, validators: number): Uint8Array {
  return new Writer().u8(TYPES.indexOf(message.type)).fixed(contentOf(message, validators)).done()
}

/**
 * Decodes a peer's message; its signatures are not verified here.
 * @throws DecodeError, or RejectionError from a header
 */
export function decodeMessage(bytes: Uint8Array, limits: WireLimits): Message {
  const type = TYPES[new Reader(bytes).u8()]
  const content = bytes.subarray(1)
  switch (type) {
    case 'proposal':
      return { type, proposal: decodeProposal(content, limits) }
    case 'vote': {
      const vote = decodeVote(content)
      if (vote.validator >= limits.validators)
        throw new DecodeError('MALFORMED', 'the vote names an unknown validator')
      return { type, vote }
    }
    case 'certificate':
      return { type, certificate: decodeCertificate(content, limits.validators) }
    case 'ask': {
      const reader = new Reader(content)
      const [from, to] = [reader.u48(), reader.u48()]
      reader.end()
      if (from > to) throw new DecodeError('NOT_CANONICAL', 'the range of views is empty')
      return { type, from, to }
    }
    case 'recover': {
      const reader = new Reader(content)
      const message = { type, validator: reader.u16(), nonce: bytesToHex(reader.fixed(NONCE_BYTES)) }
      reader.end()
      if (message.validator >= limits.validators)
        throw new DecodeError('MALFORMED', 'an unknown validator asks')
      return message
    }
    case 'recovery':
      return { type, answer: readAnswer(content, limits) }
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
    case 'recover':
      return new Writer().u16(message.validator).fixed(hexToBytes(message.nonce)).done()
    case 'recovery':
      return writeAnswer(message.answer, validators)
  }
}

/**
 * Validator (u16) || nonce || view (u48) || certificate and final (each u8 presence, certificate) || votes (u16 count, votes) ||
 * signature. PROTOCOL.md, "Recovery".
 */
function writeAnswer(answer: RecoveryAnswer, validators: number): Uint8Array {
  const { validator, nonce, view, certificate, final, votes, signature } = answer
  const writer = new Writer().u16(validator).fixed(hexToBytes(nonce)).u48(view)
  for (const optional of [certificate, final]) {
    writer.u8(optional ? 1 : 0)
    if (optional) writer.fixed(encodeCertificate(optional, validators))
  }
  writer.u16(votes.length)
  for (const vote of votes) writer.fixed(encodeVote(vote))
  return writer.fixed(signature).done()
}

function readAnswer(bytes: Uint8Array, { validators }: WireLimits): RecoveryAnswer {
  const reader = new Reader(bytes)
  const [validator, nonce, view] = [reader.u16(), bytesToHex(reader.fixed(NONCE_BYTES)), reader.u48()]
  const readOptional = () => {
    const presence = reader.u8()
    if (presence > 1) throw new DecodeError('MALFORMED', 'presence of a certificate must be 0 or 1')
    return presence === 1 ? decodeCertificate(reader.fixed(certificateBytes(validators)), validators) : null
  }
  const [certificate, final] = [readOptional(), readOptional()]
  const count = reader.u16()
  if (count > MAX_SHOWN_VOTES) throw new DecodeError('TOO_LARGE', `${count} votes`)
  const votes = Array.from({ length: count }, () => decodeVote(reader.fixed(VOTE_BYTES)))
  const signature = reader.fixed(SIGNATURE_BYTES)
  reader.end()
  return { validator, nonce, view, certificate, final, votes, signature }
}
