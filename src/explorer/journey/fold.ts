import type { Paths } from './paths.ts'
import { type Amount, amountsOf, type FlowGraph, type FlowNode, type Strand, strandId } from './strands.ts'

/** Most strands of a picture before somebody opens "others". */
export const MAX_STRANDS = 24

/** A graph of which small places are folded. */
export interface Folded extends FlowGraph {
  /** Number of strands that cannot be seen one by one. */
  hidden: number
}

/**
 * A graph of at most `limit` strands: the places with the largest shares stay, and all others between two of them become one. The places with an
 * id in `keep` stay too. It is the graph itself if that has no more strands.
 */
export function fold(graph: FlowGraph, paths: Paths, keep: ReadonlySet<string>, limit = MAX_STRANDS): Folded {
  if (graph.strands.length <= limit) return { ...graph, hidden: 0 }
  const order = inOrder(graph)
  const weights = weightsOf(graph)
  const largest = graph.nodes
    .filter(({ id }) => !keep.has(id))
    .sort((a, b) => weights.get(b.id)! - weights.get(a.id)! || (a.id < b.id ? -1 : 1))
    .map(({ id }) => id)
  for (let count = Math.min(largest.length, limit); ; count--) {
    const places = placesOf(graph, order, new Set([...keep, ...largest.slice(0, count)]))
    if (countStrands(graph, places) <= limit || count === 0) return folded(graph, paths, places)
  }
}

/** The larger of what arrives at each node and what leaves it. */
export function weightsOf({ nodes, strands }: FlowGraph): Map<string, number> {
  const [arrived, left] = [new Map<string, number>(), new Map<string, number>()]
  for (const { source, target, share } of strands) {
    left.set(source, (left.get(source) ?? 0) + share)
    arrived.set(target, (arrived.get(target) ?? 0) + share)
  }
  return new Map(nodes.map(({ id }) => [id, Math.max(arrived.get(id) ?? 0, left.get(id) ?? 0)]))
}

/** The strands in an order in which those that lead to a node come before those that lead from it. */
function inOrder({ nodes, strands }: FlowGraph): Strand[] {
  const from = new Map<string, Strand[]>(nodes.map(({ id }) => [id, []]))
  const missing = new Map<string, number>(nodes.map(({ id }) => [id, 0]))
  for (const strand of strands) {
    from.get(strand.source)!.push(strand)
    missing.set(strand.target, missing.get(strand.target)! + 1)
  }
  const order: Strand[] = []
  const free = nodes.filter(({ id }) => missing.get(id) === 0).map(({ id }) => id)
  for (let id = free.pop(); id !== undefined; id = free.pop()) {
    for (const strand of from.get(id)!) {
      order.push(strand)
      const left = missing.get(strand.target)! - 1
      missing.set(strand.target, left)
      if (left === 0) free.push(strand.target)
    }
  }
  return order
}

/** Where the nodes of a graph are in a folded one. */
interface Places {
  /** The id of what is drawn for a node: its own, or that of others. */
  idOf: (id: string) => string
  others: readonly FlowNode[]
}

/**
 * Folds what is not kept by rank: the largest number of kept nodes on a way to it. A strand never leads to a lower rank, and one to a kept node leads to
 * a higher one, so that strands of the folded graph lead in no circle either.
 */
function placesOf(graph: FlowGraph, order: readonly Strand[], kept: ReadonlySet<string>): Places {
  const ranks = new Map<string, number>()
  const rankOf = (id: string) => ranks.get(id) ?? (kept.has(id) ? 1 : 0)
  for (const { source, target } of order)
    ranks.set(target, Math.max(rankOf(target), rankOf(source) + (kept.has(target) ? 1 : 0)))
  const sizes = new Map<number, number>()
  for (const { id } of graph.nodes) if (!kept.has(id)) sizes.set(rankOf(id), (sizes.get(rankOf(id)) ?? 0) + 1)
  // A place that would be folded alone stays.
  const isSeen = (id: string) => kept.has(id) || sizes.get(rankOf(id)) === 1
  return {
    idOf: (id) => (isSeen(id) ? id : othersId(rankOf(id))),
    others: [...sizes].filter(([, size]) => size > 1).map(othersOf),
  }
}

/** How many strands a folded graph has. */
function countStrands({ strands }: FlowGraph, { idOf }: Places): number {
  const ids = new Set<string>()
  for (const { source, target } of strands) {
    const [from, to] = [idOf(source), idOf(target)]
    if (from !== to) ids.add(strandId(from, to))
  }
  return ids.size
}

function folded(graph: FlowGraph, paths: Paths, { idOf, others }: Places): Folded {
  const isSeen = (id: string) => idOf(id) === id
  const seen = graph.strands.filter(({ source, target }) => isSeen(source) && isSeen(target)).length
  return {
    nodes: [...graph.nodes.filter(({ id }) => isSeen(id)), ...others],
    strands: merged(graph.strands, idOf, paths),
    hidden: graph.strands.length - seen,
  }
}

const othersId = (rank: number) => `others ${rank}`

const othersOf = ([rank, places]: [number, number]): FlowNode => ({
  ...{ id: othersId(rank), kind: 'others', asset: undefined, party: undefined, places },
})

/** The strands between the nodes that are left; those inside of one are left out. */
function merged(strands: readonly Strand[], idOf: (id: string) => string, paths: Paths): Strand[] {
  const groups = new Map<string, Strand[]>()
  for (const strand of strands) {
    const [source, target] = [idOf(strand.source), idOf(strand.target)]
    if (source === target) continue
    const id = strandId(source, target)
    const group = groups.get(id)
    if (group === undefined) groups.set(id, [strand])
    else group.push(strand)
  }
  return [...groups].map(([id, group]) => {
    const steps = group.flatMap((strand) => strand.steps).sort((a, b) => a - b)
    const [source, target] = [idOf(group[0]!.source), idOf(group[0]!.target)]
    const amounts: Amount[] = amountsOf(paths, steps)
    return { id, source, target, steps, amounts, share: group.reduce((sum, { share }) => sum + share, 0) }
  })
}
