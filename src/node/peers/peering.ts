import { Failure } from '../../config/failure.ts'
import type { Effect, Proposal, ReplicaConfig } from '../../consensus/types.ts'
import { decodeBody } from '../../ledger/body.ts'
import type { Limits } from '../../ledger/genesis.ts'
import type { Pool } from '../../mempool/pool.ts'
import type { Link } from '../../network/greeter.ts'
import type { CarriedBlock, PeerMessage, PeerStatus } from '../../network/peer-messages.ts'
import { PeerSet } from '../../network/peer-set.ts'
import type { Address, Peer } from '../../network/peers-file.ts'
import type { Transport } from '../../network/transport.ts'
import type { Clock } from '../../process/clock.ts'
import type { Logger } from '../../telemetry/log.ts'
import type { NodeEvents } from '../events.ts'
import type { Submissions } from '../intake/submissions.ts'
import type { Cosigning } from '../log/cosigning.ts'
import { type ActionStore, idOf } from './action-store.ts'
import { BlockServer, type BlockServerParts } from './block-server.ts'
import { CompactBlocks, toCompact } from './compact-blocks.ts'
import { ConsensusInbox, type ConsensusPort } from './consensus-inbox.ts'
import { Fetcher } from './fetcher.ts'
import { Gossip } from './gossip.ts'
import { Sync } from './sync.ts'

/** While so many bytes of votes and names wait to be sent to a peer, no more actions are named to it. */
const BUSY_BYTES = 256 * 1024
/**
 * Main-thread time that is charged for an action that the pool does not admit, at once or after it was parked. One that it admits has somebody who pays
 * for it, and an honest validator brings as many as blocks hold.
 */
const REFUSED_MS = 0.25

/** What the network side of a node needs. */
export interface PeeringParts {
  transportKey: Uint8Array
  transport: Transport
  listen: Address | undefined
  peers: readonly Peer[]
  software: string
  config: ReplicaConfig
  limits: Limits
  pool: Pool
  store: ActionStore
  submissions: Submissions
  cosigning: Pick<Cosigning, 'greeting' | 'received' | 'held'>
  log: Logger
  clock: Clock
  tip(): { height: number; hash: string }
  /** The newest final block with its own certificate, which this node sends to peers. Later ones come from the event `committed`. */
  status: PeerStatus | null
  events: NodeEvents
  stored: BlockServerParts['stored']
  onFatal(error: unknown): void
}

/** Connects a node with its peers: consensus messages, gossip, compact blocks, blocks by hash, and catching up. */
export class Peering {
  readonly set: PeerSet
  readonly sync: Sync
  readonly #parts: PeeringParts
  readonly #gossip: Gossip
  readonly #compact: CompactBlocks
  readonly #fetcher: Fetcher
  readonly #blocks: BlockServer
  readonly #inbox: ConsensusInbox
  #status: PeerStatus | null

