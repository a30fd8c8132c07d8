import type { PeerMessage } from '../../network/peer-messages.ts'

/** Then another peer is asked. */
const ANSWER_MS = 1_500
/** Blocks asked for at once; consensus asks again for what is dropped. */
const MAX_FETCHING = 256

/** What fetching needs of the node. */
export interface FetcherParts {
  peers(): string[]
  send(peer: string, message: PeerMessage): boolean
}

/** Asks one peer after the other for blocks by hash, each round in another order, until they come. */
export class Fetcher {
  readonly #parts: FetcherParts
  readonly #timers = new Map<string, NodeJS.Timeout>()
  #turn = 0

  constructor(parts: FetcherParts) {
    this.#parts = parts
  }

  fetch(hash: string): void {
    if (this.#timers.has(hash)) clearTimeout(this.#timers.get(hash))
    else if (this.#timers.size >= MAX_FETCHING) this.done(this.#timers.keys().next().value!)
    this.#ask(hash, 0)
  }

  /** True for a block that was asked for; it is asked for no more. */
  done(hash: string): boolean {
    clearTimeout(this.#timers.get(hash))
    return this.#timers.delete(hash)
  }

  stop(): void {
    for (const timer of this.#timers.values()) clearTimeout(timer)
  }

  #ask(hash: string, attempt: number): void {
    const peers = this.#parts.peers()
    const peer = peers[this.#turn++ % Math.max(1, peers.length)]
    if (peer !== undefined) this.#parts.send(peer, { type: 'get-block', hash })
    // Two rounds; then consensus asks again if it still matters.
    if (attempt > 2 * peers.length) this.#timers.delete(hash)
    else
      this.#timers.set(
        hash,
        setTimeout(() => this.#ask(hash, attempt + 1), ANSWER_MS),
      )
  }
}
