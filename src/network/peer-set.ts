import { bytesToHex } from '../codec/bytes.ts'
import { ed25519PublicKey } from '../crypto/ed25519.ts'
import type { Clock, Timer } from '../process/clock.ts'
import type { Logger } from '../telemetry/log.ts'
import { Bans } from './bans.ts'
import { Budget, type Cost } from './budget.ts'
import { ClockOffset } from './clock-offset.ts'
import { type DropReason, encoded, type Traffic } from './connection.ts'
import { Dialer } from './dialer.ts'
import type { Lane } from './frames.ts'
import { Greeter, type Link } from './greeter.ts'
import type { PeerLimits, PeerMessage, PeerStatus } from './peer-messages.ts'
import type { Address, Peer } from './peers-file.ts'
import type { Listening, Transport } from './transport.ts'

const PING_MS = 2_000
/** Pings whose answers are awaited: a pong to any other is ignored. */
const MAX_PINGS = 8
/** How long an older connection of a peer has to prove that it is alive when another process connects with the same key. */
const PROBE_MS = 1_500

/** Configuration and callbacks of a PeerSet. */
export interface PeerSetOptions {
  /** Seed of the own transport key, 32 bytes. */
  transportKey: Uint8Array
  transport: Transport
  listen: Address | undefined
  peers: readonly Peer[]
  limits: PeerLimits
  chainId: bigint
  software: string
  /** Validators that must report a second process with the own key before it is believed: f + 1, so that one of them is honest. */
  witnesses: number
  log: Logger
  clock: Clock
  /** This node's status message. */
  status(): PeerStatus | null
  onConnected(link: Link): void
  onDisconnected(link: Link): void
  /** Called for every message except `hello`, `pong` and `duplicate`. */
  onMessage(link: Link, message: PeerMessage): void
  /** Another process uses the own key. */
  onDuplicate(): void
}

/** The peers of this node: dials those with an address, accepts those that dial, and keeps one connection to each. PROTOCOL.md, "Peers". */
export class PeerSet {
  readonly traffic: Traffic = {
    sentBytes: 0,
    receivedBytes: 0,
    sentMessages: 0,
    receivedMessages: 0,
    droppedBulk: 0,
    throttled: 0,
  }
  /** Number of sockets rejected: with no key, an unknown key, or a failed handshake. */
  strangers = 0
  /** Number of bans for breaking the protocol. */
  bans = 0
  readonly clock = new ClockOffset()
  readonly key: string
  readonly #options: PeerSetOptions
  readonly #peers: Map<string, Peer>
  readonly #links = new Map<string, Link>()
  readonly #bans: Bans
  /** By key; they outlive connections, so that nothing is gained by connecting anew. At most one per pinned key. */
  readonly #budgets = new Map<string, Budget>()
  readonly #dialer: Dialer
  readonly #duplicateWitnesses = new Set<number>()
  readonly #greeter: Greeter
  #listening: Listening | undefined
  #pings: Timer | undefined
  #isStopped = false

