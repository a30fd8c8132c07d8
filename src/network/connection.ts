import { DecodeError } from '../codec/error.ts'
import { RejectionError } from '../ledger/rejection.ts'
import type { Clock, Timer } from '../process/clock.ts'
import type { Budget } from './budget.ts'
import { FrameReader, framesOf, type Lane } from './frames.ts'
import {
  decodePeerMessage,
  encodePeerMessage,
  laneCaps,
  laneOf,
  type PeerLimits,
  type PeerMessage,
} from './peer-messages.ts'
import type { Wire } from './transport.ts'

/** Bound on the bytes queued for sending. An urgent message beyond it ends the connection; a bulk one is dropped. */
const MAX_QUEUED_BYTES: Record<Lane, number> = { urgent: 4 * 1024 * 1024, bulk: 64 * 1024 * 1024 }
/** Bytes that may wait in the socket: few, because urgent frames cannot overtake bulk ones there. */
const SOCKET_BYTES = 256 * 1024
/** A connection on which nothing arrives for so long is ended. Peers ping every two seconds. */
const SILENCE_MS = 15_000
/** Shortest pause of a peer whose budget is overdrawn, so that it does not come back for every message. */
const MIN_PAUSE_MS = 10
/**
 * A peer's messages are handled for so long at a time, and one message more: then others have their turn, and this node's own work, such as a block that waits
 * for a statement's answer.
 */
const TURN_MS = 5
/**
 * A consensus message costs its sender at most this, because what it sets off, such as making a block, is this node's own work. A question costs
 * what its answer does.
 */
const MAX_CONSENSUS_MS = 5

/** Why this side ended a connection. */
export type DropReason = 'silent' | 'slow' | 'bad-message' | 'stopping' | 'replaced' | 'no-hello' | 'rejected'

/** Counters of all connections together; they only grow. */
export interface Traffic {
  sentBytes: number
  receivedBytes: number
  sentMessages: number
  receivedMessages: number
  droppedBulk: number
  throttled: number
}

/** What a connection works with. */
export interface ConnectionParts {
  limits: PeerLimits
  traffic: Traffic
  clock: Clock
  /** The peer's. While it is overdrawn the socket is not read, so that unsent bytes queue up at the peer and not here. */
  budget: Budget
}

/** Callbacks of a connection. */
export interface ConnectionEvents {
  /**
   * Messages of one lane come in order. If it throws, the connection ends with `bad-message`: an error met while a peer's bytes are handled is
   * that peer's fault. What is this node's own fault is not thrown here, but reported where it is noticed.
   */
  onMessage(message: PeerMessage): void
  /** Called once. `reason` is undefined if the other side or the network ended the connection. */
  onClose(reason: DropReason | undefined, detail?: string): void
}

/** An encoded message, which can be sent on any number of connections. */
export interface Encoded {
  lane: Lane
  bytes: Uint8Array
}

/** Encodes a message once for any number of connections. */
export function encoded(message: PeerMessage, limits: PeerLimits): Encoded {
  return { lane: laneOf(message.type), bytes: encodePeerMessage(message, limits) }
}

