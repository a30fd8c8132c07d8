import type { Asset } from '../ledger/asset.ts'
import { throwRejection } from '../ledger/rejection.ts'
import { followPaths, type Move, type Need, type PathStep, type Range, splitOff } from './paths.ts'
import type { TraceIndex } from './record-index.ts'
import { startOf } from './start.ts'
import type { Hop, Origin, TraceCursor, TracePoint, TraceRequest } from './types.ts'

/** Maximum number of crossed assets that may wait for their section; others are left out, and the trace is marked as truncated. */
export const MAX_WAITING = 1_000
/**
 * Maximum number of moves that are followed to where a serial is now. A backward trace of a unit that moved more often begins where it was after
 * so many, and is marked as truncated.
 */
export const MAX_MOVES = 10_000

/** What a trace consists of, in order. */
export type TraceStep =
  | { step: 'hop'; section: number | null; hop: Hop; origin: Origin | undefined }
  | { step: 'held'; section: number | null; range: Range }

/**
 * The walk of a trace, section by section. PROTOCOL.md, "Traces". Sections are in the order of registration (forward) or against it (backward).
 * All ways into a section begin in sections before it, because an asset is registered after what it is made from. So the assets that wait,
 * with the depths of their first crossings, are all that later sections depend on.
 */
export class Walk {
  /** Crossed assets, by mint holding, with the depths of their crossings: those of the section of the last hop and of later ones. */
  readonly waiting: Map<number, number>
  /** True if a path was cut off. */
  truncated: boolean
  readonly #index: TraceIndex
  readonly #request: TraceRequest
  readonly #maxDepth: number

  /** The index must know what the request names, with its counters. */
  constructor(index: TraceIndex, request: TraceRequest) {
    this.#index = index
    this.#request = request
    this.#maxDepth = request.maxDepth ?? Number.POSITIVE_INFINITY
    this.waiting = new Map(request.after?.waiting)
    this.truncated = request.after?.truncated ?? false
  }

  /**
   * What comes after the request's cursor, and what the index needs for it. After it has yielded a need, the index must have been given it.
   * @throws RejectionError `BAD_INPUT`, `UNKNOWN_ASSET`, `NOT_FOUND`, or `BAD_CURSOR` if the cursor names what does not exist
   */
  *steps(): Generator<TraceStep | Need> {
    const { after } = this.#request
    const start = startOf(this.#index, this.#request)
    if (start === undefined) return
    if (after === undefined || after.section === null) yield* this.#section(null, undefined, [start], after)
    else yield* this.#behind(after.section, after)
    let section = this.#next(after?.section ?? null)
    for (; section !== undefined; section = this.#next(section)) yield* this.#behind(section)
  }

  /** The section that follows another one. */
  #next(section: number | null): number | undefined {
    let next: number | undefined
    for (const mint of this.waiting.keys()) {
      if (
        (section === null || this.#isBefore(section, mint)) &&
        (next === undefined || this.#isBefore(mint, next))
      )
        next = mint
    }
    return next
  }

  #isBefore(section: number, other: number): boolean {
    return this.#request.direction === 'FORWARD' ? section < other : section > other
  }

  /** The section behind a crossed asset. Backward: all units of the retirements that it was made from. Forward: its issued units. */
  *#behind(mint: number, after?: TraceCursor): Generator<TraceStep | Need> {
    const depth = this.waiting.get(mint)
    if (depth === undefined) return throwRejection('BAD_CURSOR', { reason: 'damaged' })
    yield { need: 'asset', mintHolding: mint }
    const asset = this.#index.assetOfMint(mint)
    if (asset === undefined) return throwRejection('BAD_CURSOR', { reason: 'damaged' })
    const ranges =
      this.#request.direction === 'BACKWARD' ? this.#retired(asset, depth) : this.#issued(asset, depth)
    yield* this.#section(mint, asset, ranges, after)
  }

  #retired({ madeFrom }: Asset, depth: number): Range[] {
    let unit = 0n
    return madeFrom.map((hash) => {
      const { toHolding, toStart, amount } = this.#index.record(hash)!
      const range = { holding: toHolding, lo: toStart, hi: toStart + amount, unit, depth }
      unit += amount
      return range
    })
  }

