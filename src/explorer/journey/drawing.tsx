import { fitted } from '../../standards/text-width.ts'
import { brief } from '../app/brief.ts'
import { briefUnits } from '../app/brief-units.ts'
import { texts } from '../app/language.ts'
import { measureIn } from '../parts/measure.ts'
import { BESIDE, type PlacedNode, type PlacedStrand } from './layout.ts'
import { type Amount, amountsOf, type FlowNode } from './strands.ts'
import type { FlowState } from './use-flow.ts'
import { amountsWords, inTwoLines, placeWords, strandWords } from './words.ts'

const words = texts.journey

/** Number of colors of assets in style.css. */
export const HUES = 6
/** Pixels of a label's font. */
const FONT = { right: 12, down: 11.5 } as const
/** Pixels that what can be touched measures at least. */
const TOUCH = 24
/** Half the height of a line of a label, in pixels. */
const HALF_LINE = 8
/** What follows a name that nobody verified. */
const MARK = ' ?'

/** What is between a list and its options says nothing. */
const NO_ROLE = { role: 'presentation' } as const
/** What the names of options say already. */
const UNSAID = { 'aria-hidden': true } as const

/** The SVG of a flow. */
export function Drawing({ flow, act }: { flow: FlowState; act: (id: string) => void }) {
  const { layout, graph, followed } = flow
  const { width, height, orientation } = layout
  const nodes = new Map(graph.nodes.map((node) => [node.id, node]))
  const widthOf = measureIn(`${FONT[orientation]}px ${getComputedStyle(document.body).fontFamily}`)
  return (
    <svg
      class={`flow-drawing${followed === undefined ? '' : ' flow-following'}`}
      {...{ width, height }}
      font-size={FONT[orientation]}
      viewBox={`0 0 ${width} ${height}`}
      role="presentation"
    >
      <g {...NO_ROLE}>
        {layout.strands.map((placed) => (
          <StrandLine key={placed.strand.id} {...{ placed, nodes, flow, act }} />
        ))}
      </g>
      <g {...NO_ROLE}>
        {layout.nodes.map((placed) => (
          <NodeBar key={placed.node.id} {...{ placed, flow, act }} />
        ))}
      </g>
      <g class="flow-labels" {...UNSAID}>
        {layout.nodes.map((placed) => (
          <Label key={placed.node.id} {...{ placed, flow, widthOf }} />
        ))}
      </g>
    </svg>
  )
}

/** The style of what has the color of an asset. @param index of the asset in a picture */
export const inHue = (index: number) => ({ '--hue': `var(--hue-${index % HUES})` })

/** The color of an asset: the same all over a picture. Of several assets, none. */
function hueOf({ paths }: FlowState, amounts: readonly Amount[]) {
  return amounts.length === 1 ? inHue([...paths.goods.keys()].indexOf(amounts[0]!.asset.code)) : undefined
}

interface PartProps {
  flow: FlowState
  act: (id: string) => void
}

/** What every part of a picture has: a name for screen readers, a place in the walk, and whether it is followed. */
function partProps(id: string, name: string, isFollowed: boolean, { flow, act }: PartProps) {
  return {
    role: 'option',
    'aria-label': name,
    'aria-selected': flow.followed?.id === id,
    tabindex: flow.active === id ? 0 : -1,
    'data-followed': isFollowed,
    onClick: () => act(id),
    onFocus: () => flow.setActive(id),
  } as const
}

interface StrandProps extends PartProps {
  placed: PlacedStrand
  nodes: ReadonlyMap<string, FlowNode>
}

function StrandLine({ placed: { strand, path, thickness }, nodes, ...rest }: StrandProps) {
  const { flow } = rest
  const name = strandWords(strand, nodes, flow.paths)
  const isFollowed = flow.followed?.strands.has(strand.id) ?? false
  return (
    <g
      class="flow-strand"
      style={hueOf(flow, strand.amounts)}
      {...partProps(strand.id, name, isFollowed, rest)}
    >
      <title>{name}</title>
      <path class="flow-touch" d={path} stroke-width={Math.max(0, TOUCH / 2 - thickness)} />
      <path class="flow-line" d={path} />
    </g>
  )
}

