import { Reader, Writer } from '../codec/binary.ts'
import { bytesToHex, concatBytes, hexToBytes, utf8, utf8Decode } from '../codec/bytes.ts'
import { DecodeError } from '../codec/error.ts'
import { MAX_TIME_MS } from '../codec/time.ts'
import {
  certificateBytes,
  decodeCertificate,
  decodeProposal,
  encodeCertificate,
  encodeProposal,
} from '../consensus/codec.ts'
import { decodeMessage, encodeMessage } from '../consensus/message-codec.ts'
import type { Certificate, Message, Proposal } from '../consensus/types.ts'
import { FIELD_BYTES, fieldFromBytes, fieldToBytes } from '../crypto/field.ts'
import { type BlockHeader, blockHash, decodeHeader, encodeHeader, HEADER_BYTES } from '../ledger/header.ts'
import { MAX_ACTION_BYTES, MAX_NOTE_BYTES } from '../ledger/params.ts'
import type { Lane, LaneCaps } from './frames.ts'

/** Version of the messages between peers; a peer with another one is banned. */
export const PEER_VERSION = 1
/** Bound on the ids of actions (SHA-256 of their bytes) in one message. */
export const MAX_IDS = 2_000
/** Bound on the actions in one message. */
export const MAX_TRANSFERS = 500
/** Bound on the blocks in one message. */
export const MAX_BLOCKS = 64
const ID_BYTES = 32
const HASH_BYTES = 32
const SIGNATURE_BYTES = 64
const INSTANCE_BYTES = 16
const MAX_VERSION_TEXT = 64

/** A status message: a peer's newest final block that has a certificate of its own, and that certificate. */
export interface PeerStatus {
  header: BlockHeader
  certificate: Certificate
}

/** An encoded action with its note. */
export interface CarriedAction {
  bytes: Uint8Array
  note: string | undefined
}

/** A final block as it is sent to a node that catches up. */
export interface CarriedBlock {
  header: BlockHeader
  /** Hash of the header, hex. */
  hash: string
  /** The final certificate of this block, or of the descendant that made it final. */
  certificate: Certificate
  body: Uint8Array
  /** Notes of its actions, by the action's index in the body. */
  notes: ReadonlyMap<number, string>
}

/** What validators say of the log of headers at one size. PROTOCOL.md, "Checkpoints". */
export interface CosignaturesMessage {
  type: 'cosignatures'
  size: number
  root: Uint8Array
  /** Strictly ascending by the validator's index. `time` is in seconds since 1970, at most those of MAX_TIME_MS; the signature has 64 bytes. */
  cosignatures: { validator: number; time: number; signature: Uint8Array }[]
}

/** The messages between peers. PROTOCOL.md, "Peer messages". */
export type PeerMessage =
  | {
      type: 'hello'
      version: number
      chainId: bigint
      /** 16 random bytes in hex, new at each start: distinguishes two processes with the same key. */
      instance: string
      clockMs: number
      software: string
      status: PeerStatus | null
    }
  | { type: 'ping'; clockMs: number; status: PeerStatus | null }
  /** `sentMs` is the clock of the ping that this answers. */
  | { type: 'pong'; sentMs: number; clockMs: number }
  | { type: 'consensus'; message: Message }
  /** A proposal whose body is the concatenated ids (SHA-256) of its actions. */
  | { type: 'compact'; proposal: Proposal }
  /** Ids (SHA-256, hex) of actions: `have`, the sender holds them; `want`, it asks for them. */
  | { type: 'have'; ids: string[] }
  | { type: 'want'; ids: string[] }
  | { type: 'actions'; actions: CarriedAction[] }
  | { type: 'get-block'; hash: string }
  | { type: 'block'; proposal: Proposal }
  | { type: 'get-blocks'; from: number; count: number }
  | { type: 'blocks'; blocks: CarriedBlock[] }
  /** Two processes use this transport key. */
  | { type: 'duplicate'; key: string }
  /** Asks the receiver to name all its waiting actions again. */
  | { type: 'list' }
  | CosignaturesMessage

const TYPES: readonly PeerMessage['type'][] = [
  'hello',
  'ping',
  'pong',
  'consensus',
  'compact',
  'have',
  'want',
  'actions',
  'get-block',
  'block',
  'get-blocks',
  'blocks',
  'duplicate',
  'list',
  'cosignatures',
]
const BULK: ReadonlySet<PeerMessage['type']> = new Set(['compact', 'actions', 'block', 'blocks'])

/** Properties of a chain that bound the length of its messages. */
export interface PeerLimits {
  validators: number
  maxBodyBytes: number
  maxRecords: number
}

