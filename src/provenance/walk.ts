import type { Asset } from '../ledger/asset.ts'
import type { Overlap, TraceIndex } from './record-index.ts'
import type { Hop, Origin, TracePoint } from './types.ts'

/** Units [lo, hi) of a holding, `depth` hops from the start; the first of them is `unit` of the request. */
export interface Range extends TracePoint {
  holding: number
  lo: bigint
  hi: bigint
  /** True behind a "made from": units do not correspond one to one there, so all have the unit at which it was crossed. */
  fixed: boolean
}

/** A point at which a path continues in another asset, through "made from". */
export interface Crossing extends TracePoint {
  asset: Asset
}

/** The findings of following ranges inside their assets. */
export interface Walk {
  hops: Hop[]
  origins: Origin[]
  /** Ranges of units that have not left their holding. */
  held: Range[]
  crossings: Crossing[]
  truncated: boolean
}

/**
 * Follows ranges to the issues that brought their units. Unit y of a holding that arrived with a record was unit y - toStart + fromStart of
 * the sender. PROTOCOL.md, "Coordinates".
 * @throws RangeError if maxDepth is negative
 */
export function traceBackward(index: TraceIndex, ranges: readonly Range[], maxDepth: number): Walk {
  return walk(ranges, maxDepth, (range, found) => {
    const arrivals = index.arrivals(range.holding, range.lo, range.hi)
    if (range.depth >= maxDepth) {
      found.truncated ||= arrivals.length > 0
      return []
    }
    return arrivals.flatMap((part) => {
      const { record, offset, length } = part
      const hop = toHop(range, part)
      found.hops.push(hop)
      const lo = record.fromStart + offset
      if (record.kind !== 'issue') return [nextRange(range, hop, record.fromHolding, lo, length)]
      const asset = index.asset(record.assetId)!
      const { unit, depth, position, hash } = hop
      const { id: assetId, madeFrom } = asset
      found.origins.push({ unit, depth, position, hash, assetId, length, serialFrom: lo, madeFrom })
      if (madeFrom.length > 0) found.crossings.push({ unit, depth, asset })
      return []
    })
  })
}

/**
 * Follows ranges to where their units are now. Unit y of a holding that left with a record became unit y - fromStart + toStart of the
 * receiver. PROTOCOL.md, "Coordinates".
 * @throws RangeError if maxDepth is negative
 */
export function traceForward(index: TraceIndex, ranges: readonly Range[], maxDepth: number): Walk {
  return walk(ranges, maxDepth, (range, found) => {
    const left = index.outTotal(range.holding)
    if (left <= range.lo) found.held.push(range)
    else if (left < range.hi) found.held.push({ ...range, unit: unitAt(range, left), lo: left })
    const departures = index.departures(range.holding, range.lo, range.hi)
    if (range.depth >= maxDepth) {
      found.truncated ||= departures.length > 0
      return []
    }
    return departures.map((part) => {
      const { record, offset, length } = part
      const hop = toHop(range, part)
      found.hops.push(hop)
      const asset = record.kind === 'retire' ? index.madeFrom(record.hash) : undefined
      if (asset !== undefined) found.crossings.push({ unit: hop.unit, depth: hop.depth, asset })
      return nextRange(range, hop, record.toHolding, record.toStart + offset, length)
    })
  })
}

/** Applies `step` to each range, and to the ranges that it returns, until there are none left. `step` adds to the findings. */
function walk(
  ranges: readonly Range[],
  maxDepth: number,
  step: (range: Range, found: Walk) => Range[],
): Walk {
  if (maxDepth < 0) throw new RangeError('maxDepth is negative')
  const found: Walk = { hops: [], origins: [], held: [], crossings: [], truncated: false }
  const stack = [...ranges]
  for (let range = stack.pop(); range !== undefined; range = stack.pop()) stack.push(...step(range, found))
  return found
}

function toHop(range: Range, { record, offset, length, lo }: Overlap): Hop {
  const { position, hash } = record
  return { unit: unitAt(range, lo), depth: range.depth + 1, position, hash, offset, length }
}

/** The range on the other side of a hop. */
function nextRange(range: Range, hop: Hop, holding: number, lo: bigint, length: bigint): Range {
  return { holding, lo, hi: lo + length, unit: hop.unit, depth: hop.depth, fixed: range.fixed }
}

/** Unit `y` of the range's holding, counted as the request counts. */
function unitAt(range: Range, y: bigint): bigint {
  return range.fixed ? range.unit : range.unit + y - range.lo
}
