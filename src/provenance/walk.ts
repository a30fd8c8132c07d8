import type { Asset } from '../ledger/asset.ts'
import type { Overlap, TraceIndex } from './record-index.ts'
import type { Hop, Origin, TracePoint } from './types.ts'

/** Units [lo, hi) of a holding, the first of which is `unit` of the request, `depth` hops from the start. */
export interface Range extends TracePoint {
  holding: number
  lo: bigint
  hi: bigint
  /** Behind a "made from" units no longer correspond one to one: all keep the unit at which it was crossed. */
  fixed: boolean
}

/** A path that goes on in another asset. */
export interface Crossing extends TracePoint {
  asset: Asset
}

/** What following ranges inside their assets finds. */
export interface Walk {
  hops: Hop[]
  origins: Origin[]
  /** Ranges still held where they are. */
  held: Range[]
  crossings: Crossing[]
  truncated: boolean
}

/**
 * Follows ranges to the issues that brought their units: the unit y that came with a record was unit
 * y - toStart + fromStart of the sender. PROTOCOL.md, "Coordinates".
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
      if (record.kind !== 'issue') return [behind(range, hop, record.fromHolding, lo, length)]
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
 * Follows ranges to where their units are now: the unit y that left with a record became unit
 * y - fromStart + toStart of the receiver. PROTOCOL.md, "Coordinates".
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
      return behind(range, hop, record.toHolding, record.toStart + offset, length)
    })
  })
}

/** Follows each range with `step`, which adds to what was found and returns the ranges behind. */
function walk(
  ranges: readonly Range[],
  maxDepth: number,
  step: (range: Range, found: Walk) => Range[],
): Walk {
  if (maxDepth < 0) throw new RangeError('maxDepth is negative')
  const found: Walk = { hops: [], origins: [], held: [], crossings: [], truncated: false }
  const open = [...ranges]
  for (let range = open.pop(); range !== undefined; range = open.pop()) open.push(...step(range, found))
  return found
}

function toHop(range: Range, { record, offset, length, lo }: Overlap): Hop {
  const { position, hash } = record
  return { unit: unitAt(range, lo), depth: range.depth + 1, position, hash, offset, length }
}

function behind(range: Range, hop: Hop, holding: number, lo: bigint, length: bigint): Range {
  return { holding, lo, hi: lo + length, unit: hop.unit, depth: hop.depth, fixed: range.fixed }
}

/** The request's number of the range's unit `at`. */
function unitAt(range: Range, at: bigint): bigint {
  return range.fixed ? range.unit : range.unit + at - range.lo
}
