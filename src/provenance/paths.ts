import type { TracedRecord, TraceIndex } from './record-index.ts'
import type { TraceDirection, TracePoint } from './types.ts'

/** Units [lo, hi) of a holding, `depth` hops from the start; the first of them is `unit` of the section. */
export interface Range extends TracePoint {
  holding: number
  lo: bigint
  hi: bigint
}

/** The first units of a range, and the record that moved them. */
export interface Move extends TracePoint {
  record: TracedRecord
  /** First of the units, counted from the record's first. */
  offset: bigint
  length: bigint
}

/** What must be in the index before a walk can go on. */
export type Need =
  /** The records of the first units of the last range, and best those that the walk needs next. */
  | { need: 'records'; direction: TraceDirection; ranges: readonly Range[]; maxDepth: number }
  /** The counters of a holding. */
  | { need: 'counters'; holding: number }
  /** The asset of a mint holding with, forward, its counters or, backward, the retirements that it was made from. */
  | { need: 'asset'; mintHolding: number }

/** What a walk finds. */
export type PathStep =
  | { step: 'move'; move: Move }
  /** These units have not left their holding. */
  | { step: 'held'; range: Range }
  /** These units moved on, beyond the bound on depth. */
  | { step: 'cut'; range: Range }

/**
 * Follows ranges inside their assets, in the order (unit, depth), if the ranges are in order of `unit`. Forward, unit y of a holding that left
 * with a record became unit y - fromStart + toStart of the receiver; backward is the reverse, and ends at an issue. PROTOCOL.md, "Coordinates".
 *
 * The walk goes down the path of the first unit, and keeps what it passed by on a stack: of every record that splits a range, the units after
 * it. So it looks up one record per move, whatever the size of the ranges.
 */
export function* followPaths(
  index: TraceIndex,
  direction: TraceDirection,
  ranges: readonly Range[],
  maxDepth: number,
): Generator<PathStep | Need> {
  const stack = [...ranges].reverse()
  for (let range = stack.at(-1); range !== undefined; range = stack.at(-1)) {
    const { holding, lo, depth } = range
    const record = direction === 'BACKWARD' ? index.arrival(holding, lo) : index.departure(holding, lo)
    if (record === undefined) {
      yield { need: 'records', direction, ranges: stack, maxDepth }
      continue
    }
    stack.pop()
    if (record === null) {
      if (direction === 'FORWARD') yield { step: 'held', range }
    } else if (depth >= maxDepth) {
      yield* cutOff(index, direction, range)
    } else {
      const move = firstMove(direction, range, record)
      yield { step: 'move', move }
      const after = splitOff(range, move.length)
      if (after !== undefined) stack.push(after)
      if (direction === 'FORWARD' || record.kind !== 'issue') stack.push(otherSide(direction, move))
    }
  }
}

/** A range at the bound on depth: the units that moved on, and those that are still there. */
function* cutOff(index: TraceIndex, direction: TraceDirection, range: Range): Generator<PathStep | Need> {
  if (direction === 'BACKWARD') return yield { step: 'cut', range }
  let left = index.outTotal(range.holding)
  if (left === undefined) {
    yield { need: 'counters', holding: range.holding }
    left = index.outTotal(range.holding)!
  }
  yield { step: 'cut', range: left < range.hi ? { ...range, hi: left } : range }
  const held = splitOff(range, left - range.lo)
  if (held !== undefined) yield { step: 'held', range: held }
}

function firstMove(direction: TraceDirection, { lo, hi, unit, depth }: Range, record: TracedRecord): Move {
  const start = direction === 'BACKWARD' ? record.toStart : record.fromStart
  const end = start + record.amount
  return { record, unit, depth: depth + 1, offset: lo - start, length: (end < hi ? end : hi) - lo }
}

/** The moved units on the other side of their record. */
function otherSide(direction: TraceDirection, { record, unit, depth, offset, length }: Move): Range {
  const [holding, start] =
    direction === 'BACKWARD' ? [record.fromHolding, record.fromStart] : [record.toHolding, record.toStart]
  return { holding, lo: start + offset, hi: start + offset + length, unit, depth }
}

/** The units of a range after its first `length` ones; undefined if there are none. */
export function splitOff(range: Range, length: bigint): Range | undefined {
  const lo = range.lo + length
  return lo < range.hi ? { ...range, lo, unit: range.unit + length } : undefined
}
