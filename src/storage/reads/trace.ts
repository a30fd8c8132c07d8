import { setImmediate } from 'node:timers/promises'
import { MINT } from '../../ledger/params.ts'
import { throwRejection } from '../../ledger/rejection.ts'
import { Page, withHolders } from '../../provenance/page.ts'
import type { Need } from '../../provenance/paths.ts'
import type { TraceIndex } from '../../provenance/record-index.ts'
import { Walk } from '../../provenance/sections.ts'
import type { TraceDirection, TraceRequest, TraceResult } from '../../provenance/types.ts'
import type { Database } from '../database.ts'
import { type AssetRow, readAssets, readAssetsByMint, readAssetsByOrdinal, readMadeAssets } from './assets.ts'
import { FetchedIndex } from './fetched-index.ts'
import { readHoldings } from './holdings.ts'
import { lookUpRecords, readCounters, readWalkedByHash, type WalkedRecord } from './trace-walk.ts'

/** Maximum number of records per statement. Its rows are processed without a pause, in about a millisecond. */
const MAX_RECORDS = 250
/** Steps over records that are known already, without a pause. */
const STEPS_AT_ONCE = 100

/**
 * The records that traces may still look up, counted down by them. Lookups that find none are not counted; there is at most one per record, and
 * one per statement.
 */
export interface RecordBudget {
  left: number
  readonly max: number
}

export interface TraceOptions {
  budget: RecordBudget
  /** Assets that were read already. */
  known?: readonly AssetRow[]
  /** Called between steps and statements, so that others have their turn; by default the event loop turns. */
  pause?: () => Promise<void>
  /** Gets between the walk and what was read, to see what the walk asks for. */
  observe?: (index: FetchedIndex) => TraceIndex
}

/**
 * Traces units through the records before position `end`. src/provenance walks; the database looks up the records that the walk needs next, up to
 * a page of them per statement. So a page costs the records on it, and those of the path in which it begins. If the budget is used up, the page
 * ends early.
 * @throws RejectionError BAD_INPUT, BAD_CURSOR, UNKNOWN_ASSET, NOT_FOUND, or QUERY_TOO_COSTLY if the budget is used up before the first hop
 */
export async function readTrace(
  database: Database,
  request: TraceRequest,
  end: number,
  { budget, known = [], pause = setImmediate, observe = (index) => index }: TraceOptions,
): Promise<TraceResult> {
  const page = new Page(request.first)
  const fetch = new Fetch(database, end, budget, request.direction)
  fetch.index.addAssets(known)
  await fetch.start(request)
  const index = observe(fetch.index)
  const walk = new Walk(index, request)
  let more = false
  let steps = 0
  for (const step of walk.steps()) {
    if (++steps % STEPS_AT_ONCE === 0) await pause()
    if (!('need' in step)) more = !page.add(step)
    else if (budget.left > 0) {
      await fetch.meet(step, (request.first ?? MAX_RECORDS) - page.hops.length)
      await pause()
    } else if (page.hops.length > 0) more = true
    else throwRejection('QUERY_TOO_COSTLY', { what: 'trace', maxRecords: budget.max })
    if (more) break
  }
  const finished = page.finish(walk, more)
  await fetch.count(finished.held.map(({ holding }) => holding))
  return withHolders(index, finished)
}

/** Fetches the records that one trace needs. */
class Fetch {
  readonly index = new FetchedIndex()
  readonly #database: Database
  readonly #end: number
  readonly #budget: RecordBudget
  readonly #direction: TraceDirection
  /** Records to look up with the next statement, beside those of the page: twice as many each time, so that a long path takes few statements. */
  #ahead = 1

  constructor(database: Database, end: number, budget: RecordBudget, direction: TraceDirection) {
    this.#database = database
    this.#end = end
    this.#budget = budget
    this.#direction = direction
  }

