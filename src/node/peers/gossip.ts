/**
 * Spreads actions among the nodes of a chain. PROTOCOL.md, "Gossip".
 *
 * Why: every validator should have an action before a leader proposes it, but sending each action to every peer would carry it over each link in
 * both directions. So nodes announce ids, and the action itself crosses a link about once.
 *
 * How: when the pool admits an action, its id is announced (`have`) to every peer that is not known to have it. A node that lacks the action
 * requests it (`want`) from the first peer that announced it, and remembers the others. If that peer does not answer within ANSWER_MS, or at
 * once if its connection closes, the request goes to the next one. Arrived actions (`actions`) are offered to the pool; those that it admits
 * are announced in turn. A peer that sends a malformed or wrongly signed action is punished, because an honest node checks actions before it
 * passes them on. Every map is bounded, so a peer cannot fill the memory. An announcement beyond a bound is ignored; the action can still come
 * from a peer that announces it later, or with a block.
 */
import { bytesToHex } from '../../codec/bytes.ts'
import { actionId } from '../../ledger/action-codec.ts'
import type { HashedAction } from '../../ledger/action-hash.ts'
import { type CarriedAction, MAX_IDS, MAX_TRANSFERS, type PeerMessage } from '../../network/peer-messages.ts'
import type { Clock, Timer } from '../../process/clock.ts'
import type { Passed } from '../intake/submissions.ts'
import type { ActionStore } from './action-store.ts'

/** How long ids are collected before they are announced, so that one message carries many. */
const GATHER_MS = 10
/** How long to wait for an action before asking another peer that has it. */
const ANSWER_MS = 2_000
/** The only peer that has an action is asked again, each time after twice as long, until it has been asked for so long: longer than a silent connection lasts. */
const MAX_ANSWER_MS = 16_000
/** Maximum number of actions that are requested and have not arrived. */
const MAX_WANTED = 20_000
/** Maximum number of ids remembered per peer as known to it, and of ids remembered as faulty. */
const MAX_NAMES = 50_000
/** Size in bytes at which an answer is sent and the next one begins. */
const MAX_ANSWER_BYTES = 1024 * 1024

/** What gossip needs from the node. Peers are identified by their transport keys, in hex. */
export interface GossipParts {
  clock: Clock
  store: ActionStore
  /** The actions in the pool, in order of arrival. */
  waiting(): Iterable<{ bytes: Uint8Array }>
  peers(): string[]
  send(peer: string, message: PeerMessage): boolean
  /** Offers actions from a peer to the pool. @returns one result per action */
  pass(actions: CarriedAction[], peer: string): Promise<Passed[]>
  /** Punishes a peer that did what no honest peer does. */
  punish(peer: string, why: string): void
  onFatal(error: unknown): void
}

/** An action that was requested. */
interface Wanted {
  /** The peer that was asked last, and when. */
  peer: string
  sinceMs: number
  /** How long to wait for the answer. */
  waitMs: number
  /** Other connected peers that have the action, in the order in which they announced it. */
  others: Set<string>
  /** True once the action has arrived and the pool is deciding about it, so no other peer needs to be asked. */
  hasArrived: boolean
}

/** Spreads actions among peers. See the header of this file. */
export class Gossip {
  readonly #parts: GossipParts
  /** Ids to announce to each peer. */
  readonly #toAnnounce = new Map<string, Set<string>>()
  /** Ids of actions that each peer is known to have, at most MAX_NAMES. */
  readonly #known = new Map<string, Set<string>>()
  readonly #wanted = new Map<string, Wanted>()
  readonly #faulty = new Set<string>()
  #flush: Timer | undefined
  readonly #retry: Timer

  constructor(parts: GossipParts) {
    this.#parts = parts
    this.#retry = parts.clock.every(ANSWER_MS / 2, () => this.#askOverdue())
  }

