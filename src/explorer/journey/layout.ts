import { type SankeyLink, type SankeyNode, sankey, sankeyJustify } from 'd3-sankey'
import { weightsOf } from './fold.ts'
import type { FlowGraph, FlowNode, Strand } from './strands.ts'

/** Which way units move in a picture: to the right, or down where there is no room for that. */
export type Orientation = 'right' | 'down'

/**
 * Sizes in pixels. `step` is the distance between layers at least, `gap` that between nodes of a layer, and `least` what it shrinks to where they are
 * many, `thick` what all units together are thick, `end` the room for labels after the last layer, `edge` and `top` that around the picture along the
 * flow and across it.
 */
const SIZES = {
  right: { bar: 12, step: 118, gap: 54, least: 54, thick: 150, end: 150, edge: 8, top: 26 },
  down: { bar: 12, step: 98, gap: 100, least: 64, thick: 60, end: 60, edge: 4, top: 4 },
} as const
/** Pixels between a node and the label beside it, and between a label and what follows it. */
export const BESIDE = 6
const APART = 8
/** What is thinner cannot be seen. */
const THINNEST = 1.5
/** Pixels below which a picture leads down, with half as many strands. */
export const NARROW = 640
/** Parts of all units below this are drawn like it: d3-sankey divides by them. */
const LEAST_SHARE = 1e-9

/** How often nodes are placed anew, to have room for their labels, before the picture gets wider. */
const ROUNDS = 8

/** A node as it is drawn. */
export interface PlacedNode {
  node: FlowNode
  layer: number
  x: number
  y: number
  width: number
  height: number
  /** Pixels that a line of its label has: to the right of it, or below it from its left edge. */
  room: number
}

/** A strand as it is drawn: a ribbon as thick as its share. */
export interface PlacedStrand {
  strand: Strand
  /** Path data of its outline. */
  path: string
  thickness: number
}

/** A picture without colors and texts. Nodes come layer by layer, from top to bottom; strands in the order of their sources, then of their targets. */
export interface Layout {
  orientation: Orientation
  width: number
  height: number
  /** Number of layers. */
  layers: number
  nodes: readonly PlacedNode[]
  strands: readonly PlacedStrand[]
}

/** A picture that leads to the right, or down where that has no room. One that fits neither way is wider than the room. */
export function fitting(graph: FlowGraph, room: number): Layout {
  const draw = (orientation: Orientation) => layOut(graph, room, orientation)
  if (room < NARROW) return draw('down')
  const right = draw('right')
  if (right.width <= room) return right
  const down = draw('down')
  return down.width <= room ? down : right
}

