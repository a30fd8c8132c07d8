import type { Layout, PlacedStrand } from './layout.ts'

/** A way to walk over a picture: along the flow, or across it. */
export type Move = 'on' | 'back' | 'previous' | 'next' | 'first' | 'last'

const ARROWS = {
  right: { ArrowRight: 'on', ArrowLeft: 'back', ArrowUp: 'previous', ArrowDown: 'next' },
  down: { ArrowDown: 'on', ArrowUp: 'back', ArrowLeft: 'previous', ArrowRight: 'next' },
} as const

/** The way that a key leads in a picture; undefined for other keys. */
export function moveOf(key: string, { orientation }: Layout): Move | undefined {
  if (key === 'Home') return 'first'
  if (key === 'End') return 'last'
  const arrows: Record<string, Move> = ARROWS[orientation]
  return arrows[key]
}

/**
 * Where a walk leads: along the flow from a node to its thickest strand and from a strand to its node; across it to the next node of the layer, or the
 * next strand that begins in the layer. It stays where there is nothing.
 * @param id of a node or a strand
 */
export function walk(layout: Layout, id: string, move: Move): string {
  const { nodes, strands } = layout
  if (move === 'first') return nodes[0]!.node.id
  if (move === 'last') return nodes.at(-1)!.node.id
  const strand = strands.find((each) => each.strand.id === id)?.strand
  if (move === 'on' || move === 'back') {
    if (strand !== undefined) return move === 'on' ? strand.target : strand.source
    const side = move === 'on' ? 'source' : 'target'
    return thickest(strands.filter((each) => each.strand[side] === id)) ?? id
  }
  const layers = new Map(nodes.map(({ node, layer }) => [node.id, layer]))
  const row =
    strand === undefined
      ? nodes.filter(({ layer }) => layer === layers.get(id)).map(({ node }) => node.id)
      : strands
          .filter((each) => layers.get(each.strand.source) === layers.get(strand.source))
          .map((each) => each.strand.id)
  return row[row.indexOf(id) + (move === 'next' ? 1 : -1)] ?? id
}

const thickest = (strands: readonly PlacedStrand[]): string | undefined =>
  strands.reduce<PlacedStrand | undefined>(
    (most, each) => (most === undefined || each.strand.share > most.strand.share ? each : most),
    undefined,
  )?.strand.id
