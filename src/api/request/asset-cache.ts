import type { Database } from '../../storage/database.ts'
import { type AssetRow, readAssets, readAssetsByCode } from '../../storage/reads/assets.ts'

/** Assets kept; the one read first goes first. */
const MAX_ASSETS = 10_000

/** Registered assets never change: each is read once a server, within a bound. Which of them there are as of a block, the caller sees. */
export class AssetCache {
  readonly #database: Database
  readonly #byId = new Map<bigint, AssetRow>()
  readonly #byCode = new Map<string, AssetRow>()

  constructor(database: Database) {
    this.#database = database
  }

  /** Those of these ids that are registered, in no order. */
  read(ids: readonly bigint[]): Promise<AssetRow[]> {
    return this.#through(this.#byId, ids, (missing) => readAssets(this.#database, missing))
  }

  /** Those of these codes that are registered, in no order. */
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
