import type { Client } from '../../client/client.ts'
import { fieldFromHex } from '../../crypto/field.ts'

/** Milliseconds for which a reading is carried on by our own clock. */
const FRESH_MS = 5_000

/** Which chain, and which era it is there, without asking every time. */
export class EraClock {
  readonly #client: Client
  #chain = { chainId: 0n, era: 0, eraMs: 1, delay: 0 }
  #readAt = Number.NEGATIVE_INFINITY
  #reading: Promise<void> | undefined

  constructor(client: Client) {
    this.#client = client
  }

  get chainId(): bigint {
    return this.#chain.chainId
  }

  /** Asks if the last reading is old, or in any case. @throws ClientError */
  async read(anyway = false): Promise<void> {
    if (!anyway && performance.now() - this.#readAt < FRESH_MS) return
    this.#reading ??= this.#ask().finally(() => {
      this.#reading = undefined
    })
    await this.#reading
  }

  /** The first era that an action may name which will be with the node in `travelMs` at the latest. */
  nextEra(travelMs: number): number {
    const { era, eraMs, delay } = this.#chain
    return era + Math.floor((performance.now() - this.#readAt + travelMs) / eraMs) + delay + 1
  }

  async #ask(): Promise<void> {
    const { chainId, era, eraMs, delay } = await this.#client.chain()
    this.#chain = { chainId: fieldFromHex(chainId), era: Number(era), eraMs, delay }
    this.#readAt = performance.now()
  }
}