/** Places a graph whose strands lead in no circle. The same graph is always placed alike. @param room width that there is, in pixels */
export function layOut(graph: FlowGraph, room: number, orientation: Orientation): Layout {
  const { bar, step, gap, least, thick, end, edge, top } = SIZES[orientation]
  const depths = depthsOf(graph)
  const layers = Math.max(0, ...depths.values()) + 1
  const crowd = Math.max(1, ...crowdsOf(graph, layers))
  const leadsRight = orientation === 'right'
  const along = Math.max((layers - 1) * step + bar, leadsRight ? room - end - edge : 0)
  const across = leadsRight ? thick + crowd * gap : Math.max(room - 2 * top, thick + crowd * least)
  const padding = Math.max(least, Math.min(gap, (across - thick) / crowd))
  const place = (extent: number) => {
    const { nodes, links } = sankey<FlowNode, { strand: Strand }>()
      .nodeId(({ id }) => id)
      .nodeAlign(sankeyJustify)
      .nodeWidth(bar)
      .nodePadding(padding)
      .extent([
        [edge, top],
        [edge + along, top + extent],
      ])({
      nodes: graph.nodes.map((node) => ({ ...node })),
      links: graph.strands.map((strand) => ({
        ...{ source: strand.source, target: strand.target, strand },
        value: Math.max(strand.share, LEAST_SHARE),
      })),
    })
    return { nodes, links, labelled: Math.max(0, ...nodes.map(({ y0 }) => y0! + padding - APART)) }
  }
  const whole = top + across
  let placed = place(across)
  // Labels below the last nodes of layers have to be inside too; nodes move while they come nearer to each other.
  for (let extent = across, round = 0; !leadsRight && placed.labelled > whole && round < ROUNDS; round++) {
    extent -= placed.labelled - whole + 0.5
    placed = place(extent)
  }
  const width = leadsRight ? along + end + edge : Math.max(whole, placed.labelled) + top
  const byId = new Map(graph.nodes.map((node) => [node.id, node]))
  const boxes = placed.nodes.map(({ id, x0, x1, y0, y1, ...rest }): Omit<PlacedNode, 'room'> => {
    // The types of d3-sankey leave it out.
    const { layer } = rest as { layer?: number }
    const [x, y, wide, high] = [x0!, y0!, x1! - x0!, Math.max(y1! - y0!, THINNEST)]
    const box = leadsRight ? { x, y, width: wide, height: high } : { x: y, y: x, width: high, height: wide }
    return { node: byId.get(id)!, layer: layer!, ...box }
  })
  boxes.sort((a, b) => a.layer - b.layer || (leadsRight ? a.y - b.y : a.x - b.x))
  const rank = new Map(boxes.map(({ node }, i) => [node.id, i]))
  const rankOf = (id: string) => rank.get(id)!
  const distance = layers > 1 ? (along - bar) / (layers - 1) : end
  const roomOf = ({ x, layer }: (typeof boxes)[number], i: number) => {
    if (leadsRight) return (layer === layers - 1 ? width - x : distance) - bar - BESIDE - APART
    const next = boxes[i + 1]
    return next?.layer === layer ? next.x - APART - x : width - top - x
  }
  return {
    ...{ orientation, layers, width: Math.round(width) },
    height: Math.round(leadsRight ? across + 2 * top : along + end + edge),
    nodes: boxes.map((box, i) => ({ ...box, room: roomOf(box, i) })),
    strands: placed.links
      .map((link) => {
        const thickness = Math.max(link.width!, THINNEST)
        const outline = outlineOf(link, thickness)
        return { strand: link.strand, thickness, path: leadsRight ? outline : turned(outline) }
      })
      .sort(
        ({ strand: a }, { strand: b }) =>
          rankOf(a.source) - rankOf(b.source) || rankOf(a.target) - rankOf(b.target),
      ),
  }
}

type Link = SankeyLink<FlowNode, { strand: Strand }>
type Placed = SankeyNode<FlowNode, { strand: Strand }>

/**
 * The outline of a strand that leads to the right. Each of its two edges is the curve that d3-sankey leads through the middle of a strand. A thick
 * stroke along that curve would reach over the bars at its ends where it is thicker than they are apart.
 */
function outlineOf({ source, target, y0, y1 }: Link, thickness: number): string {
  const [from, to] = [(source as Placed).x1!, (target as Placed).x0!]
  const middle = (from + to) / 2
  const edge = (x0: number, y0: number, x1: number, y1: number) =>
    `${x0},${y0}C${middle},${y0},${middle},${y1},${x1},${y1}`
  const half = thickness / 2
  return `M${edge(from, y0! - half, to, y1! - half)}L${edge(to, y1! + half, from, y0! + half)}Z`
}

/** Path data with x and y exchanged. */
const turned = (path: string) => path.replace(/(-?[\d.e-]+),(-?[\d.e-]+)/g, '$2,$1')

/** The longest way to each node, in strands. */
function depthsOf({ nodes, strands }: FlowGraph): Map<string, number> {
  const depths = new Map(nodes.map(({ id }) => [id, 0]))
  for (let round = 0, changed = true; changed; round++) {
    if (round > nodes.length) throw new Error('strands of a flow lead in a circle')
    changed = false
    for (const { source, target } of strands) {
      const depth = depths.get(source)! + 1
      if (depth <= depths.get(target)!) continue
      depths.set(target, depth)
      changed = true
    }
  }
  return depths
}

/** The number of nodes per layer, as sankeyJustify places them. */
function crowdsOf(graph: FlowGraph, layers: number): number[] {
  const depths = depthsOf(graph)
  const passing = new Set(graph.strands.map(({ source }) => source))
  const crowds = Array.from({ length: layers }, () => 0)
  for (const [id] of weightsOf(graph)) crowds[passing.has(id) ? depths.get(id)! : layers - 1]!++
  return crowds
}
