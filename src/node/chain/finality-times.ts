import type { FinalityStatus } from '../../control/client.ts'
import { type EraClock, timeOfEra } from '../../ledger/era.ts'
import type { Clock } from '../../process/clock.ts'
import type { NodeEvents } from '../events.ts'

/** Blocks whose times are kept. */
export const KEPT_TIMES = 256

interface FinalityParts {
  events: NodeEvents
  clock: Pick<Clock, 'now'>
  eras: EraClock
  /** Whether the node catches up: the blocks that it fetches then were final long before. */
  isBehind(): boolean
}

/** How long after their eras were due the newest blocks were final and stored, by this node's clock. */
export class FinalityTimes {
  readonly #ms: number[] = []

  constructor({ events, clock, eras, isBehind }: FinalityParts) {
    events.on('committed', ({ header }) => {
      if (isBehind()) return
      this.#ms.push(clock.now() - timeOfEra(eras, header.era))
      if (this.#ms.length > KEPT_TIMES) this.#ms.shift()
    })
  }

  /** Null before the first block. */
  status(): FinalityStatus | null {
    const sorted = this.#ms.toSorted((a, b) => a - b)
    const blocks = sorted.length
    if (blocks === 0) return null
    const at = (share: number) => sorted[Math.ceil(share * blocks) - 1]!
    return { blocks, medianMs: at(0.5), p95Ms: at(0.95), maxMs: at(1) }
  }
}
