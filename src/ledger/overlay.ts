import type { Asset } from './asset.ts'
import type { Holding, Retirement, StateChanges, StateView } from './state.ts'

/**
 * Changes on top of a state that stays as it is. A block is an overlay on its parent's; overlays stack.
 * PROTOCOL.md, "Applying a block".
 */
export class Overlay implements StateView {
  readonly changes: StateChanges
  #parent: StateView
  /** Holdings opened here, by account and asset. */
  readonly #opened = new Map<bigint, Map<bigint, number>>()
  readonly #assets = new Map<bigint, Asset>()
  readonly #codes = new Map<string, Asset>()
  /** Openings by signer, counted for the limit an era (and so a block) sets. */
  readonly #openings = new Map<bigint, number>()

  constructor(parent: StateView) {
    this.#parent = parent
    this.changes = {
      holdings: new Map(),
      assets: [],
      retirements: new Map(),
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

  asset(id: bigint): Asset | undefined {
    return this.#assets.get(id) ?? this.#parent.asset(id)
  }

  assetByCode(code: string): Asset | undefined {
    return this.#codes.get(code) ?? this.#parent.assetByCode(code)
  }

  retirement(transferHash: bigint): Retirement | undefined {
    return this.changes.retirements.get(transferHash) ?? this.#parent.retirement(transferHash)
  }

  /** Holdings that a signer has opened in this overlay. */
  openingsOf(signer: bigint): number {
    return this.#openings.get(signer) ?? 0
  }

  /** Opens the holding of the next index, on the signer's account. */
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

  /** Sets the counters of a holding that is there. */
  setHolding(holding: Holding): void {
    this.changes.holdings.set(holding.index, holding)
  }

  addAsset(asset: Asset): void {
    this.changes.assets.push(asset)
    this.#assets.set(asset.id, asset)
    this.#codes.set(asset.code, asset)
  }

  setRetirement(transferHash: bigint, retirement: Retirement): void {
    this.changes.retirements.set(transferHash, retirement)
  }

  /** Takes the position of the next record. */
  takePosition(): number {
    return this.changes.position++
  }

  /**
   * Puts the overlay on another parent that reads the same: the final state, once it took in the changes of the
   * overlay below, which is then free to go.
   */
  rebase(parent: StateView): void {
    this.#parent = parent
  }
}