function NodeBar({ placed, ...rest }: PartProps & { placed: PlacedNode }) {
  const { flow } = rest
  const { node, x, y, width, height } = placed
  const amounts = passing(flow, node)
  const name = `${placeWords(node)}: ${amounts.words}`
  const hue = node.kind === 'others' ? undefined : hueOf(flow, amounts.most)
  const isFollowed = flow.followed?.nodes.has(node.id) ?? false
  return (
    <g class="flow-node" style={hue} {...partProps(node.id, name, isFollowed, rest)}>
      <title>{name}</title>
      <rect class="flow-touch" {...touchable(placed)} />
      <rect class="flow-bar" {...{ x, y, width, height }} rx={2} />
    </g>
  )
}

/** What arrives at a node and what leaves it, in words, and the one that is told beside it: of what was made, what was issued of it. */
function passing({ graph, paths }: FlowState, { id, kind }: FlowNode) {
  const steps = (end: 'source' | 'target') =>
    graph.strands.filter((strand) => strand[end] === id).flatMap((strand) => strand.steps)
  const [arrived, left] = [amountsOf(paths, steps('target')), amountsOf(paths, steps('source'))]
  const parts = [
    ...(arrived.length > 0 ? [words.arrived(amountsWords(arrived))] : []),
    ...(left.length > 0 ? [words.left(amountsWords(left))] : []),
  ]
  const most = arrived.length === 0 || kind === 'issue' ? left : arrived
  return { words: parts.join(', '), most: most.length > 0 ? most : arrived }
}

function detailOf(amounts: readonly Amount[]): string {
  if (amounts.length !== 1) return words.assets(amounts.length)
  const { asset, units } = amounts[0]!
  const amount = briefUnits(units, asset.decimals)
  return asset.unitName === null ? amount : `${amount} ${brief(asset.unitName)}`
}

/** The box of a node, as large as a finger needs it. */
function touchable({ x, y, width, height }: PlacedNode) {
  const [wide, high] = [Math.max(width, TOUCH), Math.max(height, TOUCH)]
  return { x: x - (wide - width) / 2, y: y - (high - height) / 2, width: wide, height: high }
}

interface LabelProps {
  placed: PlacedNode
  flow: FlowState
  /** Pixels that a text of a label takes. */
  widthOf: (text: string) => number
}

/** What a node is called, and how much passes it; cut to the room that it has. The node's own name says all of it. */
function Label({ placed, flow, widthOf }: LabelProps) {
  const { followed, layout } = flow
  const { node, x, y, width, height, room } = placed
  const { title, mark } = titleOf(node)
  const lines = inTwoLines(brief(title), room, widthOf, mark ? MARK : '')
  const [left, top] =
    layout.orientation === 'right'
      ? [x + width + BESIDE, y + height / 2 - 3 - (lines.length - 1) * HALF_LINE]
      : [x, y + height + 15]
  return (
    <text class="flow-label" x={left} y={top} data-followed={followed?.nodes.has(node.id) ?? false}>
      {lines.map((line, i) => (
        <tspan key={i} x={left} dy={i === 0 ? undefined : '1.2em'}>
          {line}
        </tspan>
      ))}
      {mark ? <tspan class="flow-mark">{MARK}</tspan> : null}
      <tspan class="flow-detail" x={left} dy="1.25em">
        {fitted(detailOf(passing(flow, node).most), room, widthOf)}
      </tspan>
    </text>
  )
}

/** What stands beside a node. A name has a mark, because nobody verified it. */
function titleOf(node: FlowNode): { title: string; mark: boolean } {
  const { party, kind, asset } = node
  if (party?.name != null) return { title: party.name, mark: true }
  return { title: kind === 'issue' ? asset!.code : placeWords(node), mark: false }
}
