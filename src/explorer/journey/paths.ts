import type { Goods, SeenJourney, Step } from './journey.ts'

/** The hops of a trace as trees: a path leads from each hop to the hops that its units came by (backward) or left by (forward). */
export interface Paths {
  steps: readonly Step[]
  /** The hop before each one, nearer to the start; undefined for the first hops of a section. */
  parents: readonly (number | undefined)[]
  /** The first hops of each section, by the code of the asset that was crossed; null for the first section. */
  roots: ReadonlyMap<string | null, readonly number[]>
  /** What each hop's units are of all that the journey is about: at most 1. Units of a product share what went into it. */
  shares: readonly number[]
  /** The asset of a section that a hop leads to, by its code: of an issue (backward), or of a retirement that it was made from (forward). */
  crossed: ReadonlyMap<number, string>
  /** All assets by their codes. */
  goods: ReadonlyMap<string, Goods>
}

/**
 * Finds paths in the order of a trace: within a section, by unit and depth, so a hop's parent is the nearest one before it of one depth less
 * that its unit is in. The beginning of a trace has the parents of all its hops.
 */
export function pathsOf({ steps, direction }: SeenJourney): Paths {
  const parents: (number | undefined)[] = []
  const roots = new Map<string | null, number[]>()
  let open: number[] = []
  for (const [i, { unit, depth, behind }] of steps.entries()) {
    if (i > 0 && steps[i - 1]!.behind !== behind) open = []
    while (open.length > 0 && !isInside(unit, depth, steps[open.at(-1)!]!)) open.pop()
    parents.push(open.at(-1))
    if (open.length === 0) add(roots, behind, i)
    open.push(i)
  }
  const crossed = crossedBy(steps, direction, roots)
  const goods = new Map(steps.map(({ record: { asset } }) => [asset.code, asset]))
  return { steps, parents, roots, crossed, goods, shares: sharesOf(steps, roots, crossed) }
}

const isInside = (unit: bigint, depth: number, { unit: first, length, depth: above }: Step) =>
  above < depth && unit < first + length

function crossedBy(
  steps: readonly Step[],
  direction: SeenJourney['direction'],
  sections: ReadonlyMap<string | null, unknown>,
): Map<number, string> {
  const productOf = new Map<string, string>()
  for (const { record } of steps)
    for (const hash of record.asset.madeFrom) productOf.set(hash, record.asset.code)
  const crossed = new Map<number, string>()
  for (const [i, { record }] of steps.entries()) {
    const isCrossing = record.kind === (direction === 'BACKWARD' ? 'issue' : 'retire')
    const code = direction === 'BACKWARD' ? record.asset.code : productOf.get(record.hash)
    if (isCrossing && code !== undefined && sections.has(code)) crossed.set(i, code)
  }
  return crossed
}

/** Sections come in an order in which all hops that cross an asset come before its section. */
function sharesOf(
  steps: readonly Step[],
  roots: ReadonlyMap<string | null, readonly number[]>,
  crossed: ReadonlyMap<number, string>,
): number[] {
  const shares: number[] = []
  const wholes = new Map<string | null, number>([[null, 1]])
  let parts = new Map<string, { units: bigint; share: number }>()
  for (const [i, { behind, record, length }] of steps.entries()) {
    if (i === 0 || steps[i - 1]!.behind !== behind)
      parts = dividedUp(steps, roots.get(behind)!, wholes.get(behind) ?? 0)
    const { units, share } = parts.get(record.asset.code)!
    shares.push(share * ratio(length, units))
    const product = crossed.get(i)
    if (product !== undefined) wholes.set(product, (wholes.get(product) ?? 0) + shares[i]!)
  }
  return shares
}

/**
 * What the units of each asset are of a section: shares by amount if all are counted in the same unit, otherwise equal ones, because nothing
 * says how much of one asset is how much of another.
 */
function dividedUp(steps: readonly Step[], roots: readonly number[], whole: number) {
  const sums = new Map<string, bigint>()
  for (const root of roots) {
    const { record, length } = steps[root]!
    sums.set(record.asset.code, (sums.get(record.asset.code) ?? 0n) + length)
  }
  const goods = roots.map((root) => steps[root]!.record.asset)
  const measures = new Set(goods.map(({ unitName, decimals }) => `${decimals} ${unitName}`))
  const total = [...sums.values()].reduce((a, b) => a + b, 0n)
  const isComparable = sums.size === 1 || (measures.size === 1 && goods[0]!.unitName !== null)
  return new Map(
    [...sums].map(([code, units]) => [
      code,
      { units, share: whole * (isComparable ? ratio(units, total) : 1 / sums.size) },
    ]),
  )
}

const BITS = 53n

/** A quotient of amounts, which a number cannot hold, as a number from 0 to 1. */
function ratio(units: bigint, of: bigint): number {
  return Number((units << BITS) / of) / Number(1n << BITS)
}

function add<K>(lists: Map<K, number[]>, name: K, value: number): void {
  const list = lists.get(name)
  if (list === undefined) lists.set(name, [value])
  else list.push(value)
}
