import type { Client } from '../../client/types.ts'
import { fieldFromHex } from '../../crypto/field.ts'

/** For so many milliseconds after a reading the era is extrapolated with this machine's clock. */
const FRESH_MS = 5_000

/** The id and current era of a chain, without a request for every use. */
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

  /** Asks the server if the last reading is older than FRESH_MS, or if `force`. @throws ClientError */
  async read(force = false): Promise<void> {
    if (!force && performance.now() - this.#readAt < FRESH_MS) return
    this.#reading ??= this.#ask().finally(() => {
      this.#reading = undefined
    })
    await this.#reading
  }

  /** The first era that an action may name if it reaches the node within `travelMs`. */
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
