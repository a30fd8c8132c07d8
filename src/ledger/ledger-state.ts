import { type Budgets, NO_BUDGETS } from './admission.ts'
import type { AssetFacts } from './asset.ts'
import { HoldingTable } from './holding-table.ts'
import type { Holding, Retirement, StateChanges, StateView } from './state.ts'

/** The whole final state in memory. Most of it are holdings, about 80 bytes each. */
export class LedgerState implements StateView {
  readonly #holdings: HoldingTable
  readonly #assets = new Map<bigint, AssetFacts>()
  readonly #codes = new Map<string, AssetFacts>()
  readonly #retirements = new Map<bigint, Retirement>()
  readonly #usages = new Map<bigint, Budgets>()
  #position = 0

  /** @param seed any 32-bit number. A secret seed prevents attackers from choosing accounts that collide in the hash table. */
  constructor(seed = 0) {
    this.#holdings = new HoldingTable(seed)
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

  holding(account: bigint, assetId: bigint): Holding | undefined {
    return this.#holdings.find(account, assetId)
  }

  /** The holding with this index. @throws RangeError if there is none */
  holdingAt(index: number): Holding {
    return this.#holdings.at(index)
  }

  asset(id: bigint): AssetFacts | undefined {
    return this.#assets.get(id)
  }

  assetByCode(code: string): AssetFacts | undefined {
    return this.#codes.get(code)
  }

  retirement(transferHash: bigint): Retirement | undefined {
    return this.#retirements.get(transferHash)
  }

  usage(sponsor: bigint): Budgets {
    return this.#usages.get(sponsor) ?? NO_BUDGETS
  }

  /** For loading: adds a holding. They must come in the order of their indexes. */
  insertHolding(holding: Holding): void {
    this.#holdings.insert(holding)
  }

  /** For loading: adds an asset. */
  insertAsset({ id, code, issuer, reinstatable, mintHolding }: AssetFacts): void {
    const asset = { id, code, issuer, reinstatable, mintHolding }
    this.#assets.set(id, asset)
    this.#codes.set(code, asset)
  }

  /** For loading: adds a retirement. */
  insertRetirement(transferHash: bigint, retirement: Retirement): void {
    this.#retirements.set(transferHash, retirement)
  }

  /** For loading: sets what is charged to a sponsor, or to all unlisted ones together. */
  setUsage(sponsor: bigint, usage: Budgets): void {
    this.#usages.set(sponsor, usage)
  }

  /** For loading: sets the position of the next record. */
  setPosition(position: number): void {
    this.#position = position
  }

  /** Applies the changes of a block that was built on this state. @throws Error if it was built on another one */
  apply(changes: StateChanges): void {
    for (const holding of changes.holdings.values()) {
      if (holding.index < this.#holdings.size) this.#holdings.update(holding)
      else this.#holdings.insert(holding)
    }
    if (this.#holdings.size !== changes.holdingCount) throw new Error('block does not build on this state')
    for (const asset of changes.assets) this.insertAsset(asset)
    for (const [hash, retirement] of changes.retirements) {
      if (retirement === null) this.#retirements.delete(hash)
      else this.#retirements.set(hash, retirement)
    }
    for (const [sponsor, usage] of changes.usages) this.setUsage(sponsor, usage)
    this.#position = changes.position
  }
}
