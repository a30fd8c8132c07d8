import type { PeerMessage } from '../../network/peer-messages.ts'

/** How long a peer may take to answer before the next one is asked. */
const ANSWER_MS = 1_500
/** Blocks asked for at a time; consensus asks again for certified ones that were given up. */
const MAX_FETCHING = 256

/** What fetching needs of the node. */
export interface FetcherParts {
  /** Connected peers. */
  peers(): string[]
  send(peer: string, message: PeerMessage): boolean
}

/**
 * Why a block is asked for. `certified`: consensus knows a certificate of it. `proposed`: a leader's compact proposal could not be
 * completed.
 */
export type Purpose = 'certified' | 'proposed'

interface Fetching {
  purpose: Purpose
  /** The peer that was asked last. */
  peer: string | undefined
  attempt: number
  timer: NodeJS.Timeout
}

/**
 * Asks one peer after the other for blocks by hash until they arrive: the next one when a peer stays silent for ANSWER_MS, and at once
 * when its connection closes.
 */
export class Fetcher {
  readonly #parts: FetcherParts
  readonly #fetching = new Map<string, Fetching>()
  /** Each request begins with another peer. */
  #turn = 0

  constructor(parts: FetcherParts) {
    this.#parts = parts
  }

  /** Asks for a block, or starts over if it was asked for already; `first` is asked first if it is connected. */
  fetch(hash: string, purpose: Purpose, first?: string): void {
    const known = this.#fetching.get(hash)
    if (known === undefined && this.#fetching.size >= MAX_FETCHING) this.done(this.#leastNeeded())
    this.#ask(hash, known?.purpose === 'certified' ? 'certified' : purpose, { attempt: 0, first })
  }

  /** A block arrived, and is asked for no more. Why it was asked for; undefined if it was not. */
  done(hash: string): Purpose | undefined {
    const fetching = this.#fetching.get(hash)
    clearTimeout(fetching?.timer)
    this.#fetching.delete(hash)
    return fetching?.purpose
  }

  /** A connection closed: what was asked of the peer is asked of another one at once. */
  disconnected(peer: string): void {
    for (const [hash, fetching] of this.#fetching)
      if (fetching.peer === peer) this.#ask(hash, fetching.purpose, { attempt: fetching.attempt + 1 })
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
    // Two rounds; then consensus asks again if the block still matters.
    if (attempt > 2 * peers.length) return
    const peer = peers.find((key) => key === first) ?? peers[this.#turn++ % Math.max(1, peers.length)]
    if (peer !== undefined) this.#parts.send(peer, { type: 'get-block', hash })
    const timer = setTimeout(() => this.#ask(hash, purpose, { attempt: attempt + 1 }), ANSWER_MS)
    this.#fetching.set(hash, { purpose, peer, attempt, timer })
  }

  /** The oldest that was only proposed, for any leader can propose; else the oldest. */
  #leastNeeded(): string {
    for (const [hash, { purpose }] of this.#fetching) if (purpose === 'proposed') return hash
    return this.#fetching.keys().next().value!
  }
}
