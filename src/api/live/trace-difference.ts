import type { Holder, TraceResult } from '../../provenance/types.ts'

/** The parts of a trace that updates contain. */
export type Whole = Pick<TraceResult, 'hops' | 'origins' | 'holders'>

/** The units of one record that a trace covers. */
interface Part {
  position: number
  from: bigint
  length: bigint
}

/**
 * What a trace has that an earlier trace of the same request did not have: new hops and origins, and all holders; undefined if nothing
 * changed. Parts are compared by the units of their record that they cover, because a path that splits still covers the same units.
 */
export function addedTo(before: Whole, now: Whole): Whole | undefined {
  const hops = uncovered(before.hops, now.hops, ({ position, offset, length }) => ({
    position,
    from: offset,
    length,
  }))
  const origins = uncovered(before.origins, now.origins, ({ position, serialFrom, length }) => ({
    position,
    from: serialFrom,
    length,
  }))
  if (hops.length === 0 && origins.length === 0 && sameHolders(before.holders, now.holders)) return undefined
  return { hops, origins, holders: now.holders }
}

function uncovered<T>(before: readonly T[], now: readonly T[], partOf: (item: T) => Part): T[] {
  const covered = new Map<number, Part[]>()
  for (const part of before.map(partOf)) {
    const parts = covered.get(part.position)
    if (parts === undefined) covered.set(part.position, [part])
    else parts.push(part)
  }
  for (const [position, parts] of covered) covered.set(position, joined(parts))
  return now.filter((item) => {
    const part = partOf(item)
    return !covers(covered.get(part.position) ?? [], part)
  })
}

/** The same units in as few parts as possible, which do not touch, in order of `from`. */
function joined(parts: Part[]): Part[] {
  const found: Part[] = []
  for (const part of parts.sort((a, b) => (a.from < b.from ? -1 : 1))) {
    const last = found.at(-1)
    if (last === undefined || part.from > last.from + last.length) found.push({ ...part })
    else if (part.from + part.length > last.from + last.length)
      last.length = part.from + part.length - last.from
  }
  return found
}

/** Whether one of these joined parts covers all of another. */
function covers(parts: readonly Part[], { from, length }: Part): boolean {
  let low = 0
  let high = parts.length
  while (low < high) {
    const middle = (low + high) >> 1
    if (parts[middle]!.from <= from) low = middle + 1
    else high = middle
  }
  const part = parts[low - 1]
  return part !== undefined && part.from + part.length >= from + length
}

function sameHolders(a: readonly Holder[], b: readonly Holder[]): boolean {
  const lengths = new Map(a.map(({ holding, length }) => [holding, length]))
  return a.length === b.length && b.every(({ holding, length }) => lengths.get(holding) === length)
}
