import type { Clock, Timer } from '../process/clock.ts'
import type { Logger } from '../telemetry/log.ts'
import type { Peer } from './peers-file.ts'
import type { Transport, Wire } from './transport.ts'

const FIRST_REDIAL_MS = 100
const MAX_REDIAL_MS = 5_000

/** What peers are dialed with. */
export interface DialerParts {
  transport: Pick<Transport, 'dial'>
  clock: Clock
  log: Logger
  isConnected(key: string): boolean
  isBanned(key: string): boolean
  /** Gets each connection that was opened. */
  onWire(wire: Wire, key: string): void
}

/** Dials peers with growing delays until they are connected. PROTOCOL.md, "Peers". */
export class Dialer {
  readonly #parts: DialerParts
  readonly #redials = new Map<string, Timer>()
  #isStopped = false

  constructor(parts: DialerParts) {
    this.#parts = parts
  }

  /** Dials a peer, if it has an address, soon and then more seldom until it is connected. */
  dial(peer: Peer): void {
    this.#dial(peer, FIRST_REDIAL_MS)
  }

  stop(): void {
    this.#isStopped = true
    for (const timer of this.#redials.values()) this.#parts.clock.cancel(timer)
  }

  /** Dials after up to `delayMs`. */
  #dial(peer: Peer, delayMs: number): void {
    const { key, name, address } = peer
    if (this.#isStopped || address === undefined) return
    const { transport, clock, log, isConnected, isBanned, onWire } = this.#parts
    const again = () => this.#dial(peer, Math.min(MAX_REDIAL_MS, 2 * delayMs))
    clock.cancel(this.#redials.get(key))
    const wait = delayMs * (0.5 + clock.random() / 2)
    const timer = clock.after(wait, () => {
      if (this.#isStopped || isConnected(key)) return
      if (isBanned(key)) return again()
      transport.dial(address, key).then(
        (wire) => {
          onWire(wire, key)
          again()
        },
        (error) => {
          log.debug({ peer: name, err: error }, 'cannot reach peer')
          again()
        },
      )
    })
    this.#redials.set(key, timer)
  }
}
