import { MAX_PARKED_BYTES, PARKED_OVERHEAD_BYTES } from '../../mempool/parked.ts'

/** Requests of all peers together that are not answered and decided: so much gossip can be queued where the signatures of blocks are checked. */
const MAX_ASKED = 1_024
/** A peer's share of MAX_ASKED is at least this. */
const MIN_ASKED = 32
/** Ids remembered per peer that it announced and that this node lacks. */
const MAX_NAMED = 20_000
/** Ids remembered per peer as known to it. */
const MAX_KNOWN = 50_000

/** What one peer has announced, and what was requested from it. */
interface Source {
  /** Ids that it announced, requested or sent. */
  known: Set<string>
  /** Announced ids that were not looked at yet. */
  queue: Set<string>
  /** Announced ids that are requested from another peer. */
  others: Set<string>
  /** Requests to it that are not decided. */
  asked: number
  /** Whether it announced more than MAX_NAMED. */
  isOverfull: boolean
}

interface Wanted {
  peer: string
  sinceMs: number
  /** How often the same peer was asked before. */
  repeated: number
  /** True once the action has arrived and the pool is deciding about it: no other peer needs to be asked. */
  hasArrived: boolean
}

/**
 * Which peers announced which actions, and from which of them each is requested: from one at a time, each peer within its share. While an action that one of
 * them delivered is parked, in the share of that peer, the others stay known: they are asked if it is dropped from there.
 */
export class Sources {
  readonly #isNeeded: (id: string) => boolean
  readonly #byPeer = new Map<string, Source>()
  readonly #wanted = new Map<string, Wanted>()
  /** Who delivered what is parked. At most as many as the pool parks. */
  readonly #parked = new Map<string, string>()

  /** @param isNeeded whether this node lacks an action and would take it */
  constructor(isNeeded: (id: string) => boolean) {
    this.#isNeeded = isNeeded
  }

