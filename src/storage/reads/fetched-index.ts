import type { Asset } from '../../ledger/asset.ts'
import { type Overlap, overlaps, type TracedRecord, type TraceIndex } from '../../provenance/record-index.ts'
import type { AssetRow } from './assets.ts'
import type { CountedHolding, WalkedRecord } from './trace-walk.ts'

/** Fetched records that move units into, or out of, one holding, by the first unit that they moved. */
type Side = Map<bigint, TracedRecord>

/**
 * The records that were fetched from the database for one trace, as an index for src/provenance. For units on the paths that were walked, it
 * gives the same answers as an index of all records.
 */
export class FetchedIndex implements TraceIndex {
  readonly #byHash = new Map<bigint, TracedRecord>()
  readonly #arrivals = new Map<number, Side>()
  readonly #departures = new Map<number, Side>()
  readonly #counted = new Map<number, CountedHolding>()
  readonly #byOwner = new Map<string, number>()
  readonly #assets = new Map<bigint, AssetRow>()
  readonly #ids = new Map<number, bigint>()
  readonly #usedBy = new Map<bigint, Asset>()
  /** Sorted sides, computed when first needed. */
  readonly #sorted = new Map<Side, TracedRecord[]>()

  /** Adds assets. Must come before their records, which refer to them by number. */
  addAssets(assets: readonly AssetRow[]): void {
    for (const asset of assets) {
      this.#assets.set(asset.id, asset)
      this.#ids.set(asset.ordinal, asset.id)
      for (const hash of asset.madeFrom) this.#usedBy.set(hash, asset)
    }
  }

  knowsAsset(ordinal: number): boolean {
    return this.#ids.has(ordinal)
  }

  assetByOrdinal(ordinal: number): AssetRow {
    return this.#assets.get(this.#ids.get(ordinal)!)!
  }

  addRecords(records: readonly WalkedRecord[]): void {
    for (const { asset, ...rest } of records) {
      if (this.#byHash.has(rest.hash)) continue
      const record: TracedRecord = { ...rest, assetId: this.#ids.get(asset)! }
      this.#byHash.set(record.hash, record)
      sideOf(this.#departures, record.fromHolding).set(record.fromStart, record)
      sideOf(this.#arrivals, record.toHolding).set(record.toStart, record)
    }
  }

  addCounters(holdings: readonly CountedHolding[]): void {
    for (const counted of holdings) {
      this.#counted.set(counted.holding, counted)
      this.#byOwner.set(`${counted.account}:${counted.assetId}`, counted.holding)
    }
  }

  /** Holdings of the fetched records whose counters have not been added. */
  uncounted(): number[] {
    const named = [...this.#arrivals.keys(), ...this.#departures.keys()]
    return [...new Set(named)].filter((holding) => !this.#counted.has(holding))
  }

  record(hash: bigint): TracedRecord | undefined {
    return this.#byHash.get(hash)
  }

  asset(id: bigint): AssetRow | undefined {
    return this.#assets.get(id)
  }

  madeFrom(retirement: bigint): Asset | undefined {
    return this.#usedBy.get(retirement)
  }

  holding(account: bigint, assetId: bigint): number | undefined {
    return this.#byOwner.get(`${account}:${assetId}`)
  }

  owner(holding: number): CountedHolding {
    return this.#counted.get(holding)!
  }

  inTotal(holding: number): bigint {
    return this.#counted.get(holding)!.inTotal
  }

  outTotal(holding: number): bigint {
    return this.#counted.get(holding)!.outTotal
  }

  arrivals(holding: number, lo: bigint, hi: bigint): Overlap[] {
    return overlaps(this.#inOrder(this.#arrivals, holding), (record) => record.toStart, lo, hi)
  }

  departures(holding: number, lo: bigint, hi: bigint): Overlap[] {
    return overlaps(this.#inOrder(this.#departures, holding), (record) => record.fromStart, lo, hi)
  }

  #inOrder(sides: Map<number, Side>, holding: number): TracedRecord[] {
    const side = sides.get(holding)
    if (side === undefined) return []
    const known = this.#sorted.get(side)
    if (known?.length === side.size) return known
    const records = [...side].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, record]) => record)
    this.#sorted.set(side, records)
    return records
  }
}

function sideOf(sides: Map<number, Side>, holding: number): Side {
  let side = sides.get(holding)
  if (side === undefined) {
    side = new Map()
    sides.set(holding, side)
  }
  return side
}
