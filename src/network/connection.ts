import type { TLSSocket } from 'node:tls'
import { DecodeError } from '../codec/error.ts'
import { RejectionError } from '../ledger/rejection.ts'
import { FrameReader, framesOf, type Lane } from './frames.ts'
import {
  decodePeerMessage,
  encodePeerMessage,
  laneCaps,
  laneOf,
  type PeerLimits,
  type PeerMessage,
} from './peer-messages.ts'

/** Bytes that may wait to be sent: urgent messages beyond it end the connection, bulk ones are dropped. */
const MAX_QUEUED_BYTES: Record<Lane, number> = { urgent: 4 * 1024 * 1024, bulk: 64 * 1024 * 1024 }
/** Bytes given to the socket ahead of the network: small, so that urgent frames overtake bulk ones. */
const SOCKET_BYTES = 256 * 1024
/** Longest silence: pings go every two seconds. */
const SILENCE_MS = 15_000
/** What a peer may say in a second, on average and at once; beyond it, its socket is not read for a while. */
const MESSAGES_A_SECOND = 5_000
const BYTES_A_SECOND = 64 * 1024 * 1024
const BURST_SECONDS = 2
const PAUSE_MS = 100

/** Why a connection ended by this side. */
export type DropReason = 'silent' | 'slow' | 'bad-message' | 'stopping' | 'replaced' | 'no-hello' | 'rejected'

/** Traffic of all connections, by what for; counters only grow. */
export interface Traffic {
  sentBytes: number
  receivedBytes: number
  sentMessages: number
  receivedMessages: number
  droppedBulk: number
  throttled: number
}

/** Who hears of what a connection does. */
export interface ConnectionEvents {
  /** In the order of arrival of a lane. A throw of DecodeError or RejectionError ends the connection as a bad message would. */
  onMessage(message: PeerMessage): void
  /** Once. `reason` is undefined if the other side or the network ended it. */
  onClose(reason: DropReason | undefined, detail?: string): void
}

/** A message as it is sent to many: encoded once. */
export interface Encoded {
  lane: Lane
  bytes: Uint8Array
}

/** Encodes a message for any number of connections. */
export function encoded(message: PeerMessage, limits: PeerLimits): Encoded {
  return { lane: laneOf(message.type), bytes: encodePeerMessage(message, limits) }
}

/** One authenticated socket: messages in and out, in two lanes, within bounds. */
export class Connection {
  /** Public transport key of the other side, hex. */
  readonly key: string
  readonly #socket: TLSSocket
  readonly #limits: PeerLimits
  readonly #events: ConnectionEvents
  readonly #traffic: Traffic
  readonly #reader: FrameReader
  readonly #queues: Record<Lane, { frames: Generator<Uint8Array>; bytes: number }[]> = {
    urgent: [],
    bulk: [],
  }
  readonly #queued: Record<Lane, number> = { urgent: 0, bulk: 0 }
  #credit = { messages: MESSAGES_A_SECOND * BURST_SECONDS, bytes: BYTES_A_SECOND * BURST_SECONDS, atMs: 0 }
  #reason: { reason: DropReason; detail?: string | undefined } | undefined
  #lastHeardMs = performance.now()
  readonly #watch: NodeJS.Timeout
  #resume: NodeJS.Timeout | undefined

  constructor(
    key: string,
    socket: TLSSocket,
    limits: PeerLimits,
    traffic: Traffic,
    events: ConnectionEvents,
  ) {
    this.key = key
    this.#socket = socket
    this.#limits = limits
    this.#traffic = traffic
    this.#events = events
    this.#reader = new FrameReader(laneCaps(limits))
    this.#credit.atMs = performance.now()
    socket.setNoDelay(true)
    socket.on('data', (chunk: Buffer) => this.#read(chunk))
    socket.on('drain', () => this.#flush())
    socket.on('error', () => socket.destroy())
    socket.on('close', () => this.#closed())
    this.#watch = setInterval(() => this.#checkSilence(), SILENCE_MS / 5)
  }

  /** When the other side last said something whole, by performance.now(). */
  get lastHeardMs(): number {
    return this.#lastHeardMs
  }

  get isOpen(): boolean {
    return this.#reason === undefined && !this.#socket.destroyed
  }

  /** False if it was dropped because too much waits already. */
  send(message: PeerMessage): boolean {
    return this.sendEncoded(encoded(message, this.#limits))
  }

  /** As `send`. */
  sendEncoded({ lane, bytes }: Encoded): boolean {
    if (!this.isOpen) return false
    if (this.#queued[lane] + bytes.length > MAX_QUEUED_BYTES[lane]) {
      if (lane === 'urgent') this.drop('slow')
      else this.#traffic.droppedBulk += 1
      return false
    }
    this.#queued[lane] += bytes.length
    this.#queues[lane].push({ frames: framesOf(bytes, lane), bytes: bytes.length })
    this.#traffic.sentMessages += 1
    this.#flush()
    return true
  }

  /** Ends the connection. */
  drop(reason: DropReason, detail?: string): void {
    if (this.#reason !== undefined) return
    this.#reason = { reason, detail }
    this.#socket.destroy()
  }

  /** Urgent frames first, one at a time, as the network takes them. */
  #flush(): void {
    while (this.isOpen && this.#socket.writableLength < SOCKET_BYTES) {
      const lane: Lane = this.#queues.urgent.length > 0 ? 'urgent' : 'bulk'
      const next = this.#queues[lane][0]
      if (next === undefined) return
      const { value: frame, done } = next.frames.next()
      if (done === true) {
        this.#queues[lane].shift()
        this.#queued[lane] -= next.bytes
        continue
      }
      this.#traffic.sentBytes += frame.length
      this.#socket.write(frame)
    }
  }

  #read(chunk: Buffer): void {
    this.#traffic.receivedBytes += chunk.length
    if (this.#reason !== undefined) return
    try {
      const messages = this.#reader.push(chunk)
      if (messages.length > 0) this.#lastHeardMs = performance.now()
      this.#spend(messages.length, chunk.length)
      for (const { message } of messages) {
        this.#traffic.receivedMessages += 1
        if (this.isOpen) this.#events.onMessage(decodePeerMessage(message, this.#limits))
      }
    } catch (error) {
      if (!(error instanceof DecodeError || error instanceof RejectionError)) throw error
      this.drop('bad-message', error.message)
    }
  }

  /** A peer that says more than its share is not read until its share has grown again; its own queue grows meanwhile, not ours. */
  #spend(messages: number, bytes: number): void {
    const credit = this.#credit
    const now = performance.now()
    const seconds = (now - credit.atMs) / 1_000
    credit.atMs = now
    credit.messages =
      Math.min(MESSAGES_A_SECOND * BURST_SECONDS, credit.messages + seconds * MESSAGES_A_SECOND) - messages
    credit.bytes = Math.min(BYTES_A_SECOND * BURST_SECONDS, credit.bytes + seconds * BYTES_A_SECOND) - bytes
    if ((credit.messages >= 0 && credit.bytes >= 0) || this.#resume !== undefined) return
    this.#traffic.throttled += 1
    this.#socket.pause()
    this.#resume = setTimeout(() => {
      this.#resume = undefined
      this.#socket.resume()
    }, PAUSE_MS)
  }

  #checkSilence(): void {
    if (performance.now() - this.#lastHeardMs > SILENCE_MS) this.drop('silent')
  }

  #closed(): void {
    clearInterval(this.#watch)
    clearTimeout(this.#resume)
    this.#events.onClose(this.#reason?.reason, this.#reason?.detail)
  }
}
