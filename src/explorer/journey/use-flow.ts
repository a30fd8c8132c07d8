import { useLayoutEffect, useMemo, useRef, useState } from 'preact/hooks'
import { fold, MAX_STRANDS } from './fold.ts'
import { type Followed, follow } from './follow.ts'
import type { SeenJourney } from './journey.ts'
import { fitting, type Layout, NARROW } from './layout.ts'
import { type Paths, pathsOf } from './paths.ts'
import { type FlowGraph, flowOf } from './strands.ts'

/** How often a picture is unfolded: more strands than then are no picture, and take long to draw. */
export const MAX_OPENED = 5

/** Strands below which a picture is not folded to fit into its room. */
const LEAST_STRANDS = 4

/** A picture of a journey, and what somebody does with it. */
export interface FlowState {
  paths: Paths
  graph: FlowGraph
  /** Number of strands that are folded. */
  hidden: number
  layout: Layout
  /** Id of what the keyboard is at. */
  active: string
  setActive: (id: string) => void
  /** What is followed, and its id; undefined if nothing is. */
  followed: (Followed & { id: string }) | undefined
  /** Follows a strand, or what passes a node; undefined lets go. */
  followOne: (id: string | undefined) => void
  /** Unfolds the largest of the others; undefined after MAX_OPENED times. */
  open: (() => void) | undefined
  /** Folds again; undefined if nothing was unfolded. */
  close: (() => void) | undefined
}

/** The graph of a journey, folded and placed for the room that there is, with what is active and followed in it. */
export function useFlow(journey: SeenJourney, room: number): FlowState {
  const [opened, setOpened] = useState(0)
  const [chosen, setActive] = useState('')
  const [followedId, followOne] = useState<string>()
  const most = room < NARROW ? MAX_STRANDS / 2 : MAX_STRANDS
  const drawn = useMemo(() => {
    const paths = pathsOf(journey)
    const graph = flowOf(journey, paths)
    const keep = startOf(journey, paths, graph)
    const drawFor = (limit: number) => {
      const folded = fold(graph, paths, keep, limit)
      return { paths, graph: folded, hidden: folded.hidden, layout: fitting(folded, room) }
    }
    let picture = drawFor(most * (1 + opened))
    // What somebody unfolds may be wider than the room; what nobody has touched only where it can be folded no more.
    while (opened === 0 && picture.layout.width > room && picture.graph.strands.length > LEAST_STRANDS) {
      const { length } = picture.graph.strands
      const folded = drawFor(length - 1)
      if (folded.graph.strands.length >= length) break
      picture = folded
    }
    return picture
  }, [journey, room, most, opened])
  const { paths, graph, layout } = drawn
  const ids = new Set([...layout.nodes.map(({ node }) => node.id), ...graph.strands.map(({ id }) => id)])
  const followed = useMemo(() => {
    if (followedId === undefined) return undefined
    const steps = graph.strands
      .filter(({ id, source, target }) => [id, source, target].includes(followedId))
      .flatMap((strand) => strand.steps)
    return steps.length === 0 ? undefined : { ...follow(paths, graph, steps), id: followedId }
  }, [paths, graph, followedId])
  return {
    ...drawn,
    ...{ followed, followOne, setActive },
    active: ids.has(chosen) ? chosen : (layout.nodes[0]?.node.id ?? ''),
    open: opened === MAX_OPENED ? undefined : () => setOpened(opened + 1),
    close: opened === 0 ? undefined : () => setOpened(0),
  }
}

/** The place that a trace begins at, if it is one. */
function startOf({ direction }: SeenJourney, { roots }: Paths, { strands }: FlowGraph): Set<string> {
  const first = new Set(roots.get(null))
  const starting = strands.filter(({ steps }) => steps.some((step) => first.has(step)))
  const places = new Set(starting.map(({ source, target }) => (direction === 'BACKWARD' ? target : source)))
  return places.size === 1 ? places : new Set()
}

/** The width of an element, in whole pixels, and anew when it changes; 0 before it is laid out. While it is hidden, its last width stays. */
export function useWidth() {
  const element = useRef<HTMLDivElement>(null)
  const [width, setWidth] = useState(0)
  useLayoutEffect(() => {
    const div = element.current!
    const measure = () => {
      if (div.clientWidth > 0) setWidth(div.clientWidth)
    }
    measure()
    const observer = new ResizeObserver(measure)
    observer.observe(div)
    return () => observer.disconnect()
  }, [])
  return { element, width }
}