  /** Requests to a peer that may be open: the same share for all. */
  get share(): number {
    return Math.max(MIN_ASKED, Math.floor(MAX_ASKED / Math.max(1, this.#byPeer.size)))
  }

  /** What is held, with its bounds. Requests were made within the shares of their time, which were larger while fewer peers were connected. */
  get held(): Record<string, readonly [held: number, bound: number]> {
    const sources = [...this.#byPeer.values()]
    const most = (size: (source: Source) => number) => Math.max(0, ...sources.map(size))
    const peers = Math.max(1, sources.length)
    return {
      'parked actions of peers': [this.#parked.size, MAX_PARKED_BYTES / PARKED_OVERHEAD_BYTES],
      'requested actions': [this.#wanted.size, MAX_ASKED * (1 + Math.log(peers)) + MIN_ASKED * peers],
      'known ids': [most(({ known }) => known.size), MAX_KNOWN],
      'announced ids': [most(({ queue, others }) => queue.size + others.size), MAX_NAMED],
    }
  }

  connected(peer: string): void {
    const sets = { known: new Set<string>(), queue: new Set<string>(), others: new Set<string>() }
    // What it brought over an earlier connection may not be decided yet.
    const asked = [...this.#wanted.values()].filter((wanted) => wanted.peer === peer).length
    this.#byPeer.set(peer, { ...sets, asked, isOverfull: false })
  }

  disconnected(peer: string): void {
    this.#byPeer.delete(peer)
    for (const [id, wanted] of this.#wanted) if (wanted.peer === peer && !wanted.hasArrived) this.failed(id)
  }

  /** A peer announced these. */
  named(peer: string, ids: readonly string[]): void {
    const source = this.#byPeer.get(peer)
    if (source === undefined) return
    for (const id of ids) {
      this.knows(peer, id)
      if (!this.#isNeeded(id) || source.others.has(id) || this.#peerOf(id) === peer) continue
      if (source.queue.size + source.others.size < MAX_NAMED) source.queue.add(id)
      else source.isOverfull = true
    }
  }

  /** Notes that a peer has, or will soon have, an action. Drops the oldest ids beyond MAX_KNOWN. */
  knows(peer: string, id: string): void {
    const known = this.#byPeer.get(peer)?.known
    if (known === undefined) return
    known.add(id)
    if (known.size > MAX_KNOWN) known.delete(known.values().next().value!)
  }

  /** No peer counts as having an action any more. */
  unknown(id: string): void {
    for (const { known } of this.#byPeer.values()) known.delete(id)
  }

  isKnown(peer: string, id: string): boolean {
    return this.#byPeer.get(peer)?.known.has(id) === true
  }

  /** Takes from a peer's announcements what is to be requested from it now. */
  next(peer: string, nowMs: number): string[] {
    const source = this.#byPeer.get(peer)
    const ids: string[] = []
    if (source === undefined) return ids
    for (const id of source.queue) {
      if (source.asked >= this.share) break
      source.queue.delete(id)
      if (!this.#isNeeded(id)) continue
      if (this.#peerOf(id) !== undefined) {
        source.others.add(id)
        continue
      }
      this.#wanted.set(id, { peer, sinceMs: nowMs, repeated: 0, hasArrived: false })
      source.asked += 1
      ids.push(id)
    }
    return ids
  }

  /** An action came from a peer. @returns whether it was requested from this peer and had not arrived */
  arrived(peer: string, id: string): boolean {
    const wanted = this.#wanted.get(id)
    if (wanted?.peer !== peer || wanted.hasArrived) return false
    wanted.hasArrived = true
    this.knows(peer, id)
    return true
  }

  /** What a peer delivered is parked, unless it left again already. */
  parked(peer: string, id: string): void {
    if (this.delivererOf(id) !== peer) return
    this.#release(id)
    this.#parked.set(id, peer)
  }

  /** The peer that delivered an action about which the pool is deciding, or which is parked. */
  delivererOf(id: string): string | undefined {
    const wanted = this.#wanted.get(id)
    return wanted?.hasArrived === true ? wanted.peer : this.#parked.get(id)
  }

  /** The pool has decided about an action: nobody is asked for it any more. */
  settle(id: string): void {
    this.#release(id)
    for (const { queue, others } of this.#byPeer.values()) {
      queue.delete(id)
      others.delete(id)
    }
  }

  /**
   * A request had no good answer, or the action was dropped from its peer's share. Another peer that announced it gets it into its queue: the next one in
   * turn, so that two which announce it again and again keep no third one from delivering it. Without one, the action is forgotten until a peer announces
   * it again.
   * @returns that peer, if there is one
   */
  failed(id: string): string[] {
    const asked = this.#release(id)
    const peers = [...this.#byPeer.keys()]
    const last = asked === undefined ? -1 : peers.indexOf(asked)
    for (const peer of [...peers.slice(last + 1), ...peers.slice(0, Math.max(0, last))]) {
      const { queue, others } = this.#byPeer.get(peer)!
      if (!(others.delete(id) || queue.has(id))) continue
      queue.add(id)
      return [peer]
    }
    return []
  }

  /**
   * Gives up requests that had no answer within `answerMs` if another peer has the action. Without one, the same peer may only be slow: it is asked
   * again, each time after twice as long, until that is over `maxMs`.
   * @returns the requests to repeat, by peer
   */
  overdue(times: { nowMs: number; answerMs: number; maxMs: number }): Map<string, string[]> {
    const again = new Map<string, string[]>()
    for (const [id, wanted] of [...this.#wanted]) {
      const waitedMs = times.nowMs - wanted.sinceMs
      const ownMs = times.answerMs * 2 ** wanted.repeated
      if (wanted.hasArrived || waitedMs < times.answerMs) continue
      if (this.#hasOther(id, wanted.peer)) this.failed(id)
      else if (waitedMs >= ownMs && ownMs >= times.maxMs) this.failed(id)
      else if (waitedMs >= ownMs) {
        wanted.sinceMs = times.nowMs
        wanted.repeated += 1
        const ids = again.get(wanted.peer) ?? []
        ids.push(id)
        again.set(wanted.peer, ids)
      }
    }
    return again
  }

  /** True once for a peer that announced more than could be kept, as soon as half of the room is free again. */
  hasRoomAgain(peer: string): boolean {
    const source = this.#byPeer.get(peer)
    if (source?.isOverfull !== true || source.queue.size + source.others.size > MAX_NAMED / 2) return false
    source.isOverfull = false
    return true
  }

  #hasOther(id: string, asked: string): boolean {
    for (const [peer, { queue, others }] of this.#byPeer)
      if (peer !== asked && (others.has(id) || queue.has(id))) return true
    return false
  }

  /** The peer that is asked for an action, or from which it is parked. */
  #peerOf(id: string): string | undefined {
    return this.#wanted.get(id)?.peer ?? this.#parked.get(id)
  }

  #release(id: string): string | undefined {
    const peer = this.#peerOf(id)
    const source = this.#wanted.delete(id) && peer !== undefined ? this.#byPeer.get(peer) : undefined
    if (source !== undefined) source.asked -= 1
    this.#parked.delete(id)
    return peer
  }
}
