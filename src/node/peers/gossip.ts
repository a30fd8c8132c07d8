/**
 * Spreads actions among the nodes of a chain. PROTOCOL.md, "Gossip".
 *
 * Why: every validator should have an action before a leader proposes it, but sending each action to every peer would carry it over each link in
 * both directions. So nodes announce ids, and the action itself crosses a link about once.
 *
 * How: when the pool admits an action, its id is announced (`have`) to every peer that is not known to have it. What peers announced is in `Sources`. A
 * node that lacks an action requests it (`want`) from one peer that announced it. If that peer does not answer within ANSWER_MS, or at once if its
 * connection closes, the request goes to the next one. Arrived actions (`actions`) are offered to the pool; those that it admits are announced in turn.
 * Only what was requested from a peer is taken from it. An action that the pool parks takes room of the peer that delivered it; if it is dropped from there,
 * the next peer that announced it is asked, so no peer can have dropped what another one would deliver. A peer that sends a malformed or wrongly signed action is punished, because an honest node
 * checks actions before it passes them on. Every map is bounded. A peer that announces more than fits is asked to announce again later (`list`).
 */
import type { HashedAction } from '../../ledger/action-hash.ts'
import { sizeOf } from '../../mempool/entry.ts'
import type { Departure } from '../../mempool/outcomes.ts'
import { type CarriedAction, MAX_IDS, MAX_TRANSFERS, type PeerMessage } from '../../network/peer-messages.ts'
import type { Clock, Timer } from '../../process/clock.ts'
import type { Passed } from '../intake/submissions.ts'
import { type ActionStore, idOf } from './action-store.ts'
import { Sources } from './sources.ts'

/** How long ids are collected before they are announced, so that one message carries many. */
const GATHER_MS = 10
/** How long to wait for an action before asking another peer that has it. */
const ANSWER_MS = 2_000
/** The only peer that has an action is asked again, each time after twice as long, until it has been asked for so long: longer than a silent connection lasts. */
const MAX_ANSWER_MS = 16_000
/** A peer's request to announce everything again is ignored so long after the last one. */
const LIST_MS = 10_000
/** Maximum number of ids remembered as faulty. */
const MAX_FAULTY = 50_000
/** Size in bytes at which an answer is sent and the next one begins. */
const MAX_ANSWER_BYTES = 1024 * 1024

/** Results that cost the peer which delivered the action. */
const REFUSED: ReadonlySet<Passed> = new Set<Passed>(['REJECTED', 'CROWDED', 'FAULTY', 'BAD_NOTE'])

/** What gossip needs from the node. Peers are identified by their transport keys, in hex. */
export interface GossipParts {
  clock: Clock
  store: ActionStore
  /** The actions in the pool, in order of arrival. */
  waiting(): Iterable<{ bytes: Uint8Array }>
  peers(): string[]
  send(peer: string, message: PeerMessage): boolean
  /** Whether much is queued for a peer already, so that announcements should wait. */
  isBusy(peer: string): boolean
  /** Offers actions from a peer to the pool. @returns one result per action */
  pass(actions: CarriedAction[], peer: string): Promise<Passed[]>
  /** Charges a peer for so many actions that cost work and are not admitted. */
  refused(peer: string, count: number): void
  /** Punishes a peer that did what no honest peer does. */
  punish(peer: string, why: string): void
  onFatal(error: unknown): void
}

/** Spreads actions among peers. See the header of this file. */
export class Gossip {
  readonly #parts: GossipParts
  readonly #sources: Sources
  /** Ids to announce to each peer: at most those of the store. */
  readonly #toAnnounce = new Map<string, Set<string>>()
  /** When each peer last had everything announced to it. */
  readonly #listedMs = new Map<string, number>()
  /** At most MAX_FAULTY ids. */
  readonly #faulty = new Set<string>()
  #flush: Timer | undefined
  #willAsk = false
  readonly #retry: Timer

