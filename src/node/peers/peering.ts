import { Failure } from '../../config/failure.ts'
import { leaderOf } from '../../consensus/quorum.ts'
import { proposalMessage } from '../../consensus/signed-bytes.ts'
import type { Effect, Event, Message, Proposal, ReplicaConfig } from '../../consensus/types.ts'
import { decodeBody } from '../../ledger/body.ts'
import type { Limits } from '../../ledger/genesis.ts'
import type { Pool } from '../../mempool/pool.ts'
import type { CarriedBlock, PeerLimits, PeerMessage, PeerStatus } from '../../network/peer-messages.ts'
import { type Link, PeerSet } from '../../network/peer-set.ts'
import type { Address, Peer } from '../../network/peers-file.ts'
import type { Transport } from '../../network/transport.ts'
import type { Clock } from '../../process/clock.ts'
import type { Logger } from '../../telemetry/log.ts'
import type { NodeEvents } from '../events.ts'
import type { Submissions } from '../intake/submissions.ts'
import type { Cosigning } from '../log/cosigning.ts'
import type { ActionStore } from './action-store.ts'
import { CompactBlocks, toCompact } from './compact-blocks.ts'
import { Fetcher } from './fetcher.ts'
import { Gossip } from './gossip.ts'
import { Sync, VIEWS_AHEAD } from './sync.ts'

/** Maximum number of open requests for stored blocks per peer. */
const MAX_REQUESTS = 4
/** While so many bytes of answers wait to be sent to a peer, its requests for blocks get none. */
const MAX_UNSENT_BYTES = 8 * 1024 * 1024
/** While so many bytes of votes and names wait to be sent to a peer, no more actions are named to it. */
const BUSY_BYTES = 256 * 1024
/**
 * Main-thread time that is charged for what is done after other waits: a look for stored blocks, each MiB of them that is sent, and an action that
 * the pool does not admit, at once or after it was parked. One that it admits has somebody who pays for it, and an honest validator brings as many as
 * blocks hold.
 */
const SEEK_MS = 1
const STORED_MS_PER_MIB = 40
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
  /** Reads final blocks from the database. */
  stored: {
    byHash(hash: string): Promise<Proposal | undefined>
    from(height: number, count: number): Promise<CarriedBlock[]>
  }
  onFatal(error: unknown): void
}

/** The part of the consensus loop that the network side uses. */
export interface ConsensusPort {
  readonly finalView: number
  dispatch(event: Event): void
  proposal(hash: string): Proposal | undefined
}

/** Connects a node with its peers: consensus messages, gossip, compact blocks, blocks by hash, and catching up. */
export class Peering {
  readonly set: PeerSet
  readonly sync: Sync
  readonly #parts: PeeringParts
  readonly #gossip: Gossip
  readonly #compact: CompactBlocks
  readonly #fetcher: Fetcher
  readonly #limits: PeerLimits
  #saidDamaged = false
  readonly #requests = new Map<string, number>()
  #status: PeerStatus | null
  #loop: ConsensusPort | undefined

