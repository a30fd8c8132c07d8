import { MINT } from '../ledger/params.ts'
import type { TracedRecord, TraceIndex } from '../provenance/record-index.ts'

/**
 * Notes what a walk asks an index for. Whoever makes a certificate puts in what its walk asked for; whoever checks one makes the same walk, and
 * refuses what it did not ask for.
 */
export class Asked implements TraceIndex {
  /** Records that were found, with the registrations of their assets and of the assets asked for. */
  readonly positions = new Set<number>()
  /** Holdings whose counters matter. */
  readonly holdings = new Set<number>()
  readonly #index: TraceIndex
  /** Position of an asset's registration. */
  readonly #registration: (assetId: bigint) => number | undefined
  readonly #assets = new Set<bigint>()

  constructor(index: TraceIndex, registration: (assetId: bigint) => number | undefined) {
    this.#index = index
    this.#registration = registration
  }

  record(hash: bigint) {
    return this.#found(this.#index.record(hash))
  }

  asset(id: bigint) {
    this.#noteAsset(id)
    return this.#index.asset(id)
  }

  assetOfMint(holding: number) {
    const asset = this.#index.assetOfMint(holding)
    if (asset !== undefined) this.#noteAsset(asset.id)
    return asset
  }

  madeFrom(retirement: bigint) {
    const asset = this.#index.madeFrom(retirement)
    if (asset !== undefined) this.#noteAsset(asset.id)
    return asset
  }

  holding(account: bigint, assetId: bigint) {
    const holding = this.#index.holding(account, assetId)
    this.#noteAsset(assetId)
    if (holding !== undefined) this.holdings.add(holding)
    return holding
  }

  owner(holding: number) {
    return this.#index.owner(holding)
  }

  inTotal(holding: number) {
    this.holdings.add(holding)
    return this.#index.inTotal(holding)
  }

  outTotal(holding: number) {
    this.holdings.add(holding)
    return this.#index.outTotal(holding)
  }

  arrival(holding: number, unit: bigint) {
    return this.#found(this.#index.arrival(holding, unit))
  }

  /** That a unit is still there is seen from the holding's counters. */
  departure(holding: number, unit: bigint) {
    const record = this.#found(this.#index.departure(holding, unit))
    if (record === null) this.holdings.add(holding)
    return record
  }

  #found<T extends TracedRecord | null | undefined>(record: T): T {
    if (record) {
      this.positions.add(record.position)
      this.#noteAsset(record.assetId)
    }
    return record
  }

  #noteAsset(id: bigint): void {
    if (this.#assets.has(id)) return
    this.#assets.add(id)
    const position = this.#registration(id)
    if (position !== undefined) this.positions.add(position)
  }
}

/** The units that ever arrived in a holding, as traces count them: the cap of an asset does not arrive in its mint holding. */
export const arrivedIn = ({ account, inTotal }: { account: bigint; inTotal: bigint }): bigint =>
  account === MINT ? 0n : inTotal
