import { addBudgets, type Budgets } from './admission.ts'
import type { AssetFacts } from './asset.ts'
import { AssetTable } from './asset-table.ts'
import { HoldingTable, type NumberedHolding } from './holding-table.ts'
import { ReservationTable } from './reservation-table.ts'
import { RetirementTable } from './retirement-table.ts'
import { SponsorTable } from './sponsor-table.ts'
import type { Holding, Reservation, Retirement, StateChanges, StateView } from './state.ts'

/**
 * The whole final state in memory, outside the JavaScript heap. How much it takes follows from the numbers in the docstrings of the five tables
 * (docs/operating.md, "Memory"); the admission of the genesis bounds it.
 */
export class LedgerState implements StateView {
  readonly #holdings: HoldingTable
  readonly #assets: AssetTable
  readonly #retirements: RetirementTable
  readonly #reservations: ReservationTable
  readonly #sponsors: SponsorTable
  #position = 0

  /** @param seed any 32-bit number. A secret seed prevents attackers from choosing accounts that collide in the hash tables. */
  constructor(seed = 0) {
    this.#holdings = new HoldingTable(seed)
    this.#assets = new AssetTable(seed)
    this.#retirements = new RetirementTable(seed)
    this.#reservations = new ReservationTable(seed)
    this.#sponsors = new SponsorTable(seed)
  }

  get holdingCount(): number {
    return this.#holdings.size
  }

  get position(): number {
    return this.#position
  }

  get assetCount(): number {
    return this.#assets.size
  }

  /** Number of retirements that a definition may still be made from. */
  get retirementCount(): number {
    return this.#retirements.size
  }

  holding(account: bigint, assetId: bigint): Holding | undefined {
    const asset = this.#assets.find(assetId)
    const index = asset < 0 ? -1 : this.#holdings.find(account, asset)
    if (index < 0) return undefined
    const { inTotal, outTotal } = this.#holdings.at(index)
    return { index, account, assetId, inTotal, outTotal }
  }

  /** The holding with this index. @throws RangeError if there is none */
  holdingAt(index: number): Holding {
    const { account, asset, inTotal, outTotal } = this.#holdings.at(index)
    return { index, account, assetId: this.#assets.idAt(asset), inTotal, outTotal }
  }

  asset(id: bigint): AssetFacts | undefined {
    return this.#factsAt(this.#assets.find(id))
  }

  assetByCode(code: string): AssetFacts | undefined {
    return this.#factsAt(this.#assets.findCode(code))
  }

  #factsAt(row: number): AssetFacts | undefined {
    if (row < 0) return undefined
    const asset = this.#assets.at(row)
    return { ...asset, issuer: this.#sponsors.accountAt(asset.issuer) }
  }

  retirement(transferHash: bigint): Retirement | undefined {
    const retirement = this.#retirements.get(transferHash)
    return retirement && { from: retirement.from, sponsor: this.#sponsors.accountAt(retirement.sponsor) }
  }

  reservations(account: bigint): readonly Reservation[] {
    return this.#reservations.get(account)
  }

  usage(sponsor: bigint): Budgets {
    return this.#sponsors.usage(sponsor)
  }

  /** For loading: adds an asset. @throws Error if one has its id or code */
  insertAsset({ id, code, issuer, reinstatable, mintHolding }: AssetFacts): void {
    this.#assets.insert({ id, code, issuer: this.#sponsors.numberOf(issuer), reinstatable, mintHolding })
  }

  /** For loading: adds a holding. Its asset is named by its number, in the order in which assets were added; holdings come in order of their indexes. */
  insertHolding(holding: NumberedHolding): void {
    this.#holdings.insert(holding)
  }

  /** For loading: adds a retirement. */
  insertRetirement(transferHash: bigint, { from, sponsor }: Retirement): void {
    this.#retirements.insert(transferHash, { from, sponsor: this.#sponsors.numberOf(sponsor) })
  }

  /** For loading: sets the reservations of an account, the newest first. */
  setReservations(account: bigint, reservations: readonly Reservation[]): void {
    this.#reservations.set(account, reservations)
  }

  /** For loading: adds to what is charged under these keys (`chargedFor`). */
  charge(keys: readonly bigint[], uses: Partial<Budgets>): void {
    for (const key of keys) this.#sponsors.setUsage(key, addBudgets(this.usage(key), uses))
  }

  /** For loading: the issuer of an asset, by its number. */
  issuerOf(asset: number): bigint {
    return this.#sponsors.accountAt(this.#assets.at(asset).issuer)
  }

  /** For loading: sets the position of the next record. */
  setPosition(position: number): void {
    this.#position = position
  }

  /** Applies the changes of a block that was built on this state. @throws Error if it was built on another one */
  apply(changes: StateChanges): void {
    for (const asset of changes.assets) this.insertAsset(asset)
    for (const holding of changes.holdings.values()) {
      if (holding.index < this.holdingCount)
        this.#holdings.update(holding.index, holding.inTotal, holding.outTotal)
      else this.#insert(holding)
    }
    if (this.holdingCount !== changes.holdingCount) throw new Error('block does not build on this state')
    for (const [hash, retirement] of changes.retirements) {
      if (retirement === null) this.#retirements.delete(hash)
      else this.insertRetirement(hash, retirement)
    }
    for (const [account, reservations] of changes.reservations) this.setReservations(account, reservations)
    for (const [sponsor, usage] of changes.usages) this.#sponsors.setUsage(sponsor, usage)
    this.#position = changes.position
  }

  #insert({ index, account, assetId, inTotal, outTotal }: Holding): void {
    const asset = this.#assets.find(assetId)
    if (asset < 0) throw new Error(`holding ${index} is of an unknown asset`)
    this.#holdings.insert({ index, account, asset, inTotal, outTotal })
  }
}
