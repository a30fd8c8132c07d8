import type { Proposal } from '../../consensus/types.ts'
import type { PeerMessage } from '../../network/peer-messages.ts'
import type { Clock, Timer } from '../../process/clock.ts'

/** How long to wait for an answer before asking the next peer. */
const ANSWER_MS = 1_500
/** Maximum number of blocks requested at a time. Consensus asks again for certified blocks that were given up. */
const MAX_FETCHING = 256

/** What the fetcher needs from the node. */
export interface FetcherParts {
  clock: Clock
  /** Keys of the connected peers. */
  peers(): string[]
  send(peer: string, message: PeerMessage): boolean
}

/** A request for a block. */
export interface BlockRequest {
  hash: string
  /** The compact proposal that could not be completed; undefined for a block that consensus has a certificate of. */
  proposed?: Proposal | undefined
}

interface Fetching extends BlockRequest {
  /** The peer that was asked last; undefined while none is connected. */
  peer: string | undefined
  /** All peers that were asked. */
  asked: Set<string>
  attempt: number
  timer: Timer
}

/**
 * Requests blocks by hash from one peer after the other until they arrive. It asks the next peer when one has not answered within ANSWER_MS,
 * or at once when its connection closes.
 */
export class Fetcher {
  readonly #parts: FetcherParts
  readonly #fetching = new Map<string, Fetching>()
  /** Rotates through the peers, so that requests are spread among them. */
  #turn = 0

  constructor(parts: FetcherParts) {
    this.#parts = parts
  }

  /** How many blocks are requested, and the bound. */
  get held(): readonly [held: number, bound: number] {
    return [this.#fetching.size, MAX_FETCHING]
  }

  /** Requests a block, or starts over if it is requested already. The peer `first` is asked first if it is connected. */
  fetch({ hash, proposed }: BlockRequest, first?: string): void {
    const known = this.#fetching.get(hash)
    if (known === undefined && this.#fetching.size >= MAX_FETCHING) this.done(this.#leastNeeded())
    const isCertified = proposed === undefined || (known !== undefined && known.proposed === undefined)
    const asked = known?.asked ?? new Set()
    this.#ask({ hash, proposed: isCertified ? undefined : proposed, asked }, 0, first)
  }

  /** Whether a block was requested from this peer and has not arrived. */
  isAsked(peer: string, hash: string): boolean {
    return this.#fetching.get(hash)?.asked.has(peer) === true
  }

  /** Stops requesting a block, e.g. because it arrived. @returns its request; undefined if there was none */
  done(hash: string): BlockRequest | undefined {
    const fetching = this.#fetching.get(hash)
    this.#parts.clock.cancel(fetching?.timer)
    this.#fetching.delete(hash)
    return fetching && { hash, proposed: fetching.proposed }
  }

  /** Handles a new connection: what nobody could be asked for is requested from this peer. */
  connected(): void {
    for (const fetching of [...this.#fetching.values()])
      if (fetching.peer === undefined) this.#ask(fetching, fetching.attempt)
  }

  /** Handles a closed connection: requests from this peer go to other peers at once. */
  disconnected(peer: string): void {
    for (const fetching of [...this.#fetching.values()]) {
      fetching.asked.delete(peer)
      if (fetching.peer === peer) this.#ask(fetching, fetching.attempt)
    }
  }

  stop(): void {
    for (const hash of this.#fetching.keys()) this.done(hash)
  }

  #ask(request: Pick<Fetching, 'hash' | 'proposed' | 'asked'>, attempt: number, first?: string): void {
    const { hash, proposed, asked } = request
    this.done(hash)
    const peers = this.#parts.peers()
    // After two rounds, give up. Consensus asks again if it still needs the block. A lost connection does not count: the peer may be back at once.
    if (attempt > 2 * Math.max(1, peers.length)) return
    const fresh = peers.filter((key) => !asked.has(key))
    const candidates = fresh.length > 0 ? fresh : peers
    const peer =
      peers.find((key) => key === first) ?? candidates[this.#turn++ % Math.max(1, candidates.length)]
    if (peer !== undefined && this.#parts.send(peer, { type: 'get-block', hash })) asked.add(peer)
    const next = peer === undefined ? attempt : attempt + 1
    const timer = this.#parts.clock.after(ANSWER_MS, () => this.#ask(request, next))
    this.#fetching.set(hash, { hash, proposed, peer, asked, attempt, timer })
  }

  /** The oldest request for a block that was only proposed, because a single leader can cause those; otherwise the oldest request. */
  #leastNeeded(): string {
    for (const [hash, { proposed }] of this.#fetching) if (proposed !== undefined) return hash
    return this.#fetching.keys().next().value!
  }
}