  constructor(parts: PeeringParts) {
    this.#parts = parts
    this.#status = parts.status
    const { config, limits, pool, submissions, events } = parts
    const faulty = Math.floor((config.validators - 1) / 3)
    this.set = new PeerSet({
      ...parts,
      status: () => this.#status,
      limits: { ...limits, validators: config.validators },
      chainId: config.chainId,
      witnesses: faulty + 1,
      onDuplicate: () => parts.onFatal(duplicateKey()),
      onConnected: (link) => this.#connected(link),
      onDisconnected: (link) => this.#disconnected(link),
      onMessage: (link, message) => this.#receive(link, message),
    })
    const { store, clock } = parts
    for (const { bytes, note, action, hash } of pool.entries())
      store.add({ bytes, note, hashed: { action, hash } })
    const send = (peer: string, message: PeerMessage) => this.set.send(peer, message)
    const punish = (peer: string, why: string) => this.set.punish(peer, why)
    const peers = () => this.set.links.map(({ connection }) => connection.key)
    this.#gossip = new Gossip({
      clock,
      store,
      waiting: () => pool.entries(),
      peers,
      send: (peer, message) =>
        message.type === 'actions' ? this.set.answer(peer, message) : this.set.send(peer, message),
      isBusy: (peer) => this.set.queued(peer, 'urgent') > BUSY_BYTES,
      pass: (actions, peer) => submissions.pass(actions, peer),
      refused: (peer, count) => this.set.charge(peer, { cpuMs: REFUSED_MS * count }),
      punish,
      onFatal: parts.onFatal,
    })
    this.#compact = new CompactBlocks({
      clock,
      store,
      limits,
      send,
      fetch: (proposed, first) => this.#fetcher.fetch({ hash: proposed.hash, proposed }, first),
      onProposal: (peer, proposal) => this.#inbox.dispatch(peer, { type: 'proposal', proposal }),
    })
    this.#fetcher = new Fetcher({ clock, peers, send })
    this.sync = new Sync({
      clock,
      verifying: config,
      maxBodyBytes: limits.maxBodyBytes,
      tip: parts.tip,
      statuses: () => this.set.links.map(({ connection, status }) => ({ peer: connection.key, status })),
      send,
      onCertificate: (certificate) => this.#inbox.dispatch('', { type: 'certificate', certificate }),
      punish,
    })
    const { set, sync } = this
    const [compact, fetcher] = [this.#compact, this.#fetcher]
    this.#inbox = new ConsensusInbox({ config, limits, compact, fetcher, sync, punish })
    const held = (hash: string) => this.#inbox.loop?.proposal(hash)
    this.#blocks = new BlockServer({ set, held, stored: parts.stored, log: parts.log })
    events.on('admitted', (entry) => this.#gossip.admitted(entry))
    events.on('left', ({ action, status }) => this.#gossip.left(action, status))
    events.on('overtaken', (action) => this.#gossip.overtaken(action))
    events.on('committed', ({ hash, header, body }, certificate) => {
      for (const bytes of decodeBody(body, limits)) store.settle(idOf(bytes))
      if (certificate.hash === hash) this.#status = { header, certificate }
      this.sync.committed()
    })
    events.on('cosigned', (message, to) => {
      if (to === 'all') this.set.broadcast(message)
      else for (const { peer } of this.set.links) if (peer.validator === undefined) send(peer.key, message)
    })
  }

  /** Median by which the other validators' clocks are ahead of this one; 0 without any. */
  get clockOffsetMs(): number {
    return this.set.clock.medianMs
  }

  /** Opens the port and dials all peers. From then on the loop gets their messages. @throws Failure if the port cannot be opened */
  async start(loop: ConsensusPort): Promise<void> {
    this.#inbox.open(loop)
    await this.set.start()
  }

  async stop(): Promise<void> {
    this.#gossip.stop()
    this.#compact.stop()
    this.#fetcher.stop()
    this.sync.stop()
    await this.set.stop()
  }

  /** What this side holds in memory for its peers, with its bounds. */
  get held(): Record<string, readonly [held: number, bound: number]> {
    return {
      ...this.#gossip.held,
      ...this.#parts.store.held,
      'incomplete proposals': this.#compact.held,
      'requested blocks': this.#fetcher.held,
      'blocks ahead': this.sync.held,
      cosignatures: this.#parts.cosigning.held,
      connections: [this.set.links.length, this.#parts.peers.length],
    }
  }

  /** Carries out a `send` effect. */
  send({ to, message }: Extract<Effect, { type: 'send' }>): void {
    if (this.set.links.length === 0) return
    const wire: PeerMessage =
      message.type === 'proposal'
        ? { type: 'compact', proposal: toCompact(message.proposal, this.#parts.limits) }
        : { type: 'consensus', message }
    if (to === 'all') this.set.broadcast(wire)
    else this.set.answer(to.peer, wire)
  }

  /** Carries out a `fetch` effect: with a block that catching up has fetched already, or by requesting it from peers. */
  fetch(hash: string): void {
    const block = this.sync.take(hash)
    if (block === undefined) this.#fetcher.fetch({ hash })
    else {
      this.#keepNotes(block.proposal, block.notes)
      this.#inbox.loop?.dispatch({ type: 'fetched', proposal: block.proposal })
    }
  }

  /** Carries out a `blame` effect: disconnects the peer and bans it. */
  blame(peer: string, why: string): void {
    this.set.punish(peer, why)
  }

  #connected({ connection, status }: Link): void {
    const { key } = connection
    this.#gossip.connected(key)
    this.#fetcher.connected()
    this.sync.statusReceived(key, status)
    this.#inbox.loop?.dispatch({ type: 'connected', peer: key })
    for (const message of this.#parts.cosigning.greeting()) connection.send(message)
  }

  /** Unanswered requests to the peer go to other peers. */
  #disconnected({ connection: { key } }: Link): void {
    this.#gossip.disconnected(key)
    this.#compact.disconnected(key)
    this.#fetcher.disconnected(key)
    this.sync.disconnected(key)
    this.#blocks.disconnected(key)
  }

  #receive(link: Link, message: PeerMessage): void {
    const { key } = link.connection
    switch (message.type) {
      case 'ping':
        this.sync.statusReceived(key, message.status)
        this.sync.wake()
        break
      case 'consensus':
        this.#inbox.received(link, message.message)
        break
      case 'compact':
        this.#inbox.receivedCompact(key, message.proposal)
        break
      case 'block':
        this.#inbox.receivedBlock(key, message.proposal)
        break
      case 'have':
        if (!this.sync.isBehind) this.#gossip.have(key, message.ids)
        break
      case 'want':
        this.#gossip.want(key, message.ids)
        break
      case 'actions':
        this.#compact.arrived(key, message.actions)
        this.#gossip.received(key, message.actions)
        break
      case 'get-block':
        this.#blocks.byHash(key, message.hash)
        break
      case 'get-blocks':
        this.#blocks.from(key, message.from, message.count)
        break
      case 'blocks':
        this.sync.received(key, message.blocks)
        break
      case 'list':
        this.#gossip.list(key)
        break
      case 'cosignatures': {
        const fault = this.#parts.cosigning.received(message)
        if (fault !== undefined) this.set.punish(key, fault)
      }
    }
  }

  /** Stores the notes of a block that a quorum has certified, until its actions are applied. */
  #keepNotes({ body }: Proposal, notes: CarriedBlock['notes']): void {
    if (notes.size === 0) return
    const actions = decodeBody(body, this.#parts.limits)
    for (const [at, note] of notes) {
      const bytes = actions[at]
      if (bytes !== undefined) this.#parts.store.add({ bytes, note })
    }
  }
}

/** Two processes with the same key could sign conflicting votes. */
function duplicateKey(): Failure {
  return new Failure('DUPLICATE_KEY', 'another process uses the key of this node', {
    hint: 'find where it runs and stop one of the two; never run two from copies of one data directory',
  })
}
