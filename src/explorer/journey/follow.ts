import type { Paths } from './paths.ts'
import { type Amount, amountsOf, type FlowGraph } from './strands.ts'

/** What belongs to one strand: the strands and nodes that its units passed, and how much of each. */
export interface Followed {
  /** Units of each strand that are units of the followed one, or went into them, or were made of them, by the strand's id. */
  strands: ReadonlyMap<string, readonly Amount[]>
  /** Ids of the nodes at their ends. */
  nodes: ReadonlySet<string>
}

/**
 * Follows units to both ends of their journey. Along a path they are the same units. Where an asset was made from others, units of the two sides do
 * not correspond: all that went in belongs to each unit that came out.
 * @param from indices of the hops to follow
 */
export function follow(paths: Paths, graph: FlowGraph, from: readonly number[]): Followed {
  const units = new Map<number, bigint>()
  const children = childrenOf(paths)
  const towardsEnds = [...from]
  const towardsStart = [...from]
  const whole = (step: number) => {
    if (units.get(step) === paths.steps[step]!.length) return
    units.set(step, paths.steps[step]!.length)
    towardsEnds.push(step)
  }
  for (const step of from) whole(step)
  for (let step = towardsEnds.pop(); step !== undefined; step = towardsEnds.pop()) {
    for (const child of children.get(step) ?? []) whole(child)
    const product = paths.crossed.get(step)
    if (product !== undefined) for (const root of paths.roots.get(product)!) whole(root)
  }
  followToStart(paths, towardsStart, units)
  const strands = new Map<string, readonly Amount[]>()
  for (const { id, steps } of graph.strands) {
    const amounts = amountsOf(paths, steps, units)
    if (amounts.length > 0) strands.set(id, amounts)
  }
  const nodes = graph.strands.filter(({ id }) => strands.has(id))
  return { strands, nodes: new Set(nodes.flatMap(({ source, target }) => [source, target])) }
}

/** Adds what the hops towards the start have of the units at the hops to follow; a hop counts once, whichever of its units others brought. */
function followToStart(paths: Paths, from: readonly number[], units: Map<number, bigint>): void {
  const followed = new Set(from)
  const crossedSections = new Set<string>()
  const up = (start: number) => {
    const { length } = paths.steps[start]!
    for (let step = paths.parents[start]; step !== undefined; step = paths.parents[step]) {
      // Its units are counted with those of the followed hop that is nearer to the start.
      if (followed.has(step)) return
      const most = paths.steps[step]!.length
      const sum = (units.get(step) ?? 0n) + length
      units.set(step, sum < most ? sum : most)
    }
  }
  const waiting = [...from]
  for (let step = waiting.pop(); step !== undefined; step = waiting.pop()) {
    up(step)
    const { behind } = paths.steps[step]!
    if (behind === null || crossedSections.has(behind)) continue
    crossedSections.add(behind)
    for (const [crossing, code] of paths.crossed) {
      if (code !== behind || followed.has(crossing)) continue
      units.set(crossing, paths.steps[crossing]!.length)
      followed.add(crossing)
      waiting.push(crossing)
    }
  }
}

function childrenOf({ parents }: Paths): Map<number, number[]> {
  const children = new Map<number, number[]>()
  for (const [i, parent] of parents.entries()) {
    if (parent === undefined) continue
    const list = children.get(parent)
    if (list === undefined) children.set(parent, [i])
    else list.push(i)
  }
  return children
}
