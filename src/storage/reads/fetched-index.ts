import type { Asset } from '../../ledger/asset.ts'
import { countUpTo, recordAt, type TracedRecord, type TraceIndex } from '../../provenance/record-index.ts'
import type { TraceDirection } from '../../provenance/types.ts'
import type { AssetRow } from './assets.ts'
import type { CountedHolding, LookedUp, WalkedRecord } from './trace-walk.ts'

/** What is known of the units that moved into, or out of, one holding. */
interface Side {
  /** Records, ordered by the first unit that they moved. */
  records: TracedRecord[]
  /** No record moved this unit or a later one; undefined if that is not known of any. */
  end: bigint | undefined
}

const arrivalStart = (record: TracedRecord) => record.toStart
const departureStart = (record: TracedRecord) => record.fromStart

/** The records that were fetched from the database for one trace, as an index for src/provenance. It knows what was looked up, and no more. */
export class FetchedIndex implements TraceIndex {
  readonly #byHash = new Map<bigint, TracedRecord>()
  readonly #byMint = new Map<number, AssetRow>()
  readonly #arrivals = new Map<number, Side>()
  readonly #departures = new Map<number, Side>()
  readonly #counted = new Map<number, CountedHolding>()
  readonly #byOwner = new Map<string, number>()
  readonly #assets = new Map<bigint, AssetRow>()
  readonly #ids = new Map<number, bigint>()
  readonly #usedBy = new Map<bigint, Asset>()

  /** Adds assets. Must come before their records, which refer to them by number. */
  addAssets(assets: readonly AssetRow[]): void {
    for (const asset of assets) {
      this.#assets.set(asset.id, asset)
      this.#ids.set(asset.ordinal, asset.id)
      this.#byMint.set(asset.mintHolding, asset)
      for (const hash of asset.madeFrom) this.#usedBy.set(hash, asset)
    }
  }

  knowsAsset(ordinal: number): boolean {
    return this.#ids.has(ordinal)
  }

  addRecords(records: readonly WalkedRecord[]): void {
    for (const { asset, ...rest } of records) {
      if (this.#byHash.has(rest.hash)) continue
      const record: TracedRecord = { ...rest, assetId: this.#ids.get(asset)! }
      this.#byHash.set(record.hash, record)
      insert(sideOf(this.#departures, record.fromHolding), record, departureStart)
      insert(sideOf(this.#arrivals, record.toHolding), record, arrivalStart)
    }
  }

  /** Adds the answers to lookups. The records that were found must have been added. */
  addEnds(direction: TraceDirection, found: readonly LookedUp[]): void {
    for (const { holding, unit, record } of found) {
      if (record !== null) continue
      const side = sideOf(direction === 'BACKWARD' ? this.#arrivals : this.#departures, holding)
      if (side.end === undefined || unit < side.end) side.end = unit
    }
  }

  addCounters(holdings: readonly CountedHolding[]): void {
    for (const counted of holdings) {
      this.#counted.set(counted.holding, counted)
      this.#byOwner.set(`${counted.account}:${counted.assetId}`, counted.holding)
    }
  }

  isCounted(holding: number): boolean {
    return this.#counted.has(holding)
  }

  record(hash: bigint): TracedRecord | undefined {
    return this.#byHash.get(hash)
  }

  asset(id: bigint): AssetRow | undefined {
    return this.#assets.get(id)
  }

  assetOfMint(holding: number): AssetRow | undefined {
    return this.#byMint.get(holding)
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

  inTotal(holding: number): bigint | undefined {
    return this.#counted.get(holding)?.inTotal
  }

  outTotal(holding: number): bigint | undefined {
    return this.#counted.get(holding)?.outTotal
  }

  arrival(holding: number, unit: bigint): TracedRecord | null | undefined {
    return lookUp(this.#arrivals.get(holding), arrivalStart, unit)
  }

  departure(holding: number, unit: bigint): TracedRecord | null | undefined {
    return lookUp(this.#departures.get(holding), departureStart, unit)
  }
}

function sideOf(sides: Map<number, Side>, holding: number): Side {
  let side = sides.get(holding)
  if (side === undefined) {
    side = { records: [], end: undefined }
    sides.set(holding, side)
  }
  return side
}

function insert({ records }: Side, record: TracedRecord, startOf: (record: TracedRecord) => bigint): void {
  const last = records.at(-1)
  // Walks go forward on most holdings.
  if (last === undefined || startOf(last) <= startOf(record)) records.push(record)
  else records.splice(countUpTo(records, startOf, startOf(record)), 0, record)
}

function lookUp(
  side: Side | undefined,
  startOf: (record: TracedRecord) => bigint,
  unit: bigint,
): TracedRecord | null | undefined {
  if (side === undefined) return undefined
  if (side.end !== undefined && unit >= side.end) return null
  return recordAt(side.records, startOf, unit)
}
