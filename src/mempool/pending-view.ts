import type { Asset } from '../ledger/asset.ts'
import type { Holding, Retirement, StateView } from '../ledger/state.ts'
import type { PoolEntry } from './entry.ts'

/** Holdings that only pending actions opened get indexes from here on, above every real index (below 4^depth). */
const FIRST_PENDING_INDEX = 2 ** 48

/** What the pool's entries add to one holding's counters. */
interface Delta {
  in: bigint
  out: bigint
  /** How many times entries touch the holding; at 0 the delta is dropped. */
  uses: number
  /** The holding's index while the final state has no such holding. */
  pendingIndex: number
}

/**
 * The final state plus all entries of the pool, kept as differences to it. When an entry becomes final, its difference is removed while the
 * final state gains the same, and the sums stay as they are. So a block costs the pool work for its own entries only.
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

  /** Counts final holdings only: whether one more holding still fits is decided when a block is filled. */
  get holdingCount(): number {
    return this.#final.holdingCount
  }

  get position(): number {
    return this.#final.position + this.#entries
  }

  /** Adds an entry that was just applied; `asset` is the one that it registered, if any. */
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

  /** Removes an entry that became final (the final state must hold it already) or is dropped. */
  remove(entry: PoolEntry): void {
    const { record } = entry
    this.#entries -= 1
    if (entry.kind === 'register') {
      const asset = this.#assets.get(record.assetId)
      if (asset === undefined) throw new Error('a pending registration has no pending asset')
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

  /** Removes all entries. */
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
