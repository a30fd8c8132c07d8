import { addBudgets, type Budgets } from './admission.ts'
import type { Asset, AssetFacts } from './asset.ts'
import type { Holding, Reservation, Retirement, StateChanges, StateView } from './state.ts'

/**
 * Changes on top of a state that is not modified. Each block is an overlay on that of its parent block.
 * PROTOCOL.md, "Applying a block".
 */
export class Overlay implements StateView {
  readonly changes: StateChanges
  #parent: StateView
  /** Indexes of the holdings opened in this overlay, by account and asset. */
  readonly #opened = new Map<bigint, Map<bigint, number>>()
  readonly #assets = new Map<bigint, Asset>()
  readonly #codes = new Map<string, Asset>()
  /** Number of holdings opened by each signer. The limit is per era, which is the same as per block. */
  readonly #openings = new Map<bigint, number>()

  constructor(parent: StateView) {
    this.#parent = parent
    this.changes = {
      holdings: new Map(),
      assets: [],
      retirements: new Map(),
      reservations: new Map(),
      usages: new Map(),
      holdingCount: parent.holdingCount,
      position: parent.position,
    }
  }

  get holdingCount(): number {
    return this.changes.holdingCount
  }

  get position(): number {
    return this.changes.position
  }

  holding(account: bigint, assetId: bigint): Holding | undefined {
    const index = this.#opened.get(account)?.get(assetId)
    if (index !== undefined) return this.changes.holdings.get(index)
    const below = this.#parent.holding(account, assetId)
    return below === undefined ? undefined : (this.changes.holdings.get(below.index) ?? below)
  }

  asset(id: bigint): AssetFacts | undefined {
    return this.#assets.get(id) ?? this.#parent.asset(id)
  }

  assetByCode(code: string): AssetFacts | undefined {
    return this.#codes.get(code) ?? this.#parent.assetByCode(code)
  }

  retirement(transferHash: bigint): Retirement | undefined {
    const changed = this.changes.retirements.get(transferHash)
    return changed === undefined ? this.#parent.retirement(transferHash) : (changed ?? undefined)
  }

  reservations(account: bigint): readonly Reservation[] {
    return this.changes.reservations.get(account) ?? this.#parent.reservations(account)
  }

  usage(sponsor: bigint): Budgets {
    return this.changes.usages.get(sponsor) ?? this.#parent.usage(sponsor)
  }

  /** Number of holdings that a signer has opened in this overlay. */
  openingsOf(signer: bigint): number {
    return this.#openings.get(signer) ?? 0
  }

  /** Opens a holding with the next index, and counts it for the signer. */
  openHolding(holding: Omit<Holding, 'index'>, signer: bigint): Holding {
    const opened = { index: this.changes.holdingCount++, ...holding }
    this.changes.holdings.set(opened.index, opened)
    let ofAccount = this.#opened.get(holding.account)
    if (ofAccount === undefined) {
      ofAccount = new Map()
      this.#opened.set(holding.account, ofAccount)
    }
    ofAccount.set(holding.assetId, opened.index)
    this.#openings.set(signer, this.openingsOf(signer) + 1)
    return opened
  }

  /** Sets the counters of an existing holding. */
  setHolding(holding: Holding): void {
    this.changes.holdings.set(holding.index, holding)
  }

  addAsset(asset: Asset): void {
    this.changes.assets.push(asset)
    this.#assets.set(asset.id, asset)
    this.#codes.set(asset.code, asset)
  }

  addRetirement(transferHash: bigint, retirement: Retirement): void {
    this.changes.retirements.set(transferHash, retirement)
  }

  useRetirement(transferHash: bigint): void {
    this.changes.retirements.set(transferHash, null)
  }

  setReservations(account: bigint, reservations: readonly Reservation[]): void {
    this.changes.reservations.set(account, reservations)
  }

  /** Adds what an action uses, or subtracts what it sets free, under every key that is charged (`chargedFor`). */
  charge(keys: readonly bigint[], uses: Partial<Budgets>): void {
    for (const key of keys) this.changes.usages.set(key, addBudgets(this.usage(key), uses))
  }

  /** Returns the position of the next record and advances it. */
  takePosition(): number {
    return this.changes.position++
  }

  /**
   * Replaces the parent by one with the same content: the final state, after the changes of the previous parent were applied to it. The
   * previous parent can then be garbage collected.
   */
  rebase(parent: StateView): void {
    this.#parent = parent
  }
}
