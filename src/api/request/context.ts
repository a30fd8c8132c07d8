import type DataLoader from 'dataloader'
import type { YogaInitialContext } from 'graphql-yoga'
import type { ControlClient } from '../../control/client.ts'
import type { Genesis } from '../../ledger/genesis.ts'
import type { Database } from '../../storage/database.ts'
import { readTip } from '../../storage/reads/blocks.ts'
import type { Logger } from '../../telemetry/log.ts'
import type { ApiLimits } from '../limits.ts'
import type { HeightFeed } from '../live/height-feed.ts'
import type { AssetCache } from './asset-cache.ts'
import { Loaders } from './loaders.ts'

/** What all requests share. */
export interface ApiServices {
  database: Database
  /** The node behind this server. */
  control: ControlClient
  genesis: Genesis
  /** What every signed action names. */
  chainId: bigint
  /** Position of the first record that is not from genesis. */
  firstPosition: number
  heights: HeightFeed
  assets: AssetCache
  /** Whether an action is in the history, asked for all who wait for one in a single statement. */
  finals: DataLoader<bigint, boolean>
  limits: ApiLimits
  /** Names this server shows for accounts; nothing vouches for them. */
  nameOf(account: bigint): string | undefined
  /** Milliseconds since 1970. */
  now(): number
  version: string
  corsOrigins: readonly string[]
  log: Logger
}

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
