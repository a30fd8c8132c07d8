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

/**
 * Why a block is requested. `certified`: consensus has a certificate of it. `proposed`: a leader's compact proposal could not be
 * completed.
 */
export type Purpose = 'certified' | 'proposed'

interface Fetching {
  purpose: Purpose
  /** The peer that was asked last. */
  peer: string | undefined
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
  fetch(hash: string, purpose: Purpose, first?: string): void {
    const known = this.#fetching.get(hash)
    if (known === undefined && this.#fetching.size >= MAX_FETCHING) this.done(this.#leastNeeded())
    this.#ask(hash, known?.purpose === 'certified' ? 'certified' : purpose, { attempt: 0, first })
  }

  /** Stops requesting a block, e.g. because it arrived. @returns why it was requested; undefined if it was not */
  done(hash: string): Purpose | undefined {
    const fetching = this.#fetching.get(hash)
    this.#parts.clock.cancel(fetching?.timer)
    this.#fetching.delete(hash)
    return fetching?.purpose
  }

  /** Handles a closed connection: requests from this peer go to other peers at once. */
  disconnected(peer: string): void {
    for (const [hash, fetching] of this.#fetching)
      if (fetching.peer === peer) this.#ask(hash, fetching.purpose, { attempt: fetching.attempt })
  }

  stop(): void {
    for (const hash of this.#fetching.keys()) this.done(hash)
  }

  #ask(
    hash: string,
    purpose: Purpose,
    { attempt, first }: { attempt: number; first?: string | undefined },
  ): void {
    this.done(hash)
    const peers = this.#parts.peers()
    // After two rounds, give up. Consensus asks again if it still needs the block. A lost connection does not count: the peer may be back at once.
    if (attempt > 2 * Math.max(1, peers.length)) return
    const peer = peers.find((key) => key === first) ?? peers[this.#turn++ % Math.max(1, peers.length)]
    if (peer !== undefined) this.#parts.send(peer, { type: 'get-block', hash })
    const timer = this.#parts.clock.after(ANSWER_MS, () => this.#ask(hash, purpose, { attempt: attempt + 1 }))
    this.#fetching.set(hash, { purpose, peer, attempt, timer })
  }

  /** The oldest request for a block that was only proposed, because a single leader can cause those; otherwise the oldest request. */
  #leastNeeded(): string {
    for (const [hash, { purpose }] of this.#fetching) if (purpose === 'proposed') return hash
    return this.#fetching.keys().next().value!
  }
}
