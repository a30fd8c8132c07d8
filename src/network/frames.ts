import { concatBytes } from '../codec/bytes.ts'
import { DecodeError } from '../codec/error.ts'

/** Bound on a frame's payload; with its head a frame is below 64 KiB. */
export const MAX_FRAME_BYTES = 65_000
const HEAD_BYTES = 3

/** Messages of one lane arrive in order. Urgent ones (votes) are sent between the frames of a bulk one (a body). */
export type Lane = 'urgent' | 'bulk'

/** The largest message accepted on each lane, in bytes. */
export type LaneCaps = Record<Lane, number>

const LANES: readonly Lane[] = ['urgent', 'bulk']
const LAST = 0x80

/**
 * Cuts a message of at least one byte into frames: u16 payload length, u8 lane (its highest bit is set in the last frame), payload. All
 * but the last are full. PROTOCOL.md, "Frames".
 */
export function* framesOf(message: Uint8Array, lane: Lane): Generator<Uint8Array> {
  for (let at = 0; at < message.length; at += MAX_FRAME_BYTES) {
    const payload = message.subarray(at, at + MAX_FRAME_BYTES)
    const isLast = at + payload.length === message.length
    const frame = new Uint8Array(HEAD_BYTES + payload.length)
    frame[0] = payload.length >> 8
    frame[1] = payload.length & 0xff
    frame[2] = LANES.indexOf(lane) | (isLast ? LAST : 0)
    frame.set(payload, HEAD_BYTES)
    yield frame
  }
}

/** A message as it arrived. */
export interface Message {
  lane: Lane
  message: Uint8Array
}

interface Frame {
  lane: Lane
  isLast: boolean
  payload: Uint8Array
}

interface Assembly {
  parts: Uint8Array[]
  bytes: number
}

/**
 * Reassembles messages from the bytes of a socket, one at a time, so that what is not read yet takes no more memory than its bytes. A frame that would
 * take a message over its cap is rejected before it is stored.
 */
export class FrameReader {
  readonly #caps: LaneCaps
  readonly #assemblies: Record<Lane, Assembly> = {
    urgent: { parts: [], bytes: 0 },
    bulk: { parts: [], bytes: 0 },
  }
  #bytes: Uint8Array = new Uint8Array(0)
  /** Where the next frame begins in `#bytes`. */
  #at = 0

  constructor(caps: LaneCaps) {
    this.#caps = caps
  }

  /** Bytes held of frames that were not read, and of incomplete messages. */
  get pendingBytes(): number {
    const { urgent, bulk } = this.#assemblies
    return this.#bytes.length - this.#at + urgent.bytes + bulk.bytes
  }

  /** Takes bytes in. @returns itself, to iterate over the messages that are complete. */
  push(chunk: Uint8Array): this {
    // Buffer.slice makes a view, which would keep the whole chunk in memory; Uint8Array.slice copies.
    const plain = new Uint8Array(chunk.buffer, chunk.byteOffset, chunk.length)
    const rest = this.#bytes.subarray(this.#at)
    this.#bytes = rest.length === 0 ? plain : concatBytes(rest, plain)
    this.#at = 0
    return this
  }

  /** The next complete message; undefined until more bytes arrive. @throws DecodeError; the reader cannot be used after that */
  next(): Message | undefined {
    for (let frame = this.#nextFrame(); frame !== undefined; frame = this.#nextFrame()) {
      const message = this.#assemble(frame)
      if (message !== undefined) return { lane: frame.lane, message }
    }
    if (this.#at > 0) this.#bytes = this.#bytes.slice(this.#at)
    this.#at = 0
    return undefined
  }

  /** The messages of `next`, up to the last complete one. */
  *[Symbol.iterator](): Generator<Message> {
    for (let message = this.next(); message !== undefined; message = this.next()) yield message
  }

  #nextFrame(): Frame | undefined {
    const [bytes, at] = [this.#bytes, this.#at]
    if (bytes.length - at < HEAD_BYTES) return undefined
    const length = (bytes[at]! << 8) | bytes[at + 1]!
    const flags = bytes[at + 2]!
    const isLast = (flags & LAST) !== 0
    const lane = LANES[flags & ~LAST]
    // All frames but the last are full: in small ones a message would take many times its bytes of memory.
    if (length < (isLast ? 1 : MAX_FRAME_BYTES) || length > MAX_FRAME_BYTES || lane === undefined)
      throw new DecodeError('MALFORMED', 'not a frame')
    const cap = this.#caps[lane]
    if (this.#assemblies[lane].bytes + length > cap)
      throw new DecodeError('TOO_LARGE', `a message of over ${cap} bytes`)
    const end = at + HEAD_BYTES + length
    if (bytes.length < end) return undefined
    this.#at = end
    return { lane, isLast, payload: bytes.slice(at + HEAD_BYTES, end) }
  }

  #assemble({ lane, isLast, payload }: Frame): Uint8Array | undefined {
    const assembly = this.#assemblies[lane]
    assembly.parts.push(payload)
    assembly.bytes += payload.length
    if (!isLast) return undefined
    this.#assemblies[lane] = { parts: [], bytes: 0 }
    return assembly.parts.length === 1 ? payload : concatBytes(...assembly.parts)
  }
}