  /** Fetches what the request refers to: a transfer, or an asset and optionally a holding. */
  async start({ transfer, asset, account, after }: TraceRequest): Promise<void> {
    // The path in which the page begins is looked up again.
    if (after !== undefined) this.#ahead += after.depth
    if (transfer !== undefined) {
      await this.#add(await readWalkedByHash(this.#database, [transfer], this.#end))
    } else if (asset !== undefined) {
      if (!this.index.asset(asset))
        this.index.addAssets(this.#known(await readAssets(this.#database, [asset])))
      const row = this.index.asset(asset)
      if (row === undefined) return
      if (account === undefined) return this.count([row.mintHolding])
      const [holding] = await readHoldings(this.#database, [{ account, assetId: asset }], this.#end)
      if (holding === undefined) return
      // The registration does not count as an arrival at the mint, so its counters are read without it.
      if (account === MINT) await this.count([holding.index])
      else this.index.addCounters([{ ...holding, holding: holding.index }])
    }
  }

  /**
   * Fetches what the walk needs, and charges it to the budget.
   * @param hops that the page has room for
   */
  async meet(need: Need, hops: number): Promise<void> {
    if (need.need === 'counters') return this.count([need.holding])
    if (need.need === 'asset') return this.#asset(need.mintHolding)
    const limit = Math.min(Math.max(hops, 0) + this.#ahead, MAX_RECORDS, this.#budget.left)
    if (limit < MAX_RECORDS) this.#ahead *= 2
    const { direction, ranges, maxDepth } = need
    const bounds = { end: this.#end, maxDepth, limit }
    const found = await lookUpRecords(this.#database, direction, ranges, bounds)
    const records = found.flatMap(({ record }) => record ?? [])
    this.#budget.left -= Math.max(1, records.length)
    await this.#add(records)
    this.index.addEnds(direction, found)
    if (direction === 'BACKWARD') return
    const last = found.filter(({ isLast, record }) => isLast && record !== null)
    await this.count(last.map(({ holding }) => holding))
  }

  /** Fetches counters and owners of those holdings that have none yet. */
  async count(holdings: readonly number[]): Promise<void> {
    const unknown = [...new Set(holdings)].filter((holding) => !this.index.isCounted(holding))
    if (unknown.length > 0) this.index.addCounters(await readCounters(this.#database, unknown, this.#end))
  }

  async #add(records: readonly WalkedRecord[]): Promise<void> {
    const unknown = new Set(
      records.map(({ asset }) => asset).filter((asset) => !this.index.knowsAsset(asset)),
    )
    if (unknown.size > 0) this.index.addAssets(await readAssetsByOrdinal(this.#database, [...unknown]))
    this.index.addRecords(records)
    if (this.#direction === 'FORWARD') await this.#products(records)
  }

  /** A crossed asset with, forward, its counters or, backward, the retirements that it was made from. */
  async #asset(mintHolding: number): Promise<void> {
    if (this.index.assetOfMint(mintHolding) === undefined)
      this.index.addAssets(this.#known(await readAssetsByMint(this.#database, [mintHolding])))
    this.#budget.left -= 1
    if (this.#direction === 'FORWARD') return this.count([mintHolding])
    const hashes = this.index.assetOfMint(mintHolding)?.madeFrom ?? []
    this.#budget.left -= hashes.length
    if (hashes.length > 0) await this.#add(await readWalkedByHash(this.#database, hashes, this.#end))
  }

  /** The assets that were made from the retirements among the records. */
  async #products(records: readonly WalkedRecord[]): Promise<void> {
    const retired = records.filter(({ kind }) => kind === 'retire').map(({ position }) => position)
    if (retired.length > 0) this.index.addAssets(this.#known(await readMadeAssets(this.#database, retired)))
  }

  /** Those of the assets that were registered before position `end`. */
  #known(assets: readonly AssetRow[]): AssetRow[] {
    return assets.filter(({ position }) => position < this.#end)
  }
}
