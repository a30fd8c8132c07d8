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

interface Assembly {
  parts: Uint8Array[]
  bytes: number
}

/** Reassembles messages from the bytes of a socket. A frame that would take a message over its cap is rejected before it is stored. */
export class FrameReader {
  readonly #caps: LaneCaps
  readonly #assemblies: Record<Lane, Assembly> = {
    urgent: { parts: [], bytes: 0 },
    bulk: { parts: [], bytes: 0 },
  }
  #rest: Uint8Array = new Uint8Array(0)

  constructor(caps: LaneCaps) {
    this.#caps = caps
  }

  /** Bytes held of incomplete frames and messages. */
  get pendingBytes(): number {
    return this.#rest.length + this.#assemblies.urgent.bytes + this.#assemblies.bulk.bytes
  }

  /** Takes bytes in and returns the messages that they complete. @throws DecodeError; the reader cannot be used after that */
  push(chunk: Uint8Array): { lane: Lane; message: Uint8Array }[] {
    // Buffer.slice makes a view, which would keep the whole chunk in memory; Uint8Array.slice copies.
    const plain = new Uint8Array(chunk.buffer, chunk.byteOffset, chunk.length)
    const bytes = this.#rest.length === 0 ? plain : concatBytes(this.#rest, plain)
    const messages: { lane: Lane; message: Uint8Array }[] = []
    let at = 0
    while (bytes.length - at >= HEAD_BYTES) {
      const length = (bytes[at]! << 8) | bytes[at + 1]!
      const flags = bytes[at + 2]!
      const lane = LANES[flags & ~LAST]
      // All frames but the last are full: in small ones a message would take many times its bytes of memory.
      const least = (flags & LAST) === 0 ? MAX_FRAME_BYTES : 1
      if (length < least || length > MAX_FRAME_BYTES || lane === undefined)
        throw new DecodeError('MALFORMED', 'not a frame')
      const cap = this.#caps[lane]
      if (this.#assemblies[lane].bytes + length > cap)
        throw new DecodeError('TOO_LARGE', `a message of over ${cap} bytes`)
      if (bytes.length - at < HEAD_BYTES + length) break
      const payload = bytes.slice(at + HEAD_BYTES, at + HEAD_BYTES + length)
      at += HEAD_BYTES + length
      const message = this.#assemble(lane, payload, (flags & LAST) !== 0)
      if (message !== undefined) messages.push({ lane, message })
    }
    this.#rest = bytes.slice(at)
    return messages
  }

  #assemble(lane: Lane, payload: Uint8Array, isLast: boolean): Uint8Array | undefined {
    const assembly = this.#assemblies[lane]
    assembly.parts.push(payload)
    assembly.bytes += payload.length
    if (!isLast) return undefined
    this.#assemblies[lane] = { parts: [], bytes: 0 }
    return assembly.parts.length === 1 ? payload : concatBytes(...assembly.parts)
  }
}
