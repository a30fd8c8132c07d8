import { bytesToHex } from '../../codec/bytes.ts'
import { actionId } from '../../ledger/action-codec.ts'
import type { HashedAction } from '../../ledger/action-hash.ts'
import { type CarriedAction, MAX_IDS, MAX_TRANSFERS, type PeerMessage } from '../../network/peer-messages.ts'
import type { Passed } from '../intake/submissions.ts'
import type { ActionStore } from './action-store.ts'

/** How long names gather before they are told: a moment, so that one message names many. */
const GATHER_MS = 10
/** How long a peer may take to answer before another one that has the action is asked. */
const ANSWER_MS = 2_000
/** Actions asked for that have not arrived. */
const MAX_WANTED = 20_000
/** Names remembered, of each peer as known to it, and as faulty. */
const MAX_NAMES = 50_000
/** Bytes of one answer. */
const MAX_ANSWER_BYTES = 1024 * 1024

/** What gossip needs of the node. Peers are named by their transport keys. */
export interface GossipParts {
  store: ActionStore
  /** What waits in the pool, in order of arrival. */
  waiting(): Iterable<{ bytes: Uint8Array }>
  peers(): string[]
  send(peer: string, message: PeerMessage): boolean
  /** Offers actions that a peer delivered to the pool. */
  pass(actions: CarriedAction[], peer: string): Promise<Passed[]>
  /** A peer passed on what no honest one does. */
  punish(peer: string, why: string): void
  onFatal(error: unknown): void
}

/** An action that was asked for. */
interface Wanted {
  /** The peer that was asked, and when. */
  peer: string
  sinceMs: number
  /** Other connected peers that have it, in the order in which they named it. */
  others: Set<string>
  /** True while the pool decides about it: nobody else needs to be asked. */
  hasArrived: boolean
}

/**
 * Spreads actions: names are told to every peer that is not known to have them, and each node asks one peer for what it lacks, so an action
 * crosses a link about once. When the connection to the asked peer closes, the next peer that has the action is asked at once, and when the
 * peer only stays silent, after ANSWER_MS. PROTOCOL.md, "Gossip".
 */
export class Gossip {
  readonly #parts: GossipParts
  /** Names to be told, by peer. */
  readonly #telling = new Map<string, Set<string>>()
  /** Names that a peer is known to have, of those still of interest. */
  readonly #known = new Map<string, Set<string>>()
  readonly #wanted = new Map<string, Wanted>()
  readonly #faulty = new Set<string>()
  #flush: NodeJS.Timeout | undefined
  readonly #retry: NodeJS.Timeout

  constructor(parts: GossipParts) {
    this.#parts = parts
    this.#retry = setInterval(() => this.#askOverdue(), ANSWER_MS / 2)
  }

