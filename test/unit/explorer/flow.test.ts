import { describe, expect, it } from 'vitest'
import { fold, MAX_STRANDS } from '../../../src/explorer/journey/fold.ts'
import { follow } from '../../../src/explorer/journey/follow.ts'
import type { SeenJourney } from '../../../src/explorer/journey/journey.ts'
import { pathsOf } from '../../../src/explorer/journey/paths.ts'
import { type FlowGraph, flowOf } from '../../../src/explorer/journey/strands.ts'
import { MINT, RETIRED } from '../../../src/ledger/params.ts'
import { journeyOf, madeJourneys } from '../../support/explorer/seen-journeys.ts'
import { MadeRecords } from '../../support/provenance/made-records.ts'

const JOURNEYS = [11, 12].flatMap(madeJourneys)

/** Beans of two farms, of which a roaster makes a roast; a café buys a part of it. */
function coffee(): { world: MadeRecords; roast: bigint } {
  const world = new MadeRecords()
  const [ana, bao] = [world.register(), world.register()]
  world.move(ana, MINT, 11n, 600n)
  world.move(bao, MINT, 12n, 400n)
  world.move(ana, 11n, 13n, 300n)
  world.move(bao, 12n, 13n, 200n)
  const drums = [world.move(ana, 13n, RETIRED, 180n), world.move(bao, 13n, RETIRED, 120n)]
  const roast = world.register(drums)
  world.move(roast, MINT, 13n, 255n)
  world.move(roast, 13n, 14n, 80n)
  return { world, roast }
}

/** Strands as texts. */
const shown = ({ strands }: FlowGraph) =>
  strands.map(
    ({ source, target, amounts, share }) =>
      `${source} > ${target}: ${amounts.map(({ units }) => units)} (${Math.round(share * 1000)})`,
  )

/** Every node is named before those that strands lead to from it. @throws Error if strands lead in a circle */
function expectNoCircle({ nodes, strands }: FlowGraph): void {
  const left = new Set(nodes.map(({ id }) => id))
  for (let before = -1; before !== left.size; ) {
    before = left.size
    for (const id of left)
      if (!strands.some(({ source, target }) => target === id && left.has(source))) left.delete(id)
  }
  expect([...left]).toEqual([])
}

function unitsOf({ strands }: FlowGraph, end: 'source' | 'target', id: string): bigint {
  const own = strands.filter((strand) => strand[end] === id)
  return own.flatMap(({ amounts }) => amounts).reduce((sum, { units }) => sum + units, 0n)
}

describe('the flow of a journey', () => {
  it('leads from the farms through what was retired to the roast and the café', () => {
    const { world, roast } = coffee()
    const journey = journeyOf(world, { asset: roast, account: 14n, direction: 'BACKWARD' })
    expect(shown(flowOf(journey, pathsOf(journey)))).toEqual([
      'inp1party13 LOT-2 > inp1party14 LOT-2: 80 (1000)',
      'issue LOT-2 > inp1party13 LOT-2: 80 (1000)',
      'inp1party13 LOT-0 > issue LOT-2: 180 (600)',
      'inp1party11 LOT-0 > inp1party13 LOT-0: 180 (600)',
      'issue LOT-0 > inp1party11 LOT-0: 180 (600)',
      'inp1party13 LOT-1 > issue LOT-2: 120 (400)',
      'inp1party12 LOT-1 > inp1party13 LOT-1: 120 (400)',
      'issue LOT-1 > inp1party12 LOT-1: 120 (400)',
    ])
  })

  it('leads forward from a farm to what its beans were made into', () => {
    const { world } = coffee()
    const journey = journeyOf(world, { asset: 1_000_000n, direction: 'FORWARD' })
    expect(shown(flowOf(journey, pathsOf(journey)))).toEqual([
      'issue LOT-0 > inp1party11 LOT-0: 600 (1000)',
      'inp1party11 LOT-0 > inp1party13 LOT-0: 300 (500)',
      'inp1party13 LOT-0 > issue LOT-2: 180 (300)',
      'issue LOT-2 > inp1party13 LOT-2: 255 (300)',
      'inp1party13 LOT-2 > inp1party14 LOT-2: 80 (94)',
    ])
  })

  it.each(['BACKWARD', 'FORWARD'] as const)('divides who had the same units twice, %s', (direction) => {
    const world = new MadeRecords()
    const asset = world.register()
    world.move(asset, MINT, 11n, 5n)
    for (const [from, to] of [
      [11n, 12n],
      [12n, 11n],
      [11n, 13n],
    ] as const)
      world.move(asset, from, to, 5n)
    const journey = journeyOf(world, { asset, direction })
    const graph = flowOf(journey, pathsOf(journey))
    expectNoCircle(graph)
    expect(graph.strands).toHaveLength(4)
    expect(graph.nodes.filter(({ party }) => party?.address === 'inp1party11')).toHaveLength(2)
  })
})