  constructor(options: PeerSetOptions) {
    this.#options = options
    this.#bans = new Bans(Math.max(1, options.witnesses - 1))
    this.key = bytesToHex(ed25519PublicKey(options.transportKey))
    this.#peers = new Map(options.peers.filter(({ key }) => key !== this.key).map((peer) => [peer.key, peer]))
    const isBanned = (key: string) => this.#bans.isBanned(key, options.clock.elapsed())
    this.#greeter = new Greeter({
      ...options,
      ...{ key: this.key, traffic: this.traffic, isBanned },
      peerOf: (key) => this.#peers.get(key)!,
      budgetOf: (key) => this.#budgetOf(key),
      onHello: (link, dialer) => this.#chooseConnection(link, dialer),
      onMessage: (link, message) => this.#receive(link, message),
      onClosed: (key, link, reason, detail) => this.#closed(key, link, reason, detail),
    })
    this.#dialer = new Dialer({
      ...options,
      isBanned,
      isConnected: (key) => this.#links.has(key),
      onWire: (wire, key) => this.#greeter.greet(wire, key, this.key),
    })
  }

  /** The peers that are connected now. */
  get links(): Link[] {
    return [...this.#links.values()]
  }

  /** The port listened on; undefined if this node does not listen. */
  get port(): number | undefined {
    return this.#listening?.port
  }

  /** Listens, and dials every peer with an address. @throws Failure PORT_TAKEN, LISTEN_FAILED */
  async start(): Promise<void> {
    const { listen, transport, clock } = this.#options
    if (listen !== undefined) {
      this.#listening = await transport.listen(listen, {
        isKnown: (key) => key === this.key || this.#peers.has(key),
        onPeer: (wire, key) => this.#greeter.greet(wire, key, key),
        onStranger: () => {
          this.strangers += 1
        },
      })
    }
    for (const peer of this.#peers.values()) this.#dialer.dial(peer)
    this.#pings = clock.every(PING_MS, () => this.#pingAll())
  }

  /** Sends to one peer. @returns false if it is not connected or its queue is full */
  send(key: string, message: PeerMessage): boolean {
    return this.#links.get(key)?.connection.send(message) ?? false
  }

  /** Sends the answer to a request of a peer, at the peer's cost. @returns as `send` */
  answer(key: string, message: PeerMessage): boolean {
    const connection = this.#links.get(key)?.connection
    if (connection === undefined) return false
    const answer = encoded(message, this.#options.limits)
    this.charge(key, { bytes: answer.bytes.length })
    return connection.sendEncoded(answer)
  }

  /** Charges work for a peer that its connection does not measure. */
  charge(key: string, cost: Partial<Cost>): void {
    this.#budgetOf(key).charge(cost, this.#options.clock.elapsed())
  }

  /** Bytes that wait to be sent to a peer on a lane. */
  queued(key: string, lane: Lane): number {
    return this.#links.get(key)?.connection.queued(lane) ?? 0
  }

  /** Sends to all connected peers. */
  broadcast(message: PeerMessage): void {
    if (this.#links.size === 0) return
    const bytes = encoded(message, this.#options.limits)
    for (const { connection } of this.#links.values()) connection.sendEncoded(bytes)
  }

  /** Disconnects a peer that broke the protocol, and bans it for a while. */
  punish(key: string, why: string): void {
    this.#links.get(key)?.connection.drop('bad-message', why)
  }

  async stop(): Promise<void> {
    this.#isStopped = true
    const { clock } = this.#options
    clock.cancel(this.#pings)
    this.#dialer.stop()
    for (const { connection } of this.#links.values()) connection.drop('stopping')
    this.#greeter.stop()
    await this.#listening?.stop()
  }

  #pingAll(): void {
    const clockMs = this.#options.clock.now()
    for (const link of this.#links.values()) link.pings = [...link.pings, clockMs].slice(-MAX_PINGS)
    this.broadcast({ type: 'ping', clockMs, status: this.#options.status() })
  }

  /** @returns the clock in the ping */
  #ping(link: Link): number {
    const clockMs = this.#options.clock.now()
    link.pings = [...link.pings, clockMs].slice(-MAX_PINGS)
    link.connection.send({ type: 'ping', clockMs, status: this.#options.status() })
    return clockMs
  }

  #budgetOf(key: string): Budget {
    const budget = this.#budgets.get(key) ?? new Budget(this.#options.clock.elapsed())
    this.#budgets.set(key, budget)
    return budget
  }

  /**
   * Keeps one connection per peer: of two, the one that the side with the lower key dialed. If the peer's instance differs, the older
   * connection is probed first.
   */
  #chooseConnection(link: Link, dialer: string): void {
    const { key } = link.connection
    const old = this.#links.get(key)
    const [lower] = [this.key, key].sort()
    if (old === undefined || !old.connection.isOpen) this.#connect(link)
    else if (old.instance !== link.instance) this.#probe(old, link)
    else if (dialer === lower) this.#replace(link)
    else link.connection.drop('replaced')
  }

  /** Connects a link in place of the peer's current one, which may not be the one that was probed. */
  #replace(link: Link): void {
    const old = this.#links.get(link.connection.key)
    if (old !== undefined) {
      this.#unlink(old)
      old.connection.drop('replaced')
    }
    this.#connect(link)
  }

  /**
   * Another process has connected with the key of `old`. Either both run, or the older one was killed and its connection has not been closed
   * yet: only a running one can answer this ping, while what a killed one had sent may still arrive. What comes over the new connection waits meanwhile: the
   * peer sends its votes and the names of its actions once.
   */
  #probe(old: Link, link: Link): void {
    link.connection.hold()
    this.#askForLife(old, (isAlive) => {
      if (!link.connection.isOpen || this.#isStopped) return
      if (old.connection.isOpen && isAlive) this.#probeNewer(old, link)
      else this.#replace(link)
      link.connection.release()
    })
  }

  /** The process of `old` runs. The hello of `link` may have been on its way since before that one started: its process may be the one that was killed. */
  #probeNewer(old: Link, link: Link): void {
    this.#askForLife(link, (isAlive) => {
      if (!link.connection.isOpen || this.#isStopped) return
      if (!isAlive) return link.connection.drop('replaced')
      this.#options.log.error({ peer: old.peer.name }, 'two processes use the key of a peer')
      const { key } = link.connection
      for (const { connection } of [old, link]) connection.send({ type: 'duplicate', key })
      // Dropping destroys the socket: first let the message leave.
      this.#options.clock.after(PROBE_MS, () => link.connection.drop('replaced'))
    })
  }

  /** Pings a link, and tells after PROBE_MS whether this very ping was answered. */
  #askForLife(link: Link, then: (isAlive: boolean) => void): void {
    delete link.pongedMs
    const pingedMs = this.#ping(link)
    this.#options.clock.after(PROBE_MS, () => then(link.pongedMs === pingedMs))
  }

  #connect(link: Link): void {
    const { peer, connection, software } = link
    this.#greeter.release(connection)
    this.#links.set(connection.key, link)
    this.#options.log.info({ peer: peer.name, software }, 'peer connected')
    this.#ping(link)
    this.#options.onConnected(link)
  }

  #unlink(link: Link): void {
    if (this.#links.get(link.connection.key) !== link) return
    this.#links.delete(link.connection.key)
    this.clock.forget(link.connection.key)
    this.#options.onDisconnected(link)
  }

  #receive(link: Link, message: PeerMessage): void {
    const { connection, peer } = link
    const { clock } = this.#options
    switch (message.type) {
      case 'hello':
        connection.drop('bad-message', 'a second hello')
        break
      case 'ping':
        link.status = message.status
        connection.send({ type: 'pong', sentMs: message.clockMs, clockMs: clock.now() })
        // Its status may tell that this node is behind.
        if (this.#isLinked(link)) this.#options.onMessage(link, message)
        break
      case 'pong':
        if (!link.pings.includes(message.sentMs)) break
        link.pings = link.pings.filter((sentMs) => sentMs !== message.sentMs)
        link.pongedMs = message.sentMs
        // Observers may set their clocks as they like: a validator that followed them would stop.
        if (peer.validator !== undefined)
          this.clock.add(connection.key, { ...message, receivedMs: clock.now() })
        break
      case 'duplicate':
        if (message.key === this.key) this.#witness(peer)
        break
      default:
        if (this.#isLinked(link)) this.#options.onMessage(link, message)
    }
  }

  #isLinked(link: Link): boolean {
    return this.#links.get(link.connection.key) === link
  }

  /** Counts a validator's report of a second process with the own key. A faulty minority must not be able to stop a node with false reports. */
  #witness({ validator }: Peer): void {
    if (validator === undefined) return
    this.#duplicateWitnesses.add(validator)
    if (this.#duplicateWitnesses.size === this.#options.witnesses) this.#options.onDuplicate()
  }

  #closed(
    key: string,
    link: Link | undefined,
    reason: DropReason | undefined,
    detail: string | undefined,
  ): void {
    const peer = this.#peers.get(key)
    if (reason === 'bad-message' && peer !== undefined) {
      this.bans += 1
      const ms = this.#bans.ban(key, peer.validator !== undefined, this.#options.clock.elapsed())
      this.#options.log.warn({ peer: peer.name, why: detail, ms }, 'peer banned')
    }
    if (link === undefined || !this.#isLinked(link)) return
    this.#options.log.info({ peer: link.peer.name, reason }, 'peer disconnected')
    this.#unlink(link)
    this.#dialer.dial(link.peer)
  }
}
