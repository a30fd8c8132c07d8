import { bytesToHex } from '../codec/bytes.ts'
import type { Clock } from '../process/clock.ts'
import type { Budget } from './budget.ts'
import { Connection, type DropReason, type Traffic } from './connection.ts'
import { PEER_VERSION, type PeerLimits, type PeerMessage, type PeerStatus } from './peer-messages.ts'
import type { Peer } from './peers-file.ts'
import { HANDSHAKE_MS } from './tls.ts'
import type { Wire } from './transport.ts'

/** A connection to a peer that has said hello. */
export interface Link {
  peer: Peer
  connection: Connection
  instance: string
  software: string
  /** Its latest status message, not verified. */
  status: PeerStatus | null
  /** Clocks of the pings sent to it that it has not answered: at most MAX_PINGS of PeerSet. */
  pings: number[]
  /** The ping that it answered last, by this node's clock. */
  pongedMs?: number
}

/** What connections are greeted with, and who is told of them. */
export interface GreeterParts {
  /** The own transport key, hex. */
  key: string
  limits: PeerLimits
  chainId: bigint
  software: string
  clock: Clock
  traffic: Traffic
  status(): PeerStatus | null
  peerOf(key: string): Peer
  budgetOf(key: string): Budget
  isBanned(key: string): boolean
  /** Another process uses the own key. */
  onDuplicate(): void
  /** A peer has said hello. `dialer` is the key of the side that opened the connection. */
  onHello(link: Link, dialer: string): void
  onMessage(link: Link, message: PeerMessage): void
  /** A connection has closed; there is no link if it closed before the peer's hello. */
  onClosed(
    key: string,
    link: Link | undefined,
    reason: DropReason | undefined,
    detail: string | undefined,
  ): void
}

/** Opens connections: sends hello, and waits for the peer's. PROTOCOL.md, "Peers". */
export class Greeter {
  readonly #parts: GreeterParts
  readonly #instance: string
  readonly #greeting = new Set<Connection>()
  #isStopped = false

  constructor(parts: GreeterParts) {
    this.#parts = parts
    this.#instance = bytesToHex(parts.clock.randomBytes(16))
  }

  /** Sends hello and waits for the peer's. `dialer` is the key of the side that opened the connection. */
  greet(socket: Wire, key: string, dialer: string): void {
    const { limits, chainId, software, clock, status, traffic, budgetOf, isBanned } = this.#parts
    const budget = budgetOf(key)
    if (this.#isStopped || isBanned(key) || (dialer === key && !budget.takeConnection(clock.elapsed()))) {
      socket.destroy()
      return
    }
    let link: Link | undefined
    const connection: Connection = new Connection(
      key,
      socket,
      { limits, traffic, clock, budget },
      {
        onMessage: (message) => {
          if (link !== undefined) this.#parts.onMessage(link, message)
          else {
            clock.cancel(timer)
            link = this.#receiveHello(connection, message)
            if (link !== undefined) this.#parts.onHello(link, dialer)
          }
        },
        onClose: (reason, detail) => {
          clock.cancel(timer)
          this.#greeting.delete(connection)
          this.#parts.onClosed(key, link, reason, detail)
        },
      },
    )
    this.#greeting.add(connection)
    const timer = clock.after(HANDSHAKE_MS, () => connection.drop('no-hello'))
    const [instance, clockMs] = [this.#instance, clock.now()]
    const hello = { version: PEER_VERSION, chainId, instance, clockMs, software, status: status() }
    connection.send({ type: 'hello', ...hello })
  }

  /** A connection is in use now, and `stop` leaves it to whoever uses it. */
  release(connection: Connection): void {
    this.#greeting.delete(connection)
  }

  stop(): void {
    this.#isStopped = true
    for (const connection of this.#greeting) connection.drop('stopping')
  }

  /** Takes a connection's first message. Unless it is a hello of this chain by another node, drops the connection and returns undefined. */
  #receiveHello(connection: Connection, message: PeerMessage): Link | undefined {
    const { key } = connection
    const { key: own, chainId, peerOf, onDuplicate } = this.#parts
    const isHello = message.type === 'hello'
    if (!isHello || message.version !== PEER_VERSION || message.chainId !== chainId) {
      connection.drop('bad-message', isHello ? 'another chain or version' : 'no hello')
      return undefined
    }
    const { instance, software, status } = message
    if (key === own) {
      if (instance !== this.#instance) onDuplicate()
      connection.drop('rejected')
      return undefined
    }
    return { peer: peerOf(key), connection, instance, software, status, pings: [] }
  }
}