  /** What is held, with its bounds: requested actions, faulty ids, and the most ids that one peer is known to have. */
  get held(): Record<string, readonly [held: number, bound: number]> {
    const known = Math.max(0, ...[...this.#known.values()].map(({ size }) => size))
    return {
      'requested actions': [this.#wanted.size, MAX_WANTED],
      'faulty ids': [this.#faulty.size, MAX_NAMES],
      'known ids': [known, MAX_NAMES],
    }
  }

  /** Handles an action that the pool admitted: announces it to the peers that are not known to have it. */
  admitted({ bytes, note, action, hash }: CarriedAction & HashedAction): void {
    const id = this.#parts.store.add({ bytes, note, hashed: { action, hash } })
    this.#wanted.delete(id)
    for (const peer of this.#parts.peers()) this.#announce(peer, id)
  }

  /** Handles an action that the pool dropped to make room: it may be requested again, and is announced again once it is admitted again. */
  evicted({ bytes }: CarriedAction): void {
    const id = bytesToHex(actionId(bytes))
    this.#parts.store.delete(id)
    for (const known of this.#known.values()) known.delete(id)
    for (const names of this.#toAnnounce.values()) names.delete(id)
  }

  /** Handles a new connection: announces all actions in the pool to the peer. */
  connected(peer: string): void {
    this.#known.set(peer, new Set())
    this.#toAnnounce.set(peer, new Set())
    for (const { bytes } of this.#parts.waiting()) this.#announce(peer, bytesToHex(actionId(bytes)))
  }

  /** Handles a closed connection: actions requested from this peer are requested from others at once. */
  disconnected(peer: string): void {
    this.#known.delete(peer)
    this.#toAnnounce.delete(peer)
    const lost: string[] = []
    for (const [id, wanted] of this.#wanted) {
      wanted.others.delete(peer)
      if (wanted.peer === peer && !wanted.hasArrived) lost.push(id)
    }
    this.#askNext(lost)
  }

  /** Handles an announcement. Requests the new actions from the peer, and notes it as another source for those already requested. */
  have(peer: string, ids: readonly string[]): void {
    const newIds: string[] = []
    for (const id of ids) {
      this.#remember(peer, id)
      if (this.#parts.store.has(id) || this.#faulty.has(id)) continue
      const wanted = this.#wanted.get(id)
      if (wanted !== undefined) {
        if (wanted.peer !== peer) wanted.others.add(peer)
      } else if (this.#wanted.size < MAX_WANTED) {
        this.#wanted.set(id, {
          peer,
          sinceMs: this.#parts.clock.elapsed(),
          waitMs: ANSWER_MS,
          others: new Set(),
          hasArrived: false,
        })
        newIds.push(id)
      }
    }
    this.#ask(peer, newIds)
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
    for (const id of ids) {
      const action = this.#parts.store.get(id)
      if (action === undefined) continue
      this.#remember(peer, id)
      actions.push(action)
      bytes += action.bytes.length + (action.note?.length ?? 0)
      if (actions.length === MAX_TRANSFERS || bytes > MAX_ANSWER_BYTES) answer()
    }
    answer()
  }

  /** Handles actions from a peer: those that gossip has requested are offered to the pool, all others are ignored. */
  received(peer: string, actions: readonly CarriedAction[]): void {
    const requested = actions
      .map((action) => ({ ...action, id: bytesToHex(actionId(action.bytes)) }))
      .filter(({ id }) => this.#wanted.get(id)?.hasArrived === false)
    for (const { id } of requested) {
      this.#remember(peer, id)
      this.#wanted.get(id)!.hasArrived = true
    }
    if (requested.length === 0) return
    this.#parts.pass(requested, peer).then((results) => {
      const unread: string[] = []
      results.forEach((result, i) => {
        const { id } = requested[i]!
        if (result === 'BAD_NOTE') unread.push(id)
        else this.#wanted.delete(id)
        if (result === 'FAULTY') this.#rememberFaulty(id)
      })
      // The id does not cover the note: another peer may have the same action with a good one.
      // Meanwhile a client may have submitted it here: then it is no longer wanted.
      for (const id of unread) {
        const wanted = this.#wanted.get(id)
        if (wanted !== undefined) wanted.hasArrived = false
      }
      this.#askNext(unread)
      if (results.some((result) => result === 'FAULTY' || result === 'BAD_NOTE'))
        this.#parts.punish(peer, 'an action that is malformed, not signed, or has a bad note')
    }, this.#parts.onFatal)
  }

  stop(): void {
    this.#parts.clock.cancel(this.#flush)
    this.#parts.clock.cancel(this.#retry)
  }

  #announce(peer: string, id: string): void {
    if (this.#known.get(peer)?.has(id)) return
    this.#toAnnounce.get(peer)?.add(id)
    this.#flush ??= this.#parts.clock.after(GATHER_MS, () => this.#sendAnnouncements())
  }

  #sendAnnouncements(): void {
    this.#flush = undefined
    for (const [peer, names] of this.#toAnnounce) {
      const ids = [...names].filter((id) => !this.#known.get(peer)?.has(id))
      names.clear()
      for (let at = 0; at < ids.length; at += MAX_IDS) {
        this.#parts.send(peer, { type: 'have', ids: ids.slice(at, at + MAX_IDS) })
      }
    }
  }

  /** Requests actions from a peer, or from the next peers that have them if its connection does not accept the message. */
  #ask(peer: string, ids: readonly string[]): void {
    for (let at = 0; at < ids.length; at += MAX_IDS) {
      const chunk = ids.slice(at, at + MAX_IDS)
      if (!this.#parts.send(peer, { type: 'want', ids: chunk })) this.#askNext(chunk)
    }
  }

  /**
   * Requests each action from the next peer that has it. If there is none, the last one is asked again, because it may only be slow. In the end the
   * action is forgotten until a peer announces it again.
   */
  #askNext(ids: readonly string[]): void {
    const idsByPeer = new Map<string, string[]>()
    for (const id of ids) {
      const wanted = this.#wanted.get(id)
      if (wanted === undefined) continue
      const next = this.#nextSource(wanted)
      if (next === undefined) {
        this.#wanted.delete(id)
        continue
      }
      wanted.others.delete(next)
      wanted.peer = next
      wanted.sinceMs = this.#parts.clock.elapsed()
      const peerIds = idsByPeer.get(next)
      if (peerIds === undefined) idsByPeer.set(next, [id])
      else peerIds.push(id)
    }
    for (const [peer, peerIds] of idsByPeer) this.#ask(peer, peerIds)
  }

  #nextSource(wanted: Wanted): string | undefined {
    const [other] = wanted.others
    if (other !== undefined) return other
    if (!this.#known.has(wanted.peer) || wanted.waitMs >= MAX_ANSWER_MS) return undefined
    wanted.waitMs *= 2
    return wanted.peer
  }

  #askOverdue(): void {
    const now = this.#parts.clock.elapsed()
    const overdue: string[] = []
    for (const [id, { sinceMs, waitMs, hasArrived }] of this.#wanted)
      if (!hasArrived && now - sinceMs >= waitMs) overdue.push(id)
    this.#askNext(overdue)
  }

  /** Notes that a peer has, or will soon have, an action: it announced, requested or sent it. Drops the oldest ids beyond MAX_NAMES. */
  #remember(peer: string, id: string): void {
    const known = this.#known.get(peer)
    if (known === undefined) return
    known.add(id)
    if (known.size > MAX_NAMES) known.delete(known.values().next().value!)
  }

  #rememberFaulty(id: string): void {
    this.#faulty.add(id)
    if (this.#faulty.size > MAX_NAMES) this.#faulty.delete(this.#faulty.values().next().value!)
  }
}