/** The lane of a message: large messages are bulk, so that votes can overtake them. */
export function laneOf(type: PeerMessage['type']): Lane {
  return BULK.has(type) ? 'bulk' : 'urgent'
}

/** Upper bounds on the messages that honest peers of a chain send, in bytes. PROTOCOL.md, "Frames". */
export function laneCaps({ maxBodyBytes, validators }: PeerLimits): LaneCaps {
  return {
    urgent: 256 * 1024 + 4 * certificateBytes(validators),
    bulk: 3 * maxBodyBytes + 66 * certificateBytes(validators) + 64 * 1024,
  }
}

/** Type (u8), then its content. PROTOCOL.md, "Peer messages". */
export function encodePeerMessage(message: PeerMessage, { validators }: PeerLimits): Uint8Array {
  const writer = new Writer().u8(TYPES.indexOf(message.type))
  switch (message.type) {
    case 'hello':
      writer
        .u16(message.version)
        .fixed(fieldToBytes(message.chainId))
        .fixed(hexToBytes(message.instance))
        .u48(message.clockMs)
        .varBytes(utf8(message.software).subarray(0, MAX_VERSION_TEXT))
      return writeStatus(writer, message.status, validators).done()
    case 'ping':
      return writeStatus(writer.u48(message.clockMs), message.status, validators).done()
    case 'pong':
      return writer.u48(message.sentMs).u48(message.clockMs).done()
    case 'consensus':
      return writer.fixed(encodeMessage(message.message, validators)).done()
    case 'compact':
    case 'block':
      return writer.fixed(encodeProposal(message.proposal, validators)).done()
    case 'have':
    case 'want':
      return writer
        .u16(message.ids.length)
        .fixed(concatBytes(...message.ids.map((id) => hexToBytes(id))))
        .done()
    case 'actions':
      writer.u16(message.actions.length)
      for (const { bytes, note } of message.actions) writer.varBytes(bytes).varBytes(utf8(note ?? ''))
      return writer.done()
    case 'get-block':
      return writer.fixed(hexToBytes(message.hash)).done()
    case 'get-blocks':
      return writer.u48(message.from).u16(message.count).done()
    case 'blocks':
      writer.u16(message.blocks.length)
      for (const block of message.blocks) writeBlock(writer, block, validators)
      return writer.done()
    case 'duplicate':
      return writer.fixed(hexToBytes(message.key)).done()
    case 'list':
      return writer.done()
    case 'cosignatures':
      return writeCosignatures(writer, message).done()
  }
}

/** Decodes a peer's message; signatures are not verified here. @throws DecodeError, or RejectionError from a header */
export function decodePeerMessage(bytes: Uint8Array, limits: PeerLimits): PeerMessage {
  const type = TYPES[new Reader(bytes).u8()]
  const content = bytes.subarray(1)
  if (type === 'consensus') {
    const message = decodeMessage(content, limits)
    if (message.type === 'proposal')
      throw new DecodeError('MALFORMED', 'proposals travel as compact or block')
    return { type, message }
  }
  if (type === 'compact') {
    const proposal = decodeProposal(content, { ...limits, maxBodyBytes: ID_BYTES * limits.maxRecords })
    if (proposal.body.length % ID_BYTES !== 0) throw new DecodeError('MALFORMED', 'the last id is incomplete')
    return { type, proposal }
  }
  if (type === 'block') return { type, proposal: decodeProposal(content, limits) }
  const reader = new Reader(content)
  const message = readContent(type, reader, limits)
  reader.end()
  return message
}

function readContent(type: PeerMessage['type'] | undefined, reader: Reader, limits: PeerLimits): PeerMessage {
  switch (type) {
    case 'hello':
      return {
        type,
        version: reader.u16(),
        chainId: fieldFromBytes(reader.fixed(FIELD_BYTES)),
        instance: bytesToHex(reader.fixed(INSTANCE_BYTES)),
        clockMs: reader.u48(),
        software: utf8Decode(reader.varBytes(MAX_VERSION_TEXT)),
        status: readStatus(reader, limits),
      }
    case 'ping':
      return { type, clockMs: reader.u48(), status: readStatus(reader, limits) }
    case 'pong':
      return { type, sentMs: reader.u48(), clockMs: reader.u48() }
    case 'have':
    case 'want':
      return { type, ids: readList(reader, MAX_IDS, () => bytesToHex(reader.fixed(ID_BYTES))) }
    case 'actions':
      return { type, actions: readList(reader, MAX_TRANSFERS, () => readAction(reader)) }
    case 'get-block':
      return { type, hash: bytesToHex(reader.fixed(ID_BYTES)) }
    case 'get-blocks':
      return { type, from: reader.u48(), count: reader.u16() }
    case 'blocks':
      return { type, blocks: readList(reader, MAX_BLOCKS, () => readBlock(reader, limits)) }
    case 'duplicate':
      return { type, key: bytesToHex(reader.fixed(32)) }
    case 'list':
      return { type }
    case 'cosignatures':
      return readCosignatures(reader, limits)
    default:
      throw new DecodeError('MALFORMED', 'unknown type of message')
  }
}