  #issued({ mintHolding }: Asset, depth: number): Range[] {
    const hi = this.#index.outTotal(mintHolding)!
    return hi === 0n ? [] : [{ holding: mintHolding, lo: 0n, hi, unit: 0n, depth }]
  }

  /** The steps of a section after a cursor. Only the paths that contain its unit are walked again. */
  *#section(
    section: number | null,
    behind: Asset | undefined,
    ranges: readonly Range[],
    after: TraceCursor | undefined,
  ): Generator<TraceStep | Need> {
    const rest = after === undefined ? ranges : ranges.flatMap((range) => cutAt(range, after.unit) ?? [])
    let present = after?.section
    const isNew = (point: TracePoint) => after === undefined || comparePoints(point, after) > 0
    for (const step of section === null ? this.#fromStart(rest) : this.#paths(rest)) {
      if ('need' in step) yield step
      else if (step.step === 'cut') this.truncated = true
      else if (step.step === 'held') {
        if (isNew(step.range)) yield { ...step, section }
      } else if (isNew(step.move)) {
        yield { step: 'hop', section, ...this.#found(step.move, behind) }
        if (section !== present) this.#leave(section)
        present = section
      }
    }
  }

  /** Forgets the sections before one that has a hop on the page. A cursor before that hop still needs them. */
  #leave(section: number | null): void {
    if (section === null) return
    for (const mint of this.waiting.keys()) if (this.#isBefore(mint, section)) this.waiting.delete(mint)
  }

  /** Backward from serials: finds where the units are now, then follows them back from there. */
  *#fromStart(ranges: readonly Range[]): Generator<PathStep | Need> {
    const { direction, account, transfer } = this.#request
    if (direction === 'FORWARD' || account !== undefined || transfer !== undefined) {
      return yield* this.#paths(ranges)
    }
    for (const step of followPaths(this.#index, 'FORWARD', ranges, MAX_MOVES)) {
      if ('need' in step) yield step
      else if (step.step !== 'move') {
        if (step.step === 'cut') yield step
        yield* this.#paths([{ ...step.range, depth: 0 }])
      }
    }
  }

  #paths(ranges: readonly Range[]): Generator<PathStep | Need> {
    return followPaths(this.#index, this.#request.direction, ranges, this.#maxDepth)
  }

  /** A move as a hop, with the origin that it is. Notes the asset that is crossed with it. */
  #found({ record, unit, depth, offset, length }: Move, behind: Asset | undefined) {
    const { position, hash, assetId } = record
    const hop: Hop = { unit, depth, position, hash, offset, length, behind: behind?.id }
    if (this.#request.direction === 'FORWARD') {
      const made = record.kind === 'retire' ? this.#index.madeFrom(hash) : undefined
      if (made !== undefined) this.#cross(made, depth)
      return { hop, origin: undefined }
    }
    if (record.kind !== 'issue') return { hop, origin: undefined }
    const asset = this.#index.asset(assetId)!
    const { madeFrom } = asset
    if (madeFrom.length > 0) this.#cross(asset, depth)
    const serialFrom = record.fromStart + offset
    const origin: Origin = { unit, depth, position, hash, assetId, length, serialFrom, madeFrom }
    return { hop, origin }
  }

  #cross({ mintHolding }: Asset, depth: number): void {
    if (this.waiting.has(mintHolding)) return
    if (this.waiting.size >= MAX_WAITING) this.truncated = true
    else this.waiting.set(mintHolding, depth)
  }
}

/** The units of a range from `unit` of the section on. */
function cutAt(range: Range, unit: bigint): Range | undefined {
  return unit <= range.unit ? range : splitOff(range, unit - range.unit)
}

/** Orders points by unit, then depth. */
export function comparePoints(a: TracePoint, b: TracePoint): number {
  if (a.unit !== b.unit) return a.unit < b.unit ? -1 : 1
  return a.depth - b.depth
}
