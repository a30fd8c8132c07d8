import { ClientError } from '../../client/graphql.ts'
import type { Client } from '../../client/types.ts'
import { JsonReader } from '../../ledger/json-reader.ts'

/** For so many milliseconds after a reading the era is extrapolated with this machine's clock. */
const FRESH_MS = 5_000
/** Eras and milliseconds that a chain is believed to name; from there on, an era still has room for those that follow. */
const MAX_ERA_NOW = 2 ** 47
const MAX_INT = 2 ** 31 - 1
const read = new JsonReader('MALFORMED')

/** What an import has to know of a chain. `eraMs` and `delay` as in its genesis. */
interface ChainNow {
  chainId: bigint
  era: number
  eraMs: number
  delay: number
}

/** Asks for the chain. @throws ClientError; RejectionError MALFORMED if the answer cannot be read */
export async function chainOf(client: Client): Promise<ChainNow> {
  const { chainId, era, eraMs, delay } = read.entries(await client.chain(), 'chain')
  return {
    chainId: read.field(chainId, 'chain.chainId'),
    era: read.integer(era, 'chain.era', 0, MAX_ERA_NOW),
    eraMs: read.integer(String(eraMs), 'chain.eraMs', 1, MAX_INT),
    delay: read.integer(String(delay), 'chain.delay', 0, MAX_INT),
  }
}

/** The id and current era of a chain, without a request for every use. */
export class EraClock {
  readonly #client: Client
  #chain: ChainNow | undefined
  #readAt = Number.NEGATIVE_INFINITY
  #reading: Promise<void> | undefined

  constructor(client: Client) {
    this.#client = client
  }

  get chainId(): bigint {
    return this.#known.chainId
  }

  get #known(): ChainNow {
    if (this.#chain === undefined) throw new Error('the chain was not read yet')
    return this.#chain
  }

  /** Asks the server if the last reading is older than FRESH_MS, or if `force`. @throws ClientError, BAD_CHAIN if it is another chain than before; RejectionError MALFORMED */
  async read(force = false): Promise<void> {
    if (!force && performance.now() - this.#readAt < FRESH_MS) return
    this.#reading ??= this.#ask().finally(() => {
      this.#reading = undefined
    })
    await this.#reading
  }

  /** The first era that an action may name if it reaches the node within `travelMs`. */
  nextEra(travelMs: number): number {
    const { era, eraMs, delay } = this.#known
    return era + Math.floor((performance.now() - this.#readAt + travelMs) / eraMs) + delay + 1
  }

  async #ask(): Promise<void> {
    const chain = await chainOf(this.#client)
    if (chain.chainId !== (this.#chain ?? chain).chainId)
      throw new ClientError('BAD_CHAIN', 'the api shows another chain than before')
    this.#chain = chain
    this.#readAt = performance.now()
  }
}
