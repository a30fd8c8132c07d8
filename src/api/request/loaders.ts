import DataLoader from 'dataloader'
import { fieldToHex } from '../../crypto/field.ts'
import type { Rejection } from '../../ledger/rejection.ts'
import type { AssetRow } from '../../storage/reads/assets.ts'
import { type BlockRow, readBlocks } from '../../storage/reads/blocks.ts'
import { type HoldingKey, readAccountsExist } from '../../storage/reads/holdings.ts'
import { type PendingRow, readPending } from '../../storage/reads/pending.ts'
import type { TransferRow } from '../../storage/reads/rows.ts'
import { holdingModel, holdingsAsOf } from './holdings-as-of.ts'
import type { HoldingModel } from './models.ts'
import { loaderBy, RowLoaders } from './row-loaders.ts'
import type { ApiServices } from './services.ts'

/** Why a part of an answer is empty. */
export interface Hint extends Rejection {
  /** The root field, by its name in the answer. */
  path: (string | number)[]
}

/** Holdings that a request reads with those of other requests; more are read in a statement of its own, which ends with the request. */
const MAX_SHARED_HOLDINGS = 8
/** Holdings per request to the node. */
const NEXT_STARTS_AT_ONCE = 200

/**
 * The reads of one request, as of one block. Keys that are requested in the same tick are read in one statement, and a key that is requested
 * twice is read once. Records above the block are not visible.
 */
export class Loaders extends RowLoaders {
  readonly height: number
  /** Loaders that read the same page of many parents in one statement, by the page's arguments. */
  readonly nested = new Map<string, DataLoader<bigint, unknown>>()
  /** Why parts of the answer are empty. */
  readonly hints: Hint[]
  /** Whether the block was chosen by the client, so that what waits to become final is not seen. */
  readonly isPinned: boolean
  /** Whether the node or its pool was asked, whose answers change between blocks. */
  #askedNode = false
  /** The block that everything is read as of, once it is known. */
  #tip: BlockRow | undefined
  /** The position after the last record of the block, once it is known. */
  #end: number | undefined
  readonly #once = new Map<string, Promise<unknown>>()

  /** @param pinned for a height that the client chose: the hints of the whole answer */
  constructor(services: ApiServices, height: number, pinned?: { hints: Hint[] }) {
    super(services)
    this.height = height
    this.hints = pinned?.hints ?? []
    this.isPinned = pinned !== undefined
  }

  get blocks(): DataLoader<number, BlockRow | null> {
    return this.loader('blocks', ({ blocks: kept, database }) => {
      const blocks = loaderBy<number, BlockRow>(
        (heights) => kept.blocks(heights, (missing) => readBlocks(database, missing)),
        ({ header }) => header.height,
      )
      return this.#tip ? blocks.prime(this.height, this.#tip) : blocks
    })
  }

