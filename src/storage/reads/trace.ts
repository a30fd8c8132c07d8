import { MINT } from '../../ledger/params.ts'
import { startOf } from '../../provenance/start.ts'
import { trace } from '../../provenance/trace.ts'
import type { TraceDirection, TraceRequest, TraceResult } from '../../provenance/types.ts'
import type { Database } from '../database.ts'
import { type AssetRow, readAssets, readAssetsByOrdinal, readMadeAssets } from './assets.ts'
import { FetchedIndex } from './fetched-index.ts'
import { readHoldings } from './holdings.ts'
import {
  readCounters,
  readWalkedByHash,
  type UnitRange,
  type WalkedRecord,
  walkRecords,
} from './trace-walk.ts'

/** Maximum number of records that a trace visits. The result says if it was cut off. */
const MAX_RECORDS = 100_000
/** More steps than any path has. */
const NO_END = 2 ** 31 - 2

/**
 * Traces units through the records before position `end`. The database finds the records on their paths with one recursive query per
 * generation of assets made from others; src/provenance does the arithmetic.
 * @param known assets that were read already
 * @throws RejectionError BAD_INPUT, UNKNOWN_ASSET or NOT_FOUND
 */
export async function readTrace(
  database: Database,
  request: TraceRequest,
  end: number,
  known: readonly AssetRow[] = [],
): Promise<TraceResult> {
  const fetch = new Fetch(database, end, request.maxDepth ?? Number.MAX_SAFE_INTEGER)
  fetch.index.addAssets(known)
  await fetch.start(request)
  const start = startOf(fetch.index, request)
  if (start !== undefined) await fetch.ways(request, start)
  const result = trace(fetch.index, request)
  return fetch.cut ? { ...result, truncated: true } : result
}

/** Fetches the records that one trace needs. */
class Fetch {
  readonly index = new FetchedIndex()
  /** Whether there were more records than may be fetched. */
  cut = false
  readonly #database: Database
  readonly #end: number
  readonly #maxDepth: number
  #left = MAX_RECORDS
  readonly #crossed = new Set<bigint>()

  constructor(database: Database, end: number, maxDepth: number) {
    this.#database = database
    this.#end = end
    this.#maxDepth = Math.min(maxDepth, NO_END)
  }

  /** Fetches what the request refers to: a transfer, or an asset and optionally a holding. */
  async start({ transfer, asset, account }: TraceRequest): Promise<void> {
    if (transfer !== undefined) {
      await this.#add(await readWalkedByHash(this.#database, [transfer], this.#end))
    } else if (asset !== undefined) {
      if (!this.index.asset(asset))
        this.index.addAssets(this.#known(await readAssets(this.#database, [asset])))
      const row = this.index.asset(asset)
      if (row === undefined) return
      if (account === undefined) return this.#count([row.mintHolding])
      const [holding] = await readHoldings(this.#database, [{ account, assetId: asset }], this.#end)
      if (holding === undefined) return
      // The registration does not count as an arrival at the mint, so its counters are read without it.
      if (account === MINT) await this.#count([holding.index])
      else this.index.addCounters([{ ...holding, holding: holding.index }])
    }
  }

  /** Fetches all records on the paths of a range of units, across assets made from others. */
  async ways({ direction, account, transfer }: TraceRequest, start: UnitRange): Promise<void> {
    // A backward trace of serials is fetched by walking forward from their issue, because the paths are the same.
    const serials = direction === 'BACKWARD' && account === undefined && transfer === undefined
    const depth = this.#maxDepth
    let found = serials
      ? await this.#walk('FORWARD', [start], NO_END)
      : await this.#walk(direction, [start], depth)
    for (;;) {
      const ranges = direction === 'BACKWARD' ? await this.#sources(found) : await this.#products(found)
      if (ranges.length === 0 || this.cut) break
      found = await this.#walk(direction, ranges, depth)
    }
    if (direction === 'FORWARD' || serials) await this.#count(this.index.uncounted())
  }

  /** Walks one step further than requested, to know whether something was cut off. */
  async #walk(
    direction: TraceDirection,
    ranges: readonly UnitRange[],
    depth: number,
  ): Promise<WalkedRecord[]> {
    const bounds = { end: this.#end, maxDepth: depth + 1, limit: this.#left + 1 }
    const records = await walkRecords(this.#database, direction, ranges, bounds)
    this.cut ||= records.length > this.#left
    this.#left -= Math.min(this.#left, records.length)
    await this.#add(records)
    return records
  }

  async #add(records: readonly WalkedRecord[]): Promise<void> {
    const unknown = new Set(
      records.map(({ asset }) => asset).filter((asset) => !this.index.knowsAsset(asset)),
    )
    if (unknown.size > 0) this.index.addAssets(await readAssetsByOrdinal(this.#database, [...unknown]))
    this.index.addRecords(records)
  }

  async #count(holdings: readonly number[]): Promise<void> {
    if (holdings.length > 0) this.index.addCounters(await readCounters(this.#database, holdings, this.#end))
  }

  /** For backward traces: the retired units from which the issued assets were made. */
  async #sources(found: readonly WalkedRecord[]): Promise<UnitRange[]> {
    const issued = new Set(found.filter(({ kind }) => kind === 'issue').map(({ asset }) => asset))
    const assets = this.#uncrossed([...issued].map((ordinal) => this.index.assetByOrdinal(ordinal)))
    const hashes = assets.flatMap(({ madeFrom }) => madeFrom)
    if (hashes.length === 0) return []
    const retirements = await readWalkedByHash(this.#database, hashes, this.#end)
    await this.#add(retirements)
    return retirements.map(({ toHolding, toStart, amount }) => ({
      holding: toHolding,
      lo: toStart,
      hi: toStart + amount,
    }))
  }

  /** For forward traces: the issued units of the assets that were made from the retired units. */
  async #products(found: readonly WalkedRecord[]): Promise<UnitRange[]> {
    const retired = found.filter(({ kind }) => kind === 'retire').map(({ position }) => position)
    if (retired.length === 0) return []
    const assets = this.#uncrossed(this.#known(await readMadeAssets(this.#database, retired)))
    this.index.addAssets(assets)
    const mints = assets.map(({ mintHolding }) => mintHolding)
    await this.#count(mints)
    return mints
      .map((holding) => ({ holding, lo: 0n, hi: this.index.outTotal(holding) }))
      .filter(({ hi }) => hi > 0n)
  }

  /** Those of the assets that were registered before position `end`. */
  #known(assets: readonly AssetRow[]): AssetRow[] {
    return assets.filter(({ position }) => position < this.#end)
  }

  #uncrossed(assets: readonly AssetRow[]): AssetRow[] {
    const fresh = assets.filter(({ id }) => !this.#crossed.has(id))
    for (const { id } of fresh) this.#crossed.add(id)
    return fresh
  }
}
