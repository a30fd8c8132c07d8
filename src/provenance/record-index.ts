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

/** Units [offset, offset + length) of a record; the first of them is unit `lo` of the holding. */
export interface Overlap {
  record: TracedRecord
  offset: bigint
  length: bigint
  lo: bigint
}

/** The reads of a trace. The records are in memory, or were fetched from a database for the trace. */
export interface TraceIndex {
  record(hash: bigint): TracedRecord | undefined
  asset(id: bigint): Asset | undefined
  /** The asset that was made from a retirement. */
  madeFrom(retirement: bigint): Asset | undefined
  /** Index of an account's holding of an asset. */
  holding(account: bigint, assetId: bigint): number | undefined
  owner(holding: number): { account: bigint; assetId: bigint }
  inTotal(holding: number): bigint
  outTotal(holding: number): bigint
  /** The records that brought units [lo, hi) of a holding, ordered by unit. */
  arrivals(holding: number, lo: bigint, hi: bigint): Overlap[]
  /** The records that took units [lo, hi) of a holding away, ordered by unit. */
  departures(holding: number, lo: bigint, hi: bigint): Overlap[]
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
    for (const record of records) this.#add(record)
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

  arrivals(holding: number, lo: bigint, hi: bigint): Overlap[] {
    return overlaps(this.#holdings.get(holding)!.arrivals.records, (record) => record.toStart, lo, hi)
  }

  departures(holding: number, lo: bigint, hi: bigint): Overlap[] {
    return overlaps(this.#holdings.get(holding)!.departures.records, (record) => record.fromStart, lo, hi)
  }

  #add(record: LedgerRecord): void {
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

/** The parts of records that lie in [lo, hi). The records must be ordered by `startOf`. */
export function overlaps(
  records: readonly TracedRecord[],
  startOf: (record: TracedRecord) => bigint,
  lo: bigint,
  hi: bigint,
): Overlap[] {
  const found: Overlap[] = []
  for (let i = lastAtOrBelow(records, startOf, lo); i < records.length; i++) {
    const record = records[i]!
    const start = startOf(record)
    if (start >= hi) break
    const from = start > lo ? start : lo
    const to = start + record.amount < hi ? start + record.amount : hi
    if (from < to) found.push({ record, offset: from - start, length: to - from, lo: from })
  }
  return found
}

/** Index of the last record that starts at or below `unit`; 0 if there is none. */
function lastAtOrBelow(
  records: readonly TracedRecord[],
  startOf: (record: TracedRecord) => bigint,
  unit: bigint,
): number {
  let low = 0
  let high = records.length
  while (high - low > 1) {
    const middle = (low + high) >> 1
    if (startOf(records[middle]!) <= unit) low = middle
    else high = middle
  }
  return low
}