  get holdings(): DataLoader<HoldingKey, HoldingModel, string> {
    return this.loader(
      'holdings',
      () => new DataLoader((keys) => this.#readHoldings(keys), { cacheKeyFn: holdingName }),
    )
  }

  get accountsExist(): DataLoader<bigint, boolean> {
    return this.loader(
      'accountsExist',
      ({ database }) =>
        new DataLoader(async (accounts) => readAccountsExist(database, accounts, await this.end())),
    )
  }

  get pending(): DataLoader<bigint, PendingRow | null> {
    return this.loader('pending', ({ database }) =>
      loaderBy<bigint, PendingRow>(
        (hashes) => {
          this.#askedNode = true
          return readPending(database, hashes)
        },
        ({ hash }) => hash,
      ),
    )
  }

  get nextStarts(): DataLoader<HoldingKey, bigint, string> {
    return this.loader(
      'nextStarts',
      ({ control }) =>
        new DataLoader(
          (keys) => {
            this.#askedNode = true
            return control.nextStarts(
              keys.map(({ account, assetId }) => ({
                account: fieldToHex(account),
                assetId: fieldToHex(assetId),
              })),
            )
          },
          { cacheKeyFn: holdingName, maxBatchSize: NEXT_STARTS_AT_ONCE },
        ),
    )
  }

  /** Takes the block that everything is read as of from a read of the caller. */
  startAt(tip: BlockRow): this {
    this.#tip = tip
    this.#end = endOf(tip)
    return this
  }

  /** Whether everything that was read holds until the next block, and nothing has to be said of it beside the answer. */
  get onlyOfHeight(): boolean {
    return !this.#askedNode && this.hints.length === 0
  }

  /** The block that everything is read as of. */
  tip(): Promise<BlockRow> {
    return this.block(this.height)
  }

  /** The position after the last record of that block. */
  async end(): Promise<number> {
    this.#end ??= endOf(await this.tip())
    return this.#end
  }

  /** What `make` returns, made once per request: for what many parents ask alike. `name` says what it is. */
  once<T>(name: string, make: () => Promise<T>): Promise<T> {
    const made = (this.#once.get(name) as Promise<T> | undefined) ?? make()
    this.#once.set(name, made)
    return made
  }

  /** A block that must exist. */
  async block(height: number): Promise<BlockRow> {
    return existing(await this.blocks.load(height), `block ${height}`)
  }

  /** The record at a position; null if there is none as of the block. */
  async transferAt(position: number): Promise<TransferRow | null> {
    return position < (await this.end()) ? this.transfers.load(position) : null
  }

  /** A record that must exist. */
  async transfer(position: number): Promise<TransferRow> {
    return existing(await this.transfers.load(position), `record ${position}`)
  }

  async transferByHash(hash: bigint): Promise<TransferRow | null> {
    return this.#asOf(await this.transfersByHash.load(hash))
  }

  /** An asset that must exist; at once if it is known already. */
  asset(id: bigint): AssetRow | Promise<AssetRow> {
    const known = this.services.assets.known(id)
    return known ?? this.assets.load(id).then((asset) => existing(asset, `asset ${id}`))
  }

  /** An asset; at once if it is known already. */
  assetOrNull(id: bigint): AssetRow | null | Promise<AssetRow | null> {
    const known = this.services.assets.known(id)
    if (known && this.#end !== undefined) return known.position < this.#end ? known : null
    return this.assets.load(id).then((asset) => this.#asOf(asset))
  }

  /** The asset that was made from the retirement at a position; null if there is none as of the block. */
  async userOf(retirement: number): Promise<AssetRow | null> {
    return this.#asOf((await this.users.load(retirement))?.asset ?? null)
  }

  /** An asset by its code; null for a text that is no code. At once if it is known already. */
  assetByCode(code: string): AssetRow | null | Promise<AssetRow | null> {
    const known = this.services.assets.knownByCode(code)
    if (known && this.#end !== undefined) return known.position < this.#end ? known : null
    return this.#readAssetByCode(code)
  }

  async #readAssetByCode(code: string): Promise<AssetRow | null> {
    const asset = isCode(code) ? await this.assetsByCode.load(code) : null
    if (asset) this.assets.prime(asset.id, asset)
    return this.#asOf(asset)
  }

  /** The counters of a holding as of the block; zeros and no index before it is opened. */
  holding(account: bigint, assetId: bigint): Promise<HoldingModel> {
    return this.holdings.load({ account, assetId })
  }

  /** A few are read together with those of other requests. */
  async #readHoldings(keys: readonly HoldingKey[]): Promise<HoldingModel[]> {
    const end = await this.end()
    const { services, height } = this
    if (keys.length > MAX_SHARED_HOLDINGS) return holdingsAsOf(services, keys, height, end)
    const found = await Promise.all(keys.map((key) => services.holdings.load({ ...key, height, end })))
    return keys.map((key, i) => holdingModel(key, found[i], height))
  }

  async #asOf<T extends { position: number }>(row: T | null): Promise<T | null> {
    return row && row.position < (await this.end()) ? row : null
  }
}

/** The position after the last record of a block. */
export const endOf = ({ header, recordCount }: BlockRow): number => header.position + recordCount

/** True for a text that may be a code, or the beginning of one. */
export const isCode = (text: string): boolean => /^[A-Za-z0-9._:/-]{1,64}$/.test(text)

const holdingName = ({ account, assetId }: HoldingKey) => `${account}:${assetId}`

function existing<T>(row: T | null, what: string): T {
  if (row === null) throw new Error(`${what} is not in the database`)
  return row
}
