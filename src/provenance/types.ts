/** BACKWARD: how units got where they are. FORWARD: where they went. */
export type TraceDirection = 'BACKWARD' | 'FORWARD'

/**
 * A point in a section of a trace: the first unit concerned, counted as the section counts, and the number of hops from the start (1 for the
 * nearest). Results of a section are ordered by points, and no two hops of a section have the same.
 */
export interface TracePoint {
  unit: bigint
  depth: number
}

/** Where a page ended: at this point of a section. It says all that the next page depends on, so nothing before it is walked again. */
export interface TraceCursor extends TracePoint {
  /** Mint holding of the asset that was crossed to get into the section; null in the first section. */
  section: number | null
  /** The crossed assets of this section and of later ones: mint holding, and depth of the crossing. */
  waiting: readonly (readonly [mintHolding: number, depth: number])[]
  /** True if a path was cut off on a page so far. */
  truncated: boolean
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
  after?: TraceCursor
}

/** The part of a record that lies on one path: a contiguous range of its units. */
export interface Hop extends TracePoint {
  position: number
  /** transferHash. */
  hash: bigint
  /** First unit of the range, counted from the record's first. */
  offset: bigint
  length: bigint
  /** The crossed asset behind which the hop is; undefined in the first section. */
  behind: bigint | undefined
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
  /** Section by section, in each ordered by (unit, depth). */
  hops: Hop[]
  origins: Origin[]
  holders: Holder[]
  /** True if a path was cut off, on this page or on one before: at maxDepth, at MAX_WAITING or at MAX_MOVES. */
  truncated: boolean
  /** Where the page ended, if the trace goes on after it. */
  end: TraceCursor | undefined
}
