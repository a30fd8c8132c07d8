import { addBudgets, BUDGETS, type Budgets, mapBudgets, NO_BUDGETS } from '../ledger/admission.ts'
import type { Asset, AssetFacts } from '../ledger/asset.ts'
import type { LedgerRecord } from '../ledger/record.ts'
import type { Holding, Reservation, Retirement, StateChanges, StateView } from '../ledger/state.ts'
import type { Line, PoolEntry } from './entry.ts'

/** Holdings that only pending actions opened get indexes from here on, above every real index (below 4^depth). */
const FIRST_PENDING_INDEX = 2 ** 48

/** An entry before it has its place in the pending state. */
type Unplaced = Omit<PoolEntry, 'line' | 'payee'>

/** What an action changed, as far as the pending state keeps it. */
export type Changes = Pick<StateChanges, 'assets' | 'retirements' | 'usages'>

/** A registration that waits, and the asset that it makes. */
interface PendingAsset {
  asset: Asset
  entry: PoolEntry
}

/**
 * The final state plus all entries of the pool, kept as differences to it, a line per holding. When an entry becomes final, its difference is
 * removed while the final state gains the same, and the sums stay as they are. So a block costs the pool work for its own entries only.
 */
export class PendingView implements StateView {
  readonly final: StateView
  /** assetId -> account -> line. */
  readonly #lines = new Map<bigint, Map<bigint, Line>>()
  readonly #assets = new Map<bigint, PendingAsset>()
  readonly #codes = new Map<string, PendingAsset>()
  readonly #retired = new Map<bigint, Retirement>()
  /** Retirement -> the waiting registration made from it. */
  readonly #used = new Map<bigint, PoolEntry>()
  /** What entries add to what is charged to sponsors, in all and per entry. */
  readonly #usages = new Map<bigint, Budgets>()
  readonly #charges = new Map<bigint, ReadonlyMap<bigint, Budgets>>()
  #entries = 0
  #nextIndex = FIRST_PENDING_INDEX

  constructor(final: StateView) {
    this.final = final
  }

  holding(account: bigint, assetId: bigint): Holding | undefined {
    const line = this.line(account, assetId)
    const final = this.final.holding(account, assetId)
    if (line === undefined) return final
    return {
      index: final?.index ?? line.pendingIndex,
      account,
      assetId,
      inTotal: (final?.inTotal ?? 0n) + line.in,
      outTotal: (final?.outTotal ?? 0n) + line.out,
    }
  }

  asset(id: bigint): AssetFacts | undefined {
    return this.#assets.get(id)?.asset ?? this.final.asset(id)
  }

  assetByCode(code: string): AssetFacts | undefined {
    return this.#codes.get(code)?.asset ?? this.final.assetByCode(code)
  }

  retirement(transferHash: bigint): Retirement | undefined {
    if (this.#used.has(transferHash)) return undefined
    return this.#retired.get(transferHash) ?? this.final.retirement(transferHash)
  }

  /** Final ones only: a reservation that waits is too young for any registration. */
  reservations(account: bigint): readonly Reservation[] {
    return this.final.reservations(account)
  }

  /** As applying all entries to the final state would charge: a holding is charged to its line, whichever entry opens it. */
  usage(sponsor: bigint): Budgets {
    const added = this.#usages.get(sponsor)
    const final = this.final.usage(sponsor)
    return added === undefined ? final : addBudgets(final, added)
  }

  /** Final holdings only: those that pending actions opened are numbered from FIRST_PENDING_INDEX on. */
  get holdingCount(): number {
    return this.final.holdingCount
  }

  get position(): number {
    return this.final.position + this.#entries
  }

  /** What waiting actions do to a holding; undefined if they do nothing. */
  line(account: bigint, assetId: bigint): Line | undefined {
    return this.#lines.get(assetId)?.get(account)
  }

  /** The registration that waits for a code. */
  registrationOf(code: string): PoolEntry | undefined {
    return this.#codes.get(code)?.entry
  }

  /** The registration that waits and is made from a retirement. */
  madeFrom(retirement: bigint): PoolEntry | undefined {
    return this.#used.get(retirement)
  }

  /** Adds an entry that was just applied to this view, with these changes. @returns the entry with its lines */
  add(unplaced: Unplaced, changes: Changes): PoolEntry {
    const { record, hash } = unplaced
    const [asset] = changes.assets
    this.#entries += 1
    const payee = this.#open(record.to, record.assetId)
    this.#charge(hash, payee, changes.usages)
    const line =
      asset === undefined ? this.#open(record.from, record.assetId) : newLine(record.from, record.assetId, 0)
    const entry = { ...unplaced, line, payee }
    line.outs.add(entry)
    line.out += record.amount
    payee.ins.add(entry)
    payee.in += record.amount
    if (asset !== undefined) {
      this.#assets.set(asset.id, { asset, entry })
      this.#codes.set(asset.code, { asset, entry })
      for (const retirement of asset.madeFrom) this.#used.set(retirement, entry)
    }
    const retirement = changes.retirements.get(hash)
    if (retirement) this.#retired.set(hash, retirement)
    return entry
  }

  /** Keeps what an entry adds: the difference between the usages after it and those of this view. The opening of a holding belongs to its line. */
  #charge(hash: bigint, payee: Line, after: ReadonlyMap<bigint, Budgets>): void {
    if (after.size === 0) return
    const added = [...after].map(([sponsor, usage]): [bigint, Budgets] => {
      const before = this.usage(sponsor)
      return [sponsor, mapBudgets((budget) => usage[budget] - before[budget])]
    })
    const openedFor = added.filter(([, { holdings }]) => holdings > 0).map(([sponsor]) => sponsor)
    if (openedFor.length > 0) payee.openedFor = openedFor
    for (const [sponsor, more] of added) this.#add(sponsor, more)
    this.#charges.set(hash, new Map(added.map(([sponsor, more]) => [sponsor, { ...more, holdings: 0 }])))
  }