describe('the flow of any journey', () => {
  it('has every hop of the trace once, in no circle, to the unit', () => {
    for (const journey of JOURNEYS) {
      const graph = flowOf(journey, pathsOf(journey))
      expectNoCircle(graph)
      const steps = graph.strands.flatMap((strand) => strand.steps).sort((a, b) => a - b)
      expect(steps).toEqual(journey.steps.map((_, i) => i))
      const amounts = new Map<string, bigint>()
      for (const { asset, units } of graph.strands.flatMap((strand) => strand.amounts))
        amounts.set(asset.code, (amounts.get(asset.code) ?? 0n) + units)
      expect(amounts).toEqual(hopsByAsset(journey))
    }
  })

  it('ends where the trace ends, to the unit', () => {
    for (const journey of JOURNEYS) {
      const graph = flowOf(journey, pathsOf(journey))
      for (const { asset, party, units } of journey.ends) {
        if (journey.direction === 'BACKWARD') {
          const issued = graph.strands.filter(
            ({ source, target }) =>
              source === `issue ${asset.code}` && target.startsWith(`${party.address} `),
          )
          expect(issued.flatMap(({ amounts }) => amounts).reduce((sum, each) => sum + each.units, 0n)).toBe(
            units,
          )
        } else if (party.address !== 'RETIRED') {
          const places = graph.nodes.filter(
            (node) => node.party?.address === party.address && node.asset!.code === asset.code,
          )
          const kept = places.reduce(
            (sum, { id }) => sum + unitsOf(graph, 'target', id) - unitsOf(graph, 'source', id),
            0n,
          )
          // What was held at the start and never left has no hop.
          if (
            graph.strands.some(({ target }) => places.some(({ id }) => id === target)) &&
            !startsAt(journey, party.address)
          )
            expect(kept).toBe(units)
        }
      }
    }
  })
})

const startsAt = ({ steps }: SeenJourney, address: string) =>
  steps.some(({ behind, depth, record }) => behind === null && depth === 1 && record.from.address === address)

function hopsByAsset({ steps }: SeenJourney): Map<string, bigint> {
  const sums = new Map<string, bigint>()
  for (const { length, record } of steps)
    sums.set(record.asset.code, (sums.get(record.asset.code) ?? 0n) + length)
  return sums
}

describe('a folded flow', () => {
  it.each([MAX_STRANDS, 12, 6, 3])(
    'has at most %i strands, in no circle, and as much arrives and leaves',
    (limit) => {
      let folded = 0
      for (const journey of JOURNEYS) {
        const paths = pathsOf(journey)
        const graph = flowOf(journey, paths)
        const small = fold(graph, paths, new Set(), limit)
        expect(small.strands.length).toBeLessThanOrEqual(limit)
        expectNoCircle(small)
        expect(small.nodes.reduce((sum, { places }) => sum + places, 0)).toBe(graph.nodes.length)
        for (const { id, kind } of small.nodes) {
          if (kind === 'others') continue
          for (const end of ['source', 'target'] as const)
            expect(unitsOf(small, end, id)).toBe(unitsOf(graph, end, id))
        }
        if (small.hidden > 0) folded++
        else expect(small.strands).toEqual(graph.strands)
      }
      expect(folded).toBeGreaterThan(0)
    },
  )

  it('keeps what it must, and opens to all strands', () => {
    const journey = JOURNEYS.toSorted((a, b) => b.steps.length - a.steps.length)[0]!
    const paths = pathsOf(journey)
    const graph = flowOf(journey, paths)
    const smallest = graph.nodes.at(-1)!.id
    expect(fold(graph, paths, new Set([smallest]), 3).nodes.map(({ id }) => id)).toContain(smallest)
    const { hidden, strands } = fold(graph, paths, new Set(), graph.strands.length)
    expect([hidden, strands]).toEqual([0, graph.strands])
  })
})

describe('following a strand', () => {
  it('finds the farm of a strand, and all of the roast that was made of it, but not the other farm', () => {
    const { world, roast } = coffee()
    const journey = journeyOf(world, { asset: roast, account: 14n, direction: 'BACKWARD' })
    const paths = pathsOf(journey)
    const graph = flowOf(journey, paths)
    const strand = graph.strands.find(({ id }) => id === 'inp1party11 LOT-0>inp1party13 LOT-0')!
    const { strands } = follow(paths, graph, strand.steps)
    expect([...strands].map(([id, amounts]) => `${id}: ${amounts.map(({ units }) => units)}`)).toEqual([
      'inp1party13 LOT-2>inp1party14 LOT-2: 80',
      'issue LOT-2>inp1party13 LOT-2: 80',
      'inp1party13 LOT-0>issue LOT-2: 180',
      'inp1party11 LOT-0>inp1party13 LOT-0: 180',
      'issue LOT-0>inp1party11 LOT-0: 180',
    ])
  })

  it('follows each unit along its one path: the hops that have it', () => {
    for (const journey of JOURNEYS.slice(0, 20)) {
      const paths = pathsOf(journey)
      const graph = flowOf(journey, paths)
      const whole = {
        ...graph,
        strands: journey.steps.map((_, i) => ({ ...graph.strands[0]!, id: String(i), steps: [i] })),
      }
      for (const [i, { unit, length, behind }] of journey.steps.entries()) {
        const { strands } = follow(paths, whole, [i])
        for (const [j, other] of journey.steps.entries()) {
          if (other.behind !== behind) continue
          const common = least(unit + length, other.unit + other.length) - most(unit, other.unit)
          const followed = strands.get(String(j))?.[0]?.units ?? 0n
          expect(followed, `${i} at ${j}`).toBe(common > 0n ? common : 0n)
        }
      }
    }
  })
})

const least = (a: bigint, b: bigint) => (a < b ? a : b)
const most = (a: bigint, b: bigint) => (a > b ? a : b)
