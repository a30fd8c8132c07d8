import type { Party } from '../../standards/journey.ts'
import type { Goods, SeenJourney } from './journey.ts'
import type { Paths } from './paths.ts'

/** Units of one asset. */
export interface Amount {
  asset: Goods
  units: bigint
}

/** Where units are between two hops: not issued yet, with a holder, or retired; or several such places that are folded into one. */
export interface FlowNode {
  id: string
  kind: 'issue' | 'holder' | 'retired' | 'others'
  /** What is issued or held here; undefined for others. */
  asset: Goods | undefined
  /** The holder; undefined for all else. */
  party: Party | undefined
  /** Number of places that it stands for: 1, unless it is others. */
  places: number
}

/** What moved between two places, all hops together. */
export interface Strand {
  id: string
  /** Ids of nodes; units move from source to target, whatever the direction of the trace. */
  source: string
  target: string
  /** Traced units that moved, one entry per asset. */
  amounts: readonly Amount[]
  /** Its part of all traced units, from 0 to 1; what was made of units counts as they do. */
  share: number
  /** Indices of its hops. */
  steps: readonly number[]
}

/** A picture's nodes and strands; no strands lead in a circle. */
export interface FlowGraph {
  nodes: readonly FlowNode[]
  strands: readonly Strand[]
}

/** Where a hop begins and ends. */
interface Ends {
  source: FlowNode
  target: FlowNode
}

/**
 * The hops of a journey as a graph: a node per holder and asset, and per asset a node for what it comes from, into which the retirements lead that
 * it was made from. Where units came back to a holder who had them before, its node is divided by the number of hops from the start, so that no
 * strands lead in a circle.
 */
export function flowOf(journey: SeenJourney, paths: Paths): FlowGraph {
  const places = paths.steps.map((_, i) => endsOf(journey, paths, i))
  const circular = inCircles(places)
  const nodes = new Map<string, FlowNode>()
  const strands = new Map<string, { ends: Ends; steps: number[] }>()
  for (const [i, { source, target }] of places.entries()) {
    const { depth } = paths.steps[i]!
    const [near, far] = journey.direction === 'BACKWARD' ? [target, source] : [source, target]
    const divided = { near: divide(near, depth - 1, circular), far: divide(far, depth, circular) }
    const ends =
      journey.direction === 'BACKWARD'
        ? { source: divided.far, target: divided.near }
        : { source: divided.near, target: divided.far }
    for (const node of [ends.source, ends.target]) nodes.set(node.id, node)
    const id = strandId(ends.source.id, ends.target.id)
    const strand = strands.get(id)
    if (strand === undefined) strands.set(id, { ends, steps: [i] })
    else strand.steps.push(i)
  }
  return {
    nodes: [...nodes.values()],
    strands: [...strands].map(([id, { ends, steps }]) => ({
      ...{ id, source: ends.source.id, target: ends.target.id, steps },
      amounts: amountsOf(paths, steps),
      share: steps.reduce((sum, step) => sum + paths.shares[step]!, 0),
    })),
  }
}

export const strandId = (source: string, target: string): string => `${source}>${target}`

/**
 * The units of hops, one entry per asset, in the order of the hops.
 * @param counted how many of each hop's units count, and only hops that are in it; by default all units of all hops
 */
export function amountsOf(
  { steps }: Paths,
  of: Iterable<number>,
  counted?: ReadonlyMap<number, bigint>,
): Amount[] {
  const amounts = new Map<string, Amount>()
  for (const step of of) {
    const { length, record } = steps[step]!
    const units = counted === undefined ? length : counted.get(step)
    if (units === undefined) continue
    const { asset } = record
    amounts.set(asset.code, { asset, units: units + (amounts.get(asset.code)?.units ?? 0n) })
  }
  return [...amounts.values()]
}

function endsOf({ direction }: SeenJourney, { steps, parents, crossed, goods }: Paths, i: number): Ends {
  const { record, behind } = steps[i]!
  const { kind, asset, from, to } = record
  const source = kind === 'issue' ? issueOf(asset.code, asset) : placeOf(kind === 'reinstate', from, asset)
  if (kind !== 'retire') return { source, target: placeOf(false, to, asset) }
  const product = direction === 'BACKWARD' ? productBehind(behind, parents[i]) : crossed.get(i)
  return {
    source,
    target: product === undefined ? placeOf(true, to, asset) : issueOf(product, goods.get(product)!),
  }
}

/** Behind an asset, a trace begins with the retirements that it was made from. */
const productBehind = (behind: string | null, parent: number | undefined) =>
  parent === undefined && behind !== null ? behind : undefined

const issueOf = (code: string, asset: Goods): FlowNode => ({
  ...{ id: `issue ${code}`, kind: 'issue', asset, party: undefined, places: 1 },
})

const placeOf = (isRetired: boolean, party: Party, asset: Goods): FlowNode => ({
  id: `${isRetired ? 'retired' : party.address} ${asset.code}`,
  kind: isRetired ? 'retired' : 'holder',
  asset,
  party: isRetired ? undefined : party,
  places: 1,
})

const divide = (node: FlowNode, depth: number, circular: ReadonlySet<string>): FlowNode =>
  circular.has(node.id) ? { ...node, id: `${node.id} ${depth}` } : node

/** Nodes that are in a circle, or between two: what is left when those are taken away again and again that nothing leads to, or from. */
function inCircles(places: readonly Ends[]): Set<string> {
  const left = new Set(places.flatMap(({ source, target }) => [source.id, target.id]))
  for (const isForward of [true, false]) {
    const next = new Map<string, Set<string>>()
    const waiting = new Map<string, Set<string>>([...left].map((id) => [id, new Set()]))
    for (const { source, target } of places) {
      const [a, b] = isForward ? [source.id, target.id] : [target.id, source.id]
      if (!left.has(a) || !left.has(b)) continue
      waiting.get(b)!.add(a)
      next.set(a, (next.get(a) ?? new Set()).add(b))
    }
    const free = [...left].filter((id) => waiting.get(id)!.size === 0)
    for (let id = free.pop(); id !== undefined; id = free.pop()) {
      left.delete(id)
      for (const other of next.get(id) ?? []) {
        waiting.get(other)!.delete(id)
        if (waiting.get(other)!.size === 0) free.push(other)
      }
    }
  }
  for (const id of left) if (id.startsWith('issue ')) left.delete(id)
  return left
}
