import { expect, it } from 'vitest'
import { fold, MAX_STRANDS } from '../../../src/explorer/journey/fold.ts'
import { fitting, type Layout, layOut, NARROW } from '../../../src/explorer/journey/layout.ts'
import { pathsOf } from '../../../src/explorer/journey/paths.ts'
import { flowOf } from '../../../src/explorer/journey/strands.ts'
import { type Move, walk } from '../../../src/explorer/journey/walk.ts'
import { madeJourneys } from '../../support/explorer/seen-journeys.ts'

/** Pixels that a label needs across the flow, with what is between two: three lines beside a node, or a word below it. */
const LABEL = { right: 50, down: 64 } as const
/** Pixels that a line of a label needs. */
const LINE = 56

const JOURNEYS = madeJourneys(21).filter((_, i) => i % 3 === 0)

function layouts(orientation: 'right' | 'down', room = 720): Layout[] {
  return JOURNEYS.map((journey) => {
    const paths = pathsOf(journey)
    return layOut(fold(flowOf(journey, paths), paths, new Set(), MAX_STRANDS), room, orientation)
  })
}

it.each(['right', 'down'] as const)(
  'nodes of a layer leave room for their labels, inside the picture, %s',
  (orientation) => {
    for (const { nodes, width, height } of [...layouts(orientation), ...layouts(orientation, 320)]) {
      for (const [i, { x, y, layer, room, ...box }] of nodes.entries()) {
        for (const number of [x, y, box.width, box.height]) expect(number).toBeGreaterThanOrEqual(0)
        expect(x + box.width).toBeLessThanOrEqual(width)
        expect(y + box.height).toBeLessThanOrEqual(height)
        expect(room).toBeGreaterThanOrEqual(LINE)
        const labelled = orientation === 'right' ? x + box.width + room : x + room
        expect(labelled).toBeLessThan(width)
        const next = nodes[i + 1]
        if (next?.layer !== layer) continue
        const gap = orientation === 'right' ? next.y - y : next.x - x
        expect(gap).toBeGreaterThanOrEqual(LABEL[orientation])
        if (orientation === 'down') expect(labelled).toBeLessThan(next.x)
      }
    }
  },
)

it('a picture is inside its room if it fits one way, and leads to the right if it fits that way', () => {
  const chosen = new Set<string>()
  for (const room of [NARROW, 900, 1_200])
    for (const journey of JOURNEYS) {
      const paths = pathsOf(journey)
      const graph = fold(flowOf(journey, paths), paths, new Set(), MAX_STRANDS)
      const [right, down] = [layOut(graph, room, 'right'), layOut(graph, room, 'down')]
      const fits = right.width <= room || down.width > room ? right : down
      const { orientation, width } = fitting(graph, room)
      expect([orientation, width]).toEqual([fits.orientation, fits.width])
      chosen.add(`${orientation} ${width <= room}`)
      expect(fitting(graph, NARROW - 1).orientation).toBe('down')
    }
  expect(chosen).toContain('right true')
  expect(chosen).toContain('down true')
})

it.each(['right', 'down'] as const)(
  'strands fill the room between their nodes, and no more, %s',
  (orientation) => {
    const [along, across, size] =
      orientation === 'right' ? (['x', 'y', 'height'] as const) : (['y', 'x', 'width'] as const)
    for (const { nodes, strands } of layouts(orientation)) {
      const boxes = new Map(nodes.map((placed) => [placed.node.id, placed]))
      for (const { strand, path, thickness } of strands) {
        const points = [...path.matchAll(/(-?[\d.]+),(-?[\d.]+)/g)].map(([, x, y]) => ({
          x: Number(x),
          y: Number(y),
        }))
        const [source, target] = [boxes.get(strand.source)!, boxes.get(strand.target)!]
        const from = source[along] + (orientation === 'right' ? source.width : source.height)
        // A curve is inside the hull of its points.
        for (const point of points) {
          expect(point[along]).toBeGreaterThanOrEqual(from - 1)
          expect(point[along]).toBeLessThanOrEqual(target[along] + 1)
        }
        for (const [box, [a, b]] of [
          [source, [points.at(0)!, points.at(-1)!]],
          [target, [points.at(3)!, points.at(4)!]],
        ] as const) {
          expect(a[across]).toBeGreaterThanOrEqual(box[across] - 1)
          expect(b[across]).toBeLessThanOrEqual(box[across] + box[size] + 1)
          expect(b[across] - a[across]).toBeCloseTo(thickness)
        }
      }
    }
  },
)

it.each(['right', 'down'] as const)('a walk reaches every node and every strand, %s', (orientation) => {
  const moves: Move[] = ['on', 'back', 'previous', 'next', 'first', 'last']
  for (const layout of layouts(orientation)) {
    const reached = new Set([layout.nodes[0]!.node.id])
    for (const id of reached) for (const move of moves) reached.add(walk(layout, id, move))
    expect(reached.size).toBe(layout.nodes.length + layout.strands.length)
  }
})

it('a walk along the flow takes the thickest strand, and stays at its end', () => {
  for (const layout of layouts('right')) {
    for (const { node } of layout.nodes) {
      const out = layout.strands.filter(({ strand }) => strand.source === node.id)
      const next = walk(layout, node.id, 'on')
      if (out.length === 0) expect(next).toBe(node.id)
      else
        expect(out.find(({ strand }) => strand.id === next)!.strand.share).toBe(
          Math.max(...out.map(({ strand }) => strand.share)),
        )
    }
  }
})
