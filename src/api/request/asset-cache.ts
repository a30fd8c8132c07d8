import type { Database } from '../../storage/database.ts'
import { type AssetRow, readAssets, readAssetsByCode } from '../../storage/reads/assets.ts'

/** Assets kept in memory. The one that was read first is dropped first. */
const MAX_ASSETS = 10_000

/**
 * Keeps registered assets, which never change, so that each server reads an asset about once. The cache knows no heights: whether an asset
 * existed as of a block is for the caller to check.
 */
export class AssetCache {
  readonly #database: Database
  readonly #byId = new Map<bigint, AssetRow>()
  readonly #byCode = new Map<string, AssetRow>()

  constructor(database: Database) {
    this.#database = database
  }

  /** A registered asset that was read before. */
  known(id: bigint): AssetRow | undefined {
    return this.#byId.get(id)
  }

  /** As `known`, by its code. */
  knownByCode(code: string): AssetRow | undefined {
    return this.#byCode.get(code)
  }

  /** The registered assets among these ids, in no particular order. */
  read(ids: readonly bigint[]): Promise<AssetRow[]> {
    return this.#through(this.#byId, ids, (missing) => readAssets(this.#database, missing))
  }

  /** The registered assets among these codes, in no particular order. */
  readByCode(codes: readonly string[]): Promise<AssetRow[]> {
    return this.#through(this.#byCode, codes, (missing) => readAssetsByCode(this.#database, missing))
  }

  async #through<K>(
    known: Map<K, AssetRow>,
    keys: readonly K[],
    read: (missing: K[]) => Promise<AssetRow[]>,
  ): Promise<AssetRow[]> {
    const kept = keys.flatMap((key) => known.get(key) ?? [])
    const missing = keys.filter((key) => !known.has(key))
    if (missing.length === 0) return kept
    const rows = await read(missing)
    for (const row of rows) this.#keep(row)
    return [...kept, ...rows]
  }

  #keep(asset: AssetRow): void {
    this.#byId.set(asset.id, asset)
    this.#byCode.set(asset.code, asset)
    if (this.#byId.size <= MAX_ASSETS) return
    const [oldest] = this.#byId.values()
    if (oldest === undefined) return
    this.#byId.delete(oldest.id)
    this.#byCode.delete(oldest.code)
  }
}
