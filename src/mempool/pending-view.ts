import { addBudgets, BUDGETS, type Budgets, mapBudgets, NO_BUDGETS } from '../ledger/admission.ts'
import type { Asset, AssetFacts } from '../ledger/asset.ts'
import type { Holding, Retirement, StateChanges, StateView } from '../ledger/state.ts'
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
  /** Retirements that pending assets are made from. */
  readonly #used = new Set<bigint>()
  /** What entries add to what is charged to sponsors, in all and per entry. */
  readonly #usages = new Map<bigint, Budgets>()
  readonly #charges = new Map<bigint, ReadonlyMap<bigint, Budgets>>()
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

  asset(id: bigint): AssetFacts | undefined {
    return this.#assets.get(id) ?? this.#final.asset(id)
  }

  assetByCode(code: string): AssetFacts | undefined {
    return this.#codes.get(code) ?? this.#final.assetByCode(code)
  }

  retirement(transferHash: bigint): Retirement | undefined {
    if (this.#used.has(transferHash)) return undefined
    return this.#retired.get(transferHash) ?? this.#final.retirement(transferHash)
  }

  usage(sponsor: bigint): Budgets {
    const added = this.#usages.get(sponsor)
    const final = this.#final.usage(sponsor)
    return added === undefined ? final : addBudgets(final, added)
  }

  /** Final holdings only: those that pending actions opened are numbered from FIRST_PENDING_INDEX on. */
  get holdingCount(): number {
    return this.#final.holdingCount
  }

  get position(): number {
    return this.#final.position + this.#entries
  }

  /** Adds an entry that was just applied to this view, with these changes. */
  add(entry: PoolEntry, changes: Pick<StateChanges, 'assets' | 'retirements' | 'usages'>): void {
    const { record } = entry
    const [asset] = changes.assets
    this.#entries += 1
    this.#charge(entry, changes.usages)
    if (asset !== undefined) {
      this.#assets.set(asset.id, asset)
      this.#codes.set(asset.code, asset)
      for (const retirement of asset.madeFrom) this.#used.add(retirement)
      this.#change(record.to, record.assetId, asset.cap, 0n, 1)
      return
    }
    this.#change(record.from, record.assetId, 0n, record.amount, 1)
    this.#change(record.to, record.assetId, record.amount, 0n, 1)
    const retirement = changes.retirements.get(entry.hash)
    if (retirement) this.#retired.set(entry.hash, retirement)
  }

  /** Keeps what an entry adds: the difference between the usages after it and those of this view. */
  #charge({ hash }: PoolEntry, after: ReadonlyMap<bigint, Budgets>): void {
    if (after.size === 0) return
    const charges = new Map(
      [...after].map(([sponsor, usage]) => {
        const before = this.usage(sponsor)
        return [sponsor, mapBudgets((budget) => usage[budget] - before[budget])]
      }),
    )
    for (const [sponsor, added] of charges)
      this.#usages.set(sponsor, addBudgets(this.#usages.get(sponsor) ?? NO_BUDGETS, added))
    this.#charges.set(hash, charges)
  }

  #uncharge({ hash }: PoolEntry): void {
    for (const [sponsor, added] of this.#charges.get(hash) ?? []) {
      const before = this.#usages.get(sponsor)!
      const left = mapBudgets((budget) => before[budget] - added[budget])
      if (BUDGETS.every((budget) => left[budget] === 0)) this.#usages.delete(sponsor)
      else this.#usages.set(sponsor, left)
    }
    this.#charges.delete(hash)
  }

  /** Removes an entry that became final (the final state must hold it already) or is dropped. */
  remove(entry: PoolEntry): void {
    const { record } = entry
    this.#entries -= 1
    this.#uncharge(entry)
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
    for (const map of [this.#deltas, this.#assets, this.#codes, this.#retired, this.#usages, this.#charges])
      map.clear()
    this.#used.clear()
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
