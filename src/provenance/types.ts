/** BACKWARD: how units came to where they are. FORWARD: where they went. */
export type TraceDirection = 'BACKWARD' | 'FORWARD'

/**
 * A place in a trace: `unit` counts as the request's offset does (the first unit concerned), `depth` the hops from
 * the start, 1 for the nearest. Results are ordered by it, and a page ends at one.
 */
export interface TracePoint {
  unit: bigint
  depth: number
}

/**
 * Which units to trace. PROTOCOL.md, "Traces".
 *
 * - `transfer`: the units that moved in it, counted from its first. The transfer itself is the first hop.
 * - `asset` and `account`: units of that holding. BACKWARD counts its balance from the oldest unit (0 = the next to
 *   leave), FORWARD all units it ever received.
 * - `asset` alone: its issued units by serial. BACKWARD tells how each came to its present holder.
 *
 * What the range names beyond the units there are is left out.
 */
export interface TraceRequest {
  asset?: bigint
  account?: bigint
  /** transferHash. */
  transfer?: bigint
  direction: TraceDirection
  /** Units to skip; default 0. */
  offset?: bigint
  /** Units to trace; default all that follow. */
  length?: bigint
  /** Hops a path is followed; default without end. */
  maxDepth?: number
  /** Hops a page has; default all. */
  first?: number
  /** End of the page before. */
  after?: TracePoint
}

/** The part of one record that lies on one path: a contiguous range of its units, exactly. */
export interface Hop extends TracePoint {
  position: number
  /** transferHash. */
  hash: bigint
  /** First unit of the range, counted from the record's first. */
  offset: bigint
  length: bigint
}

/** Where a path ends going backward: an issue. */
export interface Origin extends TracePoint {
  position: number
  hash: bigint
  assetId: bigint
  length: bigint
  /** Serial of the first of these units. */
  serialFrom: bigint
  /** Retirements that the asset was made from. */
  madeFrom: bigint[]
}

/** Who holds traced units, going forward; one entry a holding and page. */
export interface Holder {
  account: bigint
  holding: number
  assetId: bigint
  length: bigint
}

/** One page of a trace, or the whole. */
export interface TraceResult {
  /** Ordered by (unit, depth, position, offset). */
  hops: Hop[]
  origins: Origin[]
  holders: Holder[]
  /** True if maxDepth cut a path off. */
  truncated: boolean
  /** Point of the last hop, if hops follow behind this page. */
  end: TracePoint | undefined
}