  /** An action was admitted here: tells the peers that do not have it. */
  admitted({ bytes, note, action, hash }: CarriedAction & HashedAction): void {
    const id = this.#parts.store.add({ bytes, note, hashed: { action, hash } })
    this.#wanted.delete(id)
    for (const peer of this.#parts.peers()) this.#tell(peer, id)
  }

  /** Tells a new peer all that waits. */
  connected(peer: string): void {
    this.#known.set(peer, new Set())
    this.#telling.set(peer, new Set())
    for (const { bytes } of this.#parts.waiting()) this.#tell(peer, bytesToHex(actionId(bytes)))
  }

  /** A connection closed: what was asked of the peer is asked of others at once. */
  disconnected(peer: string): void {
    this.#known.delete(peer)
    this.#telling.delete(peer)
    const lost: string[] = []
    for (const [id, wanted] of this.#wanted) {
      wanted.others.delete(peer)
      if (wanted.peer === peer && !wanted.hasArrived) lost.push(id)
    }
    this.#askNext(lost)
  }

  /** A peer names what it has; what is new is asked of it, unless another was asked already. */
  have(peer: string, ids: readonly string[]): void {
    const asking: string[] = []
    for (const id of ids) {
      this.#remember(peer, id)
      if (this.#parts.store.has(id) || this.#faulty.has(id)) continue
      const wanted = this.#wanted.get(id)
      if (wanted !== undefined) {
        if (wanted.peer !== peer) wanted.others.add(peer)
      } else if (this.#wanted.size < MAX_WANTED) {
        this.#wanted.set(id, { peer, sinceMs: performance.now(), others: new Set(), hasArrived: false })
        asking.push(id)
      }
    }
    this.#ask(peer, asking)
  }

  /** A peer asks for actions; those not here are left out. */
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

  /** A peer sent actions. Those that were asked for here are offered to the pool. */
  received(peer: string, actions: readonly CarriedAction[]): void {
    const asked = actions
      .map((action) => ({ ...action, id: bytesToHex(actionId(action.bytes)) }))
      .filter(({ id }) => this.#wanted.get(id)?.hasArrived === false)
    for (const { id } of asked) {
      this.#remember(peer, id)
      this.#wanted.get(id)!.hasArrived = true
    }
    if (asked.length === 0) return
    this.#parts.pass(asked, peer).then((results) => {
      results.forEach((result, i) => {
        const { id } = asked[i]!
        this.#wanted.delete(id)
        if (result === 'FAULTY') this.#blame(id)
      })
      if (results.includes('FAULTY')) this.#parts.punish(peer, 'an action that is malformed or not signed')
    }, this.#parts.onFatal)
  }

  stop(): void {
    clearTimeout(this.#flush)
    clearInterval(this.#retry)
  }

  #tell(peer: string, id: string): void {
    if (this.#known.get(peer)?.has(id)) return
    this.#telling.get(peer)?.add(id)
    this.#flush ??= setTimeout(() => this.#tellAll(), GATHER_MS)
  }

  #tellAll(): void {
    this.#flush = undefined
    for (const [peer, names] of this.#telling) {
      const ids = [...names].filter((id) => !this.#known.get(peer)?.has(id))
      names.clear()
      for (let at = 0; at < ids.length; at += MAX_IDS) {
        this.#parts.send(peer, { type: 'have', ids: ids.slice(at, at + MAX_IDS) })
      }
    }
  }

  /** Asks a peer; if its connection takes no more, the next peers that have the actions. */
  #ask(peer: string, ids: readonly string[]): void {
    for (let at = 0; at < ids.length; at += MAX_IDS) {
      const some = ids.slice(at, at + MAX_IDS)
      if (!this.#parts.send(peer, { type: 'want', ids: some })) this.#askNext(some)
    }
  }

  /** Asks the next peer for each of these; what no other peer has is asked for again when somebody names it. */
  #askNext(ids: readonly string[]): void {
    const asking = new Map<string, string[]>()
    for (const id of ids) {
      const wanted = this.#wanted.get(id)
      if (wanted === undefined) continue
      const [next] = wanted.others
      if (next === undefined) {
        this.#wanted.delete(id)
        continue
      }
      wanted.others.delete(next)
      wanted.peer = next
      wanted.sinceMs = performance.now()
      const batch = asking.get(next)
      if (batch === undefined) asking.set(next, [id])
      else batch.push(id)
    }
    for (const [peer, batch] of asking) this.#ask(peer, batch)
  }

  #askOverdue(): void {
    const now = performance.now()
    const overdue: string[] = []
    for (const [id, { sinceMs, hasArrived }] of this.#wanted)
      if (!hasArrived && now - sinceMs >= ANSWER_MS) overdue.push(id)
    this.#askNext(overdue)
  }

  /** A peer knows what it said, asked for or was sent; old names go, for what is told is new. */
  #remember(peer: string, id: string): void {
    const known = this.#known.get(peer)
    if (known === undefined) return
    known.add(id)
    if (known.size > MAX_NAMES) known.delete(known.values().next().value!)
  }

  #blame(id: string): void {
    this.#faulty.add(id)
    if (this.#faulty.size > MAX_NAMES) this.#faulty.delete(this.#faulty.values().next().value!)
  }
}
