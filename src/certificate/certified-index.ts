import type { Asset } from '../ledger/asset.ts'
import type { LedgerRecord } from '../ledger/record.ts'
import { recordAt, type TracedRecord, type TraceIndex } from '../provenance/record-index.ts'
import { arrivedIn } from './asked.ts'
import type { CertifiedHolding } from './certificate.ts'

/** The certificate has nothing of what the walk cannot go on without. */
export class MissingError extends Error {}

/** Units of a holding, from one on, of which a certificate does not show what became of them, or where they came from. */
export interface OpenEnd {
  holding: number
  unit: bigint
}

/** What a certificate shows, for a walk. What it does not have is an open end, or ends the walk. */
export class CertifiedIndex implements TraceIndex {
  readonly openEnds: OpenEnd[] = []
  readonly #byHash = new Map<bigint, LedgerRecord>()
  readonly #assets: ReadonlyMap<bigint, Asset>
  readonly #byMint = new Map<number, Asset>()
  readonly #products = new Map<bigint, Asset>()
  readonly #arrivals = new Map<number, LedgerRecord[]>()
  readonly #departures = new Map<number, LedgerRecord[]>()
  readonly #holdings = new Map<number, CertifiedHolding>()
  readonly #byOwner = new Map<string, number>()
  readonly #owners = new Map<number, { account: bigint; assetId: bigint }>()

  constructor(
    records: readonly LedgerRecord[],
    assets: ReadonlyMap<bigint, Asset>,
    holdings: readonly CertifiedHolding[],
  ) {
    this.#assets = assets
    for (const asset of assets.values()) {
      this.#byMint.set(asset.mintHolding, asset)
      for (const hash of asset.madeFrom) this.#products.set(hash, asset)
    }
    for (const record of records) this.#add(record)
    sortAll(this.#arrivals, ({ toStart }) => toStart)
    sortAll(this.#departures, ({ fromStart }) => fromStart)
    for (const holding of holdings) {
      this.#holdings.set(holding.index, holding)
      this.#byOwner.set(`${holding.account}:${holding.assetId}`, holding.index)
      this.#owners.set(holding.index, holding)
    }
  }

  record(hash: bigint): LedgerRecord {
    return this.#byHash.get(hash) ?? missing('a record that the trace leads to')
  }

  asset(id: bigint): Asset {
    return this.#assets.get(id) ?? missing('the registration of an asset')
  }

  assetOfMint(holding: number): Asset {
    return this.#byMint.get(holding) ?? missing('the registration of an asset')
  }

  madeFrom(retirement: bigint): Asset | undefined {
    return this.#products.get(retirement)
  }

  holding(account: bigint, assetId: bigint): number {
    return this.#byOwner.get(`${account}:${assetId}`) ?? missing('the holding')
  }

  owner(holding: number): { account: bigint; assetId: bigint } {
    return this.#owners.get(holding) ?? missing('the owner of a holding')
  }

  inTotal(holding: number): bigint {
    return arrivedIn(this.#counters(holding))
  }

  outTotal(holding: number): bigint {
    return this.#counters(holding).outTotal
  }

  arrival(holding: number, unit: bigint): TracedRecord | null {
    const record = recordAt(this.#arrivals.get(holding) ?? [], ({ toStart }) => toStart, unit)
    if (record === undefined) this.openEnds.push({ holding, unit })
    return record ?? null
  }

  departure(holding: number, unit: bigint): TracedRecord | null {
    const record = recordAt(this.#departures.get(holding) ?? [], ({ fromStart }) => fromStart, unit)
    if (record !== undefined) return record
    const counters = this.#holdings.get(holding)
    const isThere = counters !== undefined && counters.outTotal <= unit && unit < counters.inTotal
    if (!isThere) this.openEnds.push({ holding, unit })
    return null
  }

  #counters(holding: number): CertifiedHolding {
    return this.#holdings.get(holding) ?? missing('the counters of a holding')
  }

  #add(record: LedgerRecord): void {
    const { fromHolding, toHolding, assetId } = record
    this.#byHash.set(record.hash, record)
    this.#owners.set(toHolding, { account: record.to, assetId })
    if (record.kind === 'register') return
    this.#owners.set(fromHolding, { account: record.from, assetId })
    push(this.#arrivals, toHolding, record)
    push(this.#departures, fromHolding, record)
  }
}

function push(lists: Map<number, LedgerRecord[]>, holding: number, record: LedgerRecord): void {
  const list = lists.get(holding)
  if (list === undefined) lists.set(holding, [record])
  else list.push(record)
}

function sortAll(lists: Map<number, LedgerRecord[]>, startOf: (record: LedgerRecord) => bigint): void {
  for (const list of lists.values())
    list.sort((a, b) => Number(startOf(a) > startOf(b)) - Number(startOf(a) < startOf(b)))
}

function missing(what: string): never {
  throw new MissingError(`the certificate does not have ${what}`)
}
