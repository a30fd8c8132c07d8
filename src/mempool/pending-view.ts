import type { Asset } from '../ledger/asset.ts'
import type { Holding, Retirement, StateView } from '../ledger/state.ts'
import type { PoolEntry } from './entry.ts'

/** Indexes of holdings that only pending actions opened start here, above every real one (4^depth). */
const FIRST_PENDING_INDEX = 2 ** 48

/** What waiting actions add to one holding. */
interface Delta {
  in: bigint
  out: bigint
  /** Entries that touch the holding; at 0 the delta is dropped. */
  uses: number
  /** Stands in for the index while the final state has no such holding. */
  pendingIndex: number
}

/**
 * The final state plus everything waiting, kept as differences: an entry that becomes final moves from the differences into the
 * state below and leaves the sums as they are, so a block costs the pool only its own entries.
 */
export class PendingView implements StateView {
  readonly #final: StateView
  /** assetId -> account -> difference. */
  readonly #deltas = new Map<bigint, Map<bigint, Delta>>()
  readonly #assets = new Map<bigint, Asset>()
  readonly #codes = new Map<string, Asset>()
  readonly #retired = new Map<bigint, Retirement>()
  /** Retirement -> the pending asset made from it. */
  readonly #used = new Map<bigint, bigint>()
  #entries = 0
  #nextIndex = FIRST_PENDING_INDEX

  constructor(final: StateView) {
    this.#final = final
  }

  holding(account: bigint, assetId: bigint): Holding | undefined {
    const delta = this.#deltas.get(assetId)?.get(account)
    const final = this.#final.holding(account, assetId)
    if (delta === undefined) return final
    return {
      index: final?.index ?? delta.pendingIndex,
      account,
      assetId,
      inTotal: (final?.inTotal ?? 0n) + delta.in,
      outTotal: (final?.outTotal ?? 0n) + delta.out,
    }
  }

  asset(id: bigint): Asset | undefined {
    return this.#assets.get(id) ?? this.#final.asset(id)
  }

  assetByCode(code: string): Asset | undefined {
    return this.#codes.get(code) ?? this.#final.assetByCode(code)
  }

  retirement(transferHash: bigint): Retirement | undefined {
    const retirement = this.#retired.get(transferHash) ?? this.#final.retirement(transferHash)
    const usedBy = this.#used.get(transferHash)
    return retirement !== undefined && usedBy !== undefined ? { ...retirement, usedBy } : retirement
  }

  /** Counts final holdings only: whether an opening still fits is decided when a block is filled. */
  get holdingCount(): number {
    return this.#final.holdingCount
  }

  get position(): number {
    return this.#final.position + this.#entries
  }

  /** Adds an entry just applied; `asset` is what it registered. */
  add(entry: PoolEntry, asset: Asset | undefined): void {
    const { record } = entry
    this.#entries += 1
    if (asset !== undefined) {
      this.#assets.set(asset.id, asset)
      this.#codes.set(asset.code, asset)
      for (const retirement of asset.madeFrom) this.#used.set(retirement, asset.id)
      this.#change(record.to, record.assetId, asset.cap, 0n, 1)
      return
    }
    this.#change(record.from, record.assetId, 0n, record.amount, 1)
    this.#change(record.to, record.assetId, record.amount, 0n, 1)
    if (entry.kind === 'retire') {
      this.#retired.set(entry.hash, { from: record.from, assetId: record.assetId, usedBy: undefined })
    }
  }

  /** Takes an entry out: it became final (then the final state already has it) or it is dropped. */
  remove(entry: PoolEntry): void {
    const { record } = entry
    this.#entries -= 1
    if (entry.kind === 'register') {
      const asset = this.#assets.get(record.assetId)
      if (asset === undefined) throw new Error('a pending register has no pending asset')
      this.#assets.delete(asset.id)
      this.#codes.delete(asset.code)
      for (const retirement of asset.madeFrom) this.#used.delete(retirement)
      this.#change(record.to, record.assetId, -asset.cap, 0n, -1)
      return
    }
    this.#change(record.from, record.assetId, 0n, -record.amount, -1)
    this.#change(record.to, record.assetId, -record.amount, 0n, -1)
    this.#retired.delete(entry.hash)
  }

  /** Forgets every difference. */
  clear(): void {
    for (const map of [this.#deltas, this.#assets, this.#codes, this.#retired, this.#used]) map.clear()
    this.#entries = 0
    this.#nextIndex = FIRST_PENDING_INDEX
  }

  #change(account: bigint, assetId: bigint, inBy: bigint, outBy: bigint, uses: number): void {
    let accounts = this.#deltas.get(assetId)
    if (accounts === undefined) {
      accounts = new Map()
      this.#deltas.set(assetId, accounts)
    }
    let delta = accounts.get(account)
    if (delta === undefined) {
      delta = { in: 0n, out: 0n, uses: 0, pendingIndex: this.#nextIndex++ }
      accounts.set(account, delta)
    }
    delta.in += inBy
    delta.out += outBy
    delta.uses += uses
    if (delta.uses > 0) return
    accounts.delete(account)
    if (accounts.size === 0) this.#deltas.delete(assetId)
  }
}
