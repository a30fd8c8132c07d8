import type { TraceIndex } from './record-index.ts'
import { startOf } from './start.ts'
import type { Holder, Hop, Origin, TracePoint, TraceRequest, TraceResult } from './types.ts'
import { type Crossing, type Range, traceBackward, traceForward, type Walk } from './walk.ts'

/**
 * Traces units through records. PROTOCOL.md, "Traces".
 * @throws RejectionError `BAD_INPUT`, `UNKNOWN_ASSET` or `NOT_FOUND`
 */
export function trace(index: TraceIndex, request: TraceRequest): TraceResult {
  const { direction, maxDepth = Number.POSITIVE_INFINITY } = request
  const start = startOf(index, request)
  const walk = direction === 'BACKWARD' ? traceBackward : traceForward
  let truncated = false
  let ranges = start === undefined ? [] : [start]
  if (direction === 'BACKWARD' && request.transfer === undefined && request.account === undefined) {
    // Units given by serial: first find where they are now, then trace backward from there.
    ranges = traceForward(index, ranges, Number.POSITIVE_INFINITY).held.map((range) => ({
      ...range,
      depth: 0,
    }))
  }
  const crossed = new Set<bigint>()
  const found: Pick<Walk, 'hops' | 'origins' | 'held'> = { hops: [], origins: [], held: [] }
  while (ranges.length > 0) {
    const stage = walk(index, ranges, maxDepth)
    found.hops.push(...stage.hops)
    found.origins.push(...stage.origins)
    found.held.push(...stage.held)
    truncated ||= stage.truncated
    const next = firstCrossings(stage.crossings, crossed)
    ranges = next.flatMap((crossing) => rangesBehind(index, crossing, direction === 'BACKWARD'))
  }
  return page(index, found, request, truncated)
}

/**
 * The first crossing of each asset that was not crossed before. However many paths lead through an asset, what lies behind its "made from" is
 * the same, so it is listed once.
 */
function firstCrossings(crossings: Crossing[], crossed: Set<bigint>): Crossing[] {
  return crossings.sort(comparePoints).filter(({ asset }) => {
    if (crossed.has(asset.id)) return false
    crossed.add(asset.id)
    return true
  })
}

/** Backward: the units of each retirement that an asset was made from. Forward: all issued units of the asset. */
function rangesBehind(index: TraceIndex, { asset, unit, depth }: Crossing, backward: boolean): Range[] {
  const rest = { unit, depth, fixed: true }
  if (!backward) {
    const issued = index.outTotal(asset.mintHolding)
    return issued === 0n ? [] : [{ holding: asset.mintHolding, lo: 0n, hi: issued, ...rest }]
  }
  return asset.madeFrom.map((hash) => {
    const { toHolding, toStart, amount } = index.record(hash)!
    return { holding: toHolding, lo: toStart, hi: toStart + amount, ...rest }
  })
}

/** Cuts the requested page. It may have more than `first` hops, because hops at one point are never separated. */
function page(
  index: TraceIndex,
  found: Pick<Walk, 'hops' | 'origins' | 'held'>,
  { first, after }: TraceRequest,
  truncated: boolean,
): TraceResult {
  const isNew = (point: TracePoint) => after === undefined || comparePoints(point, after) > 0
  const hops = found.hops.filter(isNew).sort(compareHops)
  let end: TracePoint | undefined
  const last = first === undefined ? undefined : hops[first - 1]
  if (last !== undefined && hops.some((hop) => comparePoints(hop, last) > 0)) {
    end = { unit: last.unit, depth: last.depth }
  }
  const isOnPage = (point: TracePoint) =>
    isNew(point) && (end === undefined || comparePoints(point, end) <= 0)
  return {
    hops: hops.filter(isOnPage),
    origins: found.origins.filter(isOnPage).sort(compareOrigins),
    holders: holdersOf(index, found.held.filter(isOnPage).sort(compareRanges)),
    truncated,
    end,
  }
}

/** The holders of these ranges, one entry per holding. */
function holdersOf(index: TraceIndex, held: readonly Range[]): Holder[] {
  const holders = new Map<number, Holder>()
  for (const { holding, lo, hi } of held) {
    const known = holders.get(holding)
    if (known !== undefined) known.length += hi - lo
    else {
      const { account, assetId } = index.owner(holding)
      holders.set(holding, { account, holding, assetId, length: hi - lo })
    }
  }
  return [...holders.values()]
}

/** Orders points by unit, then depth. */
export function comparePoints(a: TracePoint, b: TracePoint): number {
  if (a.unit !== b.unit) return a.unit < b.unit ? -1 : 1
  return a.depth - b.depth
}

function compareHops(a: Hop, b: Hop): number {
  return comparePoints(a, b) || a.position - b.position || compare(a.offset, b.offset)
}

function compareOrigins(a: Origin, b: Origin): number {
  return comparePoints(a, b) || a.position - b.position || compare(a.serialFrom, b.serialFrom)
}

function compareRanges(a: Range, b: Range): number {
  return comparePoints(a, b) || a.holding - b.holding || compare(a.lo, b.lo)
}

function compare(a: bigint, b: bigint): number {
  return a < b ? -1 : a > b ? 1 : 0
}