  #uncharge({ hash }: PoolEntry): void {
    for (const [sponsor, added] of this.#charges.get(hash) ?? [])
      this.#add(
        sponsor,
        mapBudgets((budget) => -added[budget]),
      )
    this.#charges.delete(hash)
  }

  /** Ends the charge for a holding that the final state has by now, or that no entry pays into any more. */
  #unchargeOpening(line: Line): void {
    const isDue = line.ins.size > 0 && this.final.holding(line.account, line.assetId) === undefined
    if (isDue) return
    for (const sponsor of line.openedFor) this.#add(sponsor, { ...NO_BUDGETS, holdings: -1 })
    line.openedFor = []
  }

  #add(sponsor: bigint, more: Budgets): void {
    const sum = addBudgets(this.#usages.get(sponsor) ?? NO_BUDGETS, more)
    if (BUDGETS.every((budget) => sum[budget] === 0)) this.#usages.delete(sponsor)
    else this.#usages.set(sponsor, sum)
  }

  /** A final record that is no entry's may have opened a holding that entries pay into. */
  opened({ to, assetId }: Pick<LedgerRecord, 'to' | 'assetId'>): void {
    const line = this.line(to, assetId)
    if (line !== undefined) this.#unchargeOpening(line)
  }

  /** Removes an entry that became final (the final state must hold it already) or is dropped. */
  remove(entry: PoolEntry): void {
    const { record, line, payee } = entry
    this.#entries -= 1
    this.#uncharge(entry)
    line.outs.delete(entry)
    line.out -= record.amount
    payee.ins.delete(entry)
    payee.in -= record.amount
    this.#unchargeOpening(payee)
    this.#closeIfIdle(payee)
    if (entry.kind !== 'register') this.#closeIfIdle(line)
    this.#retired.delete(entry.hash)
    const pending = this.#assets.get(record.assetId)
    if (entry.kind !== 'register' || pending === undefined) return
    this.#assets.delete(pending.asset.id)
    this.#codes.delete(pending.asset.code)
    for (const retirement of pending.asset.madeFrom) this.#used.delete(retirement)
  }

  #open(account: bigint, assetId: bigint): Line {
    let lines = this.#lines.get(assetId)
    if (lines === undefined) {
      lines = new Map()
      this.#lines.set(assetId, lines)
    }
    let line = lines.get(account)
    if (line === undefined) {
      line = newLine(account, assetId, this.#nextIndex++)
      lines.set(account, line)
    }
    return line
  }

  #closeIfIdle({ account, assetId, ins, outs }: Line): void {
    if (ins.size > 0 || outs.size > 0) return
    const lines = this.#lines.get(assetId)
    lines?.delete(account)
    if (lines?.size === 0) this.#lines.delete(assetId)
  }
}

function newLine(account: bigint, assetId: bigint, pendingIndex: number): Line {
  return { account, assetId, in: 0n, out: 0n, ins: new Set(), outs: new Set(), pendingIndex, openedFor: [] }
}