/** Messages over one authenticated socket, in two lanes, with bounded queues, charged to the peer's budget. */
export class Connection {
  /** Public transport key of the peer, hex. */
  readonly key: string
  readonly #socket: Wire
  readonly #clock: Clock
  readonly #limits: PeerLimits
  readonly #events: ConnectionEvents
  readonly #traffic: Traffic
  readonly #reader: FrameReader
  readonly #queues: Record<Lane, { frames: Generator<Uint8Array>; bytes: number }[]> = {
    urgent: [],
    bulk: [],
  }
  readonly #queued: Record<Lane, number> = { urgent: 0, bulk: 0 }
  readonly #budget: Budget
  #reason: { reason: DropReason; detail?: string | undefined } | undefined
  #lastHeardMs: number
  readonly #watch: Timer
  #resume: Timer | undefined
  #isHeld = false

  constructor(
    key: string,
    socket: Wire,
    { limits, traffic, clock, budget }: ConnectionParts,
    events: ConnectionEvents,
  ) {
    this.key = key
    this.#socket = socket
    this.#limits = limits
    this.#traffic = traffic
    this.#clock = clock
    this.#lastHeardMs = clock.elapsed()
    this.#events = events
    this.#reader = new FrameReader(laneCaps(limits))
    this.#budget = budget
    socket.on('data', (chunk) => this.#read(chunk))
    socket.on('drain', () => this.#flush())
    socket.on('close', () => this.#closed())
    this.#watch = clock.every(SILENCE_MS / 5, () => this.#checkSilence())
  }

  get isOpen(): boolean {
    return this.#reason === undefined && !this.#socket.destroyed
  }

  /** Queues a message. @returns false if it was dropped: the queue is full or the connection has ended */
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

  /** Ends the connection; `onClose` gets the first reason given. */
  drop(reason: DropReason, detail?: string): void {
    if (this.#reason !== undefined) return
    this.#reason = { reason, detail }
    this.#socket.destroy()
  }

  /** Leaves what arrives unread until `release`: messages of a connection that may be replaced must not be lost. */
  hold(): void {
    this.#isHeld = true
    this.#socket.pause()
  }

  /** Ends `hold`. What arrived meanwhile is handled. */
  release(): void {
    this.#isHeld = false
    if (this.#resume === undefined) this.#goOn()
  }

  /** Writes queued frames, urgent ones first, as long as few bytes wait in the socket. */
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

  /** Bytes queued on a lane. */
  queued(lane: Lane): number {
    return this.#queued[lane]
  }

  #read(chunk: Uint8Array): void {
    this.#traffic.receivedBytes += chunk.length
    if (this.#reason !== undefined) return
    this.#guard(() => {
      const fromMs = this.#clock.elapsed()
      this.#reader.push(chunk)
      const now = this.#clock.elapsed()
      // Few bytes can take much time: a chunk of one byte has the frame so far copied.
      this.#budget.charge({ bytes: chunk.length, cpuMs: now - fromMs }, now)
      if (this.#resume === undefined && !this.#isHeld) this.#work()
    })
  }

  /**
   * Handles what has arrived, message by message, until nothing is left, the budget is overdrawn or the turn is over. In the last two cases the socket rests:
   * what it has sent is never read while something is left, so that this is no more than a chunk.
   */
  #work(): void {
    const turnMs = this.#clock.elapsed() + TURN_MS
    while (this.isOpen && !this.#isHeld) {
      const now = this.#clock.elapsed()
      const waitMs = this.#budget.waitMs(now)
      if (waitMs > 0) this.#traffic.throttled += 1
      if (waitMs > 0 || now >= turnMs) {
        this.#rest(waitMs > 0 ? Math.max(MIN_PAUSE_MS, waitMs) : 0)
        return
      }
      if (!this.#handleNext(now)) return
    }
  }

  /** @returns false if no complete message is left */
  #handleNext(fromMs: number): boolean {
    const next = this.#reader.next()
    if (next === undefined) return false
    this.#lastHeardMs = fromMs
    const message = decodePeerMessage(next.message, this.#limits)
    this.#traffic.receivedMessages += 1
    try {
      this.#events.onMessage(message)
    } finally {
      const now = this.#clock.elapsed()
      const cpuMs = isOwnWork(message) ? Math.min(MAX_CONSENSUS_MS, now - fromMs) : now - fromMs
      this.#budget.charge({ messages: 1, cpuMs }, now)
    }
    return true
  }

  #rest(ms: number): void {
    this.#socket.pause()
    this.#resume = this.#clock.after(ms, () => {
      this.#resume = undefined
      if (!this.#isHeld) this.#goOn()
    })
  }

  #goOn(): void {
    // What was sent meanwhile waits in the socket.
    this.#lastHeardMs = this.#clock.elapsed()
    this.#guard(() => this.#work())
    if (this.#resume === undefined && !this.#isHeld) this.#socket.resume()
  }

  #guard(run: () => void): void {
    try {
      run()
    } catch (error) {
      const isExpected = error instanceof DecodeError || error instanceof RejectionError
      this.drop('bad-message', isExpected ? error.message : ((error as Error).stack ?? String(error)))
    }
  }

  #checkSilence(): void {
    const isSilent = this.#clock.elapsed() - this.#lastHeardMs > SILENCE_MS
    if (isSilent && this.#resume === undefined && !this.#isHeld) this.drop('silent')
  }

  #closed(): void {
    this.#clock.cancel(this.#watch)
    this.#clock.cancel(this.#resume)
    this.#events.onClose(this.#reason?.reason, this.#reason?.detail)
  }
}

/** True for what this node wants to hear: votes, blocks, certificates and answers; false for questions. */
function isOwnWork(message: PeerMessage): boolean {
  return message.type === 'consensus' && message.message.type !== 'ask' && message.message.type !== 'recover'
}
