/** BACKWARD: how units got where they are. FORWARD: where they went. */
export type TraceDirection = 'BACKWARD' | 'FORWARD'

/**
 * A point in a trace: the first unit concerned, counted like the request's offset, and the number of hops from the start (1 for the nearest).
 * Results are ordered by points, and a page ends at one.
 */
export interface TracePoint {
  unit: bigint
  depth: number
}

/**
 * Which units to trace. PROTOCOL.md, "Traces".
 *
 * - `transfer`: the units that it moved, counted from its first. The transfer itself is the first hop.
 * - `asset` and `account`: units of that holding. BACKWARD counts its balance from the oldest unit (0 is the next to leave), FORWARD all
 *   units that it ever received.
 * - `asset` alone: its issued units by serial. BACKWARD shows how each got to its present holder.
 *
 * Units of the range that do not exist are ignored.
 */
export interface TraceRequest {
  asset?: bigint
  account?: bigint
  /** transferHash. */
  transfer?: bigint
  direction: TraceDirection
  /** Units to skip; default 0. */
  offset?: bigint
  /** Units to trace; default all after the skipped ones. */
  length?: bigint
  /** Bound on the hops of a path; default none. */
  maxDepth?: number
  /** Hops on a page; default all. */
  first?: number
  /** The `end` of the previous page. */
  after?: TracePoint
}

/** The part of a record that lies on one path: a contiguous range of its units. */
export interface Hop extends TracePoint {
  position: number
  /** transferHash. */
  hash: bigint
  /** First unit of the range, counted from the record's first. */
  offset: bigint
  length: bigint
}

/** The end of a backward path: an issue. */
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

/** A holder of traced units, going forward; one entry per holding and page. */
export interface Holder {
  account: bigint
  holding: number
  assetId: bigint
  length: bigint
}

/** One page of a trace, or the whole trace. */
export interface TraceResult {
  /** Ordered by (unit, depth, position, offset). */
  hops: Hop[]
  origins: Origin[]
  holders: Holder[]
  /** True if maxDepth cut a path off. */
  truncated: boolean
  /** Point of the last hop, if there are more hops after this page. */
  end: TracePoint | undefined
}
