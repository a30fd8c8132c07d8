import type { YogaInitialContext } from 'graphql-yoga'
import { readTip } from '../../storage/reads/blocks.ts'
import { Loaders } from './loaders.ts'
import type { ApiServices } from './services.ts'

/** What one request, or one event of a subscription, runs in: the services, one block, and loaders as of it. */
export interface ApiContext extends YogaInitialContext {
  services: ApiServices
  snapshot: Snapshot
}

/**
 * The one block a request is answered as of: the newest final one when it is first asked for (so a mutation that waits reads
 * what it waited for), or the height of a subscription's event.
 */
export class Snapshot {
  readonly #services: ApiServices
  readonly #height: number | undefined
  #loaders: Promise<Loaders> | undefined

  constructor(services: ApiServices, height?: number) {
    this.#services = services
    this.#height = height
  }

  async height(): Promise<number> {
    return this.#height ?? (await this.loaders()).height
  }

  loaders(): Promise<Loaders> {
    this.#loaders ??= this.#open()
    return this.#loaders
  }

  async #open(): Promise<Loaders> {
    if (this.#height !== undefined) return new Loaders(this.#services, this.#height)
    const tip = await readTip(this.#services.database)
    const loaders = new Loaders(this.#services, tip.header.height)
    loaders.blocks.prime(tip.header.height, tip)
    return loaders
  }
}

/** The context of a subscription's event: as of its block. */
export function atHeight(context: ApiContext, height: number): ApiContext {
  return { ...context, snapshot: new Snapshot(context.services, height) }
}
