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
    covered.set(part.position, [...(covered.get(part.position) ?? []), part])
  }
  for (const parts of covered.values()) parts.sort((a, b) => (a.from < b.from ? -1 : 1))
  return now.filter((item) => {
    const part = partOf(item)
    return !covers(covered.get(part.position) ?? [], part)
  })
}

/** Whether parts, in order of `from`, together cover all of another. */
function covers(parts: readonly Part[], { from, length }: Part): boolean {
  let reached = from
  for (const part of parts) {
    if (part.from > reached) break
    const end = part.from + part.length
    if (end > reached) reached = end
  }
  return reached >= from + length
}

function sameHolders(a: readonly Holder[], b: readonly Holder[]): boolean {
  const lengths = new Map(a.map(({ holding, length }) => [holding, length]))
  return a.length === b.length && b.every(({ holding, length }) => lengths.get(holding) === length)
}