/** A count (u16) of at most `max`, then as many entries. */
function readList<T>(reader: Reader, max: number, read: () => T): T[] {
  const count = reader.u16()
  if (count > max) throw new DecodeError('TOO_LARGE', `${count} entries where at most ${max} are allowed`)
  return Array.from({ length: count }, read)
}

/** Size (u48), root, and u16 count; each cosignature as validator (u16), time (u48) and signature. */
function writeCosignatures(writer: Writer, { size, root, cosignatures }: CosignaturesMessage): Writer {
  writer.u48(size).fixed(root).u16(cosignatures.length)
  for (const { validator, time, signature } of cosignatures) writer.u16(validator).u48(time).fixed(signature)
  return writer
}

function readCosignatures(reader: Reader, { validators }: PeerLimits): CosignaturesMessage {
  const [size, root] = [reader.u48(), reader.fixed(HASH_BYTES)]
  let last = -1
  const cosignatures = readList(reader, validators, () => {
    const validator = reader.u16()
    if (validator <= last || validator >= validators)
      throw new DecodeError('NOT_CANONICAL', 'a cosignature of no validator, or not in order')
    last = validator
    const time = reader.u48()
    if (time > MAX_TIME_MS / 1_000)
      throw new DecodeError('MALFORMED', 'the time of a cosignature is beyond all dates')
    return { validator, time, signature: reader.fixed(SIGNATURE_BYTES) }
  })
  return { type: 'cosignatures', size, root, cosignatures }
}

/** Presence (u8), header, certificate. */
function writeStatus(writer: Writer, status: PeerStatus | null, validators: number): Writer {
  if (status === null) return writer.u8(0)
  return writer
    .u8(1)
    .fixed(encodeHeader(status.header))
    .fixed(encodeCertificate(status.certificate, validators))
}

function readStatus(reader: Reader, { validators }: PeerLimits): PeerStatus | null {
  const presence = reader.u8()
  if (presence > 1) throw new DecodeError('MALFORMED', 'presence of a status must be 0 or 1')
  if (presence === 0) return null
  const header = decodeHeader(reader.fixed(HEADER_BYTES))
  return { header, certificate: decodeCertificate(reader.fixed(certificateBytes(validators)), validators) }
}

function readAction(reader: Reader): CarriedAction {
  const bytes = reader.varBytes(MAX_ACTION_BYTES)
  const note = utf8Decode(reader.varBytes(MAX_NOTE_BYTES))
  return { bytes, note: note === '' ? undefined : note }
}

/** Header, certificate, body (u32 length), notes (u16 count; each the u16 index of its action and a text with u32 length), by index. */
function writeBlock(
  writer: Writer,
  { header, certificate, body, notes }: CarriedBlock,
  validators: number,
): void {
  writer.fixed(encodeHeader(header)).fixed(encodeCertificate(certificate, validators)).varBytes(body)
  writer.u16(notes.size)
  for (const [index, text] of [...notes].sort(([a], [b]) => a - b)) writer.u16(index).varBytes(utf8(text))
}

function readBlock(reader: Reader, { validators, maxBodyBytes, maxRecords }: PeerLimits): CarriedBlock {
  const header = decodeHeader(reader.fixed(HEADER_BYTES))
  const certificate = decodeCertificate(reader.fixed(certificateBytes(validators)), validators)
  const body = reader.varBytes(maxBodyBytes)
  const notes = readNotes(reader, Math.min(maxRecords, countIn(body)))
  return { header, hash: bytesToHex(blockHash(header)), certificate, body, notes }
}

/** The number of actions that a body says it has; whether it has them is checked when it is applied. */
function countIn(body: Uint8Array): number {
  return new Reader(body).u32()
}

/** Notes of a body with `actions` actions: places strictly ascending, none beyond the last action. */
function readNotes(reader: Reader, actions: number): Map<number, string> {
  const notes = new Map<number, string>()
  const count = reader.u16()
  if (count > actions) throw new DecodeError('TOO_LARGE', `${count} notes of ${actions} actions`)
  for (let i = 0, last = -1; i < count; i++) {
    const index = reader.u16()
    if (index <= last || index >= actions) throw new DecodeError('NOT_CANONICAL', 'the note of no action')
    last = index
    notes.set(index, utf8Decode(reader.varBytes(MAX_NOTE_BYTES)))
  }
  return notes
}