  constructor(parts: GossipParts) {
    this.#parts = parts
    this.#sources = new Sources((id) => !parts.store.has(id) && !this.#faulty.has(id))
    this.#retry = parts.clock.every(ANSWER_MS / 2, () => this.#askOverdue())
  }

  /** What is held, with its bounds: requested actions, faulty ids, and the most ids that one peer is known to have and has announced. */
  get held(): Record<string, readonly [held: number, bound: number]> {
    return { ...this.#sources.held, 'faulty ids': [this.#faulty.size, MAX_FAULTY] }
  }

  /** Handles an action that the pool admitted: announces it to the peers that are not known to have it. */
  admitted({ bytes, note, action, hash }: CarriedAction & HashedAction): void {
    const id = this.#parts.store.add({ bytes, note, hashed: { action, hash } })
    this.#sources.settle(id)
    for (const peer of this.#parts.peers()) this.#announce(peer, id)
  }

  /**
   * Handles an action that left the pool, or the parked ones, without being final. One that gave way to others may be requested again. Must not send, as the
   * pool is changing.
   */
  left({ bytes }: CarriedAction, status: Departure): void {
    const id = idOf(bytes)
    const peer = this.#sources.delivererOf(id)
    if (peer !== undefined) this.#unparked(peer, id, status)
    else if (status === 'EVICTED') this.#evicted(id)
    else this.#parts.store.settle(id)
  }

  /** Handles a parked action that a block made final. */
  overtaken({ bytes }: CarriedAction): void {
    this.#sources.settle(idOf(bytes))
  }

  /** The peer that delivered a parked action in vain pays for it. */
  #unparked(peer: string, id: string, status: Departure): void {
    this.#parts.refused(peer, 1)
    if (status !== 'EVICTED') this.#sources.settle(id)
    else if (this.#sources.failed(id).length > 0) this.#askSoon()
  }

  /** It is announced again once it is admitted again. */
  #evicted(id: string): void {
    this.#parts.store.delete(id)
    this.#sources.unknown(id)
    for (const names of this.#toAnnounce.values()) names.delete(id)
  }

  /** Handles a new connection: announces all actions in the pool to the peer. */
  connected(peer: string): void {
    this.#sources.connected(peer)
    this.#toAnnounce.set(peer, new Set())
    this.#announceAll(peer)
  }

  /** Handles a closed connection: actions requested from this peer are requested from others at once. */
  disconnected(peer: string): void {
    this.#toAnnounce.delete(peer)
    this.#listedMs.delete(peer)
    this.#sources.disconnected(peer)
    this.#askAll()
  }

  /** Handles an announcement: requests the new actions from the peer, and notes it as a source of those that are requested already. */
  have(peer: string, ids: readonly string[]): void {
    this.#sources.named(peer, ids)
    this.#ask(peer)
  }

  /** Handles a request to announce everything again, from a peer that could not keep all that was announced to it. */
  list(peer: string): void {
    const now = this.#parts.clock.elapsed()
    if (now - (this.#listedMs.get(peer) ?? Number.NEGATIVE_INFINITY) < LIST_MS) return
    this.#announceAll(peer)
  }

  /** Answers a request for actions. Those that are not in the store are left out. */
  want(peer: string, ids: readonly string[]): void {
    let actions: CarriedAction[] = []
    let bytes = 0
    const answer = () => {
      if (actions.length > 0) this.#parts.send(peer, { type: 'actions', actions })
      actions = []
      bytes = 0
    }
    for (const id of new Set(ids)) {
      const action = this.#parts.store.get(id)
      if (action === undefined) continue
      this.#sources.knows(peer, id)
      actions.push(action)
      bytes += sizeOf(action)
      if (actions.length === MAX_TRANSFERS || bytes > MAX_ANSWER_BYTES) answer()
    }
    answer()
  }

  /** Handles actions from a peer: each that gossip has requested from it is offered to the pool once, all others are ignored. */
  received(peer: string, actions: readonly CarriedAction[]): void {
    const requested = actions
      .map((action) => ({ ...action, id: idOf(action.bytes) }))
      .filter(({ id }) => this.#sources.arrived(peer, id))
    if (requested.length === 0) return
    this.#parts.pass(requested, peer).then((results) => {
      results.forEach((result, i) => {
        const { id } = requested[i]!
        if (result === 'FAULTY') this.#rememberFaulty(id)
        // The id does not cover the note: another peer may have the same action with a good one.
        if (result === 'BAD_NOTE' || result === 'CROWDED') this.#sources.failed(id)
        else if (result === 'PARKED') this.#sources.parked(peer, id)
        else this.#sources.settle(id)
      })
      this.#parts.refused(peer, results.filter((result) => REFUSED.has(result)).length)
      if (results.some((result) => result === 'FAULTY' || result === 'BAD_NOTE'))
        this.#parts.punish(peer, 'an action that is malformed, not signed, or has a bad note')
      this.#askAll()
    }, this.#parts.onFatal)
  }

  stop(): void {
    this.#parts.clock.cancel(this.#flush)
    this.#parts.clock.cancel(this.#retry)
  }

  #announceAll(peer: string): void {
    this.#listedMs.set(peer, this.#parts.clock.elapsed())
    for (const { bytes } of this.#parts.waiting()) this.#announce(peer, idOf(bytes))
  }

  #announce(peer: string, id: string): void {
    if (this.#sources.isKnown(peer, id)) return
    this.#toAnnounce.get(peer)?.add(id)
    this.#flush ??= this.#parts.clock.after(GATHER_MS, () => this.#sendAnnouncements())
  }

  /** Sends each peer one message of ids, and the next ones later: a full pool must not fill the queue that votes use. */
  #sendAnnouncements(): void {
    this.#flush = undefined
    let isLeft = false
    for (const [peer, names] of this.#toAnnounce) {
      const ids: string[] = []
      for (const id of this.#parts.isBusy(peer) ? [] : names) {
        if (ids.length === MAX_IDS) break
        names.delete(id)
        if (!this.#sources.isKnown(peer, id) && this.#parts.store.has(id)) ids.push(id)
      }
      if (ids.length > 0) this.#parts.send(peer, { type: 'have', ids })
      isLeft ||= names.size > 0
    }
    if (isLeft) this.#flush = this.#parts.clock.after(GATHER_MS, () => this.#sendAnnouncements())
  }

  #askSoon(): void {
    if (this.#willAsk) return
    this.#willAsk = true
    this.#parts.clock.soon(() => {
      this.#willAsk = false
      this.#askAll()
    })
  }

  #askAll(): void {
    for (const peer of this.#parts.peers()) this.#ask(peer)
  }

  /** Requests from a peer what it has announced, as much as its share allows; the next peers get what its connection does not accept. */
  #ask(peer: string): void {
    this.#request(peer, this.#sources.next(peer, this.#parts.clock.elapsed()))
    if (this.#sources.hasRoomAgain(peer)) this.#parts.send(peer, { type: 'list' })
  }

  #request(peer: string, ids: readonly string[]): void {
    for (let at = 0; at < ids.length; at += MAX_IDS) {
      const chunk = ids.slice(at, at + MAX_IDS)
      if (this.#parts.send(peer, { type: 'want', ids: chunk })) continue
      const others = new Set(chunk.flatMap((id) => this.#sources.failed(id)))
      for (const other of others) this.#ask(other)
    }
  }

  #askOverdue(): void {
    const now = this.#parts.clock.elapsed()
    const again = this.#sources.overdue({ nowMs: now, answerMs: ANSWER_MS, maxMs: MAX_ANSWER_MS })
    for (const [peer, ids] of again) this.#request(peer, ids)
    this.#askAll()
  }

  #rememberFaulty(id: string): void {
    this.#faulty.add(id)
    if (this.#faulty.size > MAX_FAULTY) this.#faulty.delete(this.#faulty.values().next().value!)
  }
}