  constructor(parts: PeeringParts) {
    this.#parts = parts
    this.#status = parts.status
    const { config, limits, pool, submissions, events } = parts
    this.#limits = { ...limits, validators: config.validators }
    const faulty = Math.floor((config.validators - 1) / 3)
    this.set = new PeerSet({
      ...parts,
      status: () => this.#status,
      limits: this.#limits,
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
      onProposal: (peer, proposal) => this.#dispatch(peer, { type: 'proposal', proposal }),
    })
    this.#fetcher = new Fetcher({ clock, peers, send })
    this.sync = new Sync({
      clock,
      verifying: config,
      maxBodyBytes: limits.maxBodyBytes,
      tip: parts.tip,
      statuses: () => this.set.links.map(({ connection, status }) => ({ peer: connection.key, status })),
      send,
      onCertificate: (certificate) => this.#dispatch('', { type: 'certificate', certificate }),
      punish,
    })
    events.on('admitted', (entry) => this.#gossip.admitted(entry))
    events.on('left', ({ action, status }) => this.#gossip.left(action, status))
    events.on('overtaken', (action) => this.#gossip.overtaken(action))
    events.on('committed', ({ hash, header }, certificate) => {
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
    this.#loop = loop
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
      this.#loop?.dispatch({ type: 'fetched', proposal: block.proposal })
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
    this.#loop?.dispatch({ type: 'connected', peer: key })
    for (const message of this.#parts.cosigning.greeting()) connection.send(message)
  }

  /** Unanswered requests to the peer go to other peers. */
  #disconnected({ connection: { key } }: Link): void {
    this.#gossip.disconnected(key)
    this.#compact.disconnected(key)
    this.#fetcher.disconnected(key)
    this.sync.disconnected(key)
    this.#requests.delete(key)
  }

  #receive(link: Link, message: PeerMessage): void {
    const { key } = link.connection
    switch (message.type) {
      case 'ping':
        this.sync.statusReceived(key, message.status)
        this.sync.wake()
        break
      case 'consensus':
        this.#receiveConsensus(link, message.message)
        break
      case 'compact':
        this.#receiveCompact(link, message.proposal)
        break
      case 'block':
        this.#receiveBlock(link, message.proposal)
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
        this.#serve(key, async () => {
          const proposal =
            this.#loop?.proposal(message.hash) ?? (await this.#parts.stored.byHash(message.hash))
          return proposal && { type: 'block', proposal }
        })
        break
      case 'get-blocks':
        this.#serve(key, async () => {
          return { type: 'blocks', blocks: await this.#parts.stored.from(message.from, message.count) }
        })
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

  /** Votes, and questions and answers of a recovery, come from the validator that they name and from nobody else. */
  #receiveConsensus({ connection, peer }: Link, message: Message): void {
    const named = senderOf(message)
    if (named !== undefined && named !== peer.validator)
      this.set.punish(connection.key, 'a message in the name of another validator')
    else if (this.#isTimely(message)) this.#dispatch(connection.key, message)
  }

  #receiveCompact(link: Link, proposal: Proposal): void {
    const loop = this.#loop
    const { header, hash, signature } = proposal
    const { config } = this.#parts
    if (loop === undefined || !this.#isTimely({ type: 'proposal', proposal })) return
    if (header.view <= loop.finalView || loop.proposal(hash) !== undefined) return
    const leader = leaderOf(header.view, config.validators)
    const { key } = link.connection
    if (header.proposer === leader && config.verify(leader, proposalMessage(hash), signature))
      this.#compact.received(key, proposal)
    else this.set.punish(key, 'a proposal that its leader did not sign')
  }

  /**
   * Handles a block: ignored unless it was requested from this peer. To a compact proposal it adds only the body, for a peer to which the block is
   * final sends no signature.
   * @throws RejectionError, which drops the peer: no honest node passes on a body that is not a list of actions
   */
  #receiveBlock(link: Link, proposal: Proposal): void {
    const { key } = link.connection
    if (!this.#fetcher.isAsked(key, proposal.hash)) return
    decodeBody(proposal.body, this.#parts.limits)
    const proposed = this.#fetcher.done(proposal.hash)?.proposed
    if (proposed === undefined) this.#loop?.dispatch({ type: 'fetched', peer: key, proposal })
    else {
      const whole: Message = { type: 'proposal', proposal: { ...proposed, body: proposal.body } }
      if (this.#isTimely(whole)) this.#dispatch(key, whole)
    }
  }

  /**
   * Whether consensus can use a message now. A node that is far behind first fetches blocks in order. A message that shows a view to be final far
   * beyond what peers have proven is ignored: the node waits for a status message instead of fetching a long chain backwards into memory.
   */
  #isTimely(message: Message): boolean {
    if (message.type === 'recover' || message.type === 'ask') return true
    if (this.sync.isBehind) return false
    return finalViewIn(message) <= Math.max(this.#loop?.finalView ?? 0, this.sync.shownView) + VIEWS_AHEAD
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

  #dispatch(peer: string, message: Message): void {
    this.#loop?.dispatch({ type: 'message', peer, message })
  }

  /** Answers a request from storage, at most MAX_REQUESTS per peer at a time. Requests beyond that, and for missing blocks, get no answer. */
  #serve(key: string, read: () => Promise<PeerMessage | undefined>): void {
    const open = this.#requests.get(key) ?? 0
    if (open >= MAX_REQUESTS || this.set.queued(key, 'bulk') > MAX_UNSENT_BYTES) return
    this.#requests.set(key, open + 1)
    this.set.charge(key, { cpuMs: SEEK_MS })
    read()
      .then((message) => message && this.#answer(key, message))
      .catch((err) => this.#unread(err))
      .finally(() => {
        const left = this.#requests.get(key)
        if (left !== undefined) this.#requests.set(key, left - 1)
      })
  }

  /** Says once that stored blocks are damaged: peers go on asking, and other nodes have the blocks. */
  #unread(err: unknown): void {
    const { log } = this.#parts
    const isNews = err instanceof Failure && err.code === 'DATABASE_DAMAGED' && !this.#saidDamaged
    this.#saidDamaged ||= isNews
    if (isNews) log.error({ err }, err.message)
    else log.debug({ err }, 'blocks cannot be read')
  }

  #answer(key: string, message: PeerMessage): void {
    const bodies =
      message.type === 'blocks' ? message.blocks : message.type === 'block' ? [message.proposal] : []
    const mebibytes = bodies.reduce((sum, { body }) => sum + body.length, 0) / 2 ** 20
    this.set.charge(key, { cpuMs: STORED_MS_PER_MIB * mebibytes })
    this.set.answer(key, message)
  }
}

/** The validator that a message speaks for; undefined if anybody may send it. */
function senderOf(message: Message): number | undefined {
  if (message.type === 'vote') return message.vote.validator
  if (message.type === 'recover') return message.validator
  return message.type === 'recovery' ? message.answer.validator : undefined
}

/** Two processes with the same key could sign conflicting votes. */
function duplicateKey(): Failure {
  return new Failure('DUPLICATE_KEY', 'another process uses the key of this node', {
    hint: 'find where it runs and stop one of the two; never run two from copies of one data directory',
  })
}

/** The view that a message shows to be final; 0 if it shows none. */
function finalViewIn(message: Message): number {
  const certificate =
    (message.type === 'certificate' && message.certificate) ||
    (message.type === 'proposal' && message.proposal.parent) ||
    (message.type === 'recovery' && message.answer.final)
  return certificate && certificate.kind === 'finalize' ? certificate.view : 0
}
