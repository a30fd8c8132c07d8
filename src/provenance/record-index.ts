import type { Asset } from '../ledger/asset.ts'
import { MINT } from '../ledger/params.ts'
import type { LedgerRecord } from '../ledger/record.ts'

/** The records of a holding in one direction, ordered by their first unit. Their units partition [0, total). */
interface Side {
  records: LedgerRecord[]
  total: bigint
}

interface HoldingRecords {
  account: bigint
  assetId: bigint
  arrivals: Side
  departures: Side
}

/** The part of a record that tracing needs. */
export type TracedRecord = Pick<
  LedgerRecord,
  'position' | 'kind' | 'hash' | 'assetId' | 'amount' | 'fromStart' | 'toStart' | 'fromHolding' | 'toHolding'
>

/**
 * The reads of a trace. The records are in memory, or were fetched from a database for the trace. An index may answer undefined to what it does
 * not know yet; the walk then says what it needs.
 */
export interface TraceIndex {
  record(hash: bigint): TracedRecord | undefined
  asset(id: bigint): Asset | undefined
  /** The asset with this mint holding. */
  assetOfMint(holding: number): Asset | undefined
  /** The asset that was made from a retirement. */
  madeFrom(retirement: bigint): Asset | undefined
  /** Index of an account's holding of an asset. */
  holding(account: bigint, assetId: bigint): number | undefined
  owner(holding: number): { account: bigint; assetId: bigint }
  inTotal(holding: number): bigint | undefined
  outTotal(holding: number): bigint | undefined
  /** The record that brought a unit to a holding; null if there is none. */
  arrival(holding: number, unit: bigint): TracedRecord | null | undefined
  /** The record that took a unit away from a holding; null if the unit is still there. */
  departure(holding: number, unit: bigint): TracedRecord | null | undefined
}

/** Records in memory, by holding and coordinate. A registration moves no units; it only adds its asset's mint holding. */
export class RecordIndex implements TraceIndex {
  readonly #holdings = new Map<number, HoldingRecords>()
  readonly #byHash = new Map<bigint, LedgerRecord>()
  readonly #byOwner = new Map<string, number>()
  readonly #assets = new Map<bigint, Asset>()
  /** The asset that was made from a retirement, by the retirement's transferHash. */
  readonly #usedBy = new Map<bigint, Asset>()

  /**
   * `records` are all those below some position, in order, so that the counters are those as of it. Assets registered later are ignored.
   * @throws Error if a record does not follow the ones before it
   */
  constructor(records: Iterable<LedgerRecord>, assets: Iterable<Asset>) {
    for (const record of records) this.add(record)
    for (const asset of assets) {
      if (!this.#holdings.has(asset.mintHolding)) continue
      this.#assets.set(asset.id, asset)
      for (const hash of asset.madeFrom) this.#usedBy.set(hash, asset)
    }
  }

  record(hash: bigint): LedgerRecord | undefined {
    return this.#byHash.get(hash)
  }

  asset(id: bigint): Asset | undefined {
    return this.#assets.get(id)
  }

  assetOfMint(holding: number): Asset | undefined {
    const owner = this.#holdings.get(holding)
    return owner?.account === MINT ? this.#assets.get(owner.assetId) : undefined
  }

  madeFrom(retirement: bigint): Asset | undefined {
    return this.#usedBy.get(retirement)
  }

  holding(account: bigint, assetId: bigint): number | undefined {
    return this.#byOwner.get(`${account}:${assetId}`)
  }

  owner(holding: number): { account: bigint; assetId: bigint } {
    return this.#holdings.get(holding)!
  }

  inTotal(holding: number): bigint {
    return this.#holdings.get(holding)!.arrivals.total
  }

  outTotal(holding: number): bigint {
    return this.#holdings.get(holding)!.departures.total
  }

  arrival(holding: number, unit: bigint): TracedRecord | null {
    return recordAt(this.#holdings.get(holding)!.arrivals.records, (record) => record.toStart, unit) ?? null
  }

  departure(holding: number, unit: bigint): TracedRecord | null {
    return (
      recordAt(this.#holdings.get(holding)!.departures.records, (record) => record.fromStart, unit) ?? null
    )
  }

  /**
   * Takes the next record. An asset that it registers stays unknown.
   * @throws Error if it does not follow the records before it
   */
  add(record: LedgerRecord): void {
    this.#byHash.set(record.hash, record)
    if (record.kind === 'register') {
      this.#holdingAt(record.toHolding, MINT, record.assetId)
      return
    }
    const sender = this.#holdingAt(record.fromHolding, record.from, record.assetId).departures
    const receiver = this.#holdingAt(record.toHolding, record.to, record.assetId).arrivals
    if (sender.total !== record.fromStart || receiver.total !== record.toStart) {
      throw new Error(`record ${record.position} does not follow those before it`)
    }
    sender.total += record.amount
    sender.records.push(record)
    receiver.total += record.amount
    receiver.records.push(record)
  }

  /** The holding with this index, added if it is new. */
  #holdingAt(holding: number, account: bigint, assetId: bigint): HoldingRecords {
    let found = this.#holdings.get(holding)
    if (found === undefined) {
      const empty = (): Side => ({ records: [], total: 0n })
      found = { account, assetId, arrivals: empty(), departures: empty() }
      this.#holdings.set(holding, found)
      this.#byOwner.set(`${account}:${assetId}`, holding)
    }
    return found
  }
}

/** The record that contains a unit. The records must be ordered by `startOf`. */
export function recordAt(
  records: readonly TracedRecord[],
  startOf: (record: TracedRecord) => bigint,
  unit: bigint,
): TracedRecord | undefined {
  const record = records[countUpTo(records, startOf, unit) - 1]
  return record !== undefined && unit < startOf(record) + record.amount ? record : undefined
}

/** How many records start at or below `unit`. The records must be ordered by `startOf`. */
export function countUpTo(
  records: readonly TracedRecord[],
  startOf: (record: TracedRecord) => bigint,
  unit: bigint,
): number {
  let low = 0
  let high = records.length
  while (low < high) {
    const middle = (low + high) >> 1
    if (startOf(records[middle]!) <= unit) low = middle + 1
    else high = middle
  }
  return low
}
