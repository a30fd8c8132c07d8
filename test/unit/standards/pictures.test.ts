import { describe, expect, it } from 'vitest'
import type { Journey, JourneyHop, JourneyRecord } from '../../../src/standards/journey.ts'
import { mermaidChart } from '../../../src/standards/mermaid.ts'
import { MAX_STRANDS } from '../../../src/standards/strands.ts'
import { svgPicture } from '../../../src/standards/svg.ts'
import { coffeeJourney } from '../../support/standards/journeys.ts'

const asset = { code: 'LOT-1', name: 'Coffee', decimals: 1, madeFrom: [], custody: 'segregated' as const }

/** A chain of transfers of one unit, from each party to the next. */
function journeyOf(length: number, parties: number, change: Partial<JourneyRecord> = {}): Journey {
  const party = (i: number) => ({ address: `inp1party${String(i % parties).padStart(13, '0')}`, name: null })
  const hops = Array.from({ length }, (_, i): JourneyHop => {
    const place = {
      position: length - i,
      hash: String(i),
      blockMs: Date.UTC(2030, 0, 1) + (length - i) * 1_000,
    }
    const record = {
      ...place,
      kind: 'transfer' as const,
      from: party(i + 1),
      to: party(i),
      asset,
      note: null,
    }
    return { record: { ...record, ...change }, unit: 0n, length: 15n, depth: i + 1 }
  })
  return { direction: 'BACKWARD', height: 600, hops, isComplete: true }
}

const svgOf = (journey: Journey) => [...svgPicture(journey)].join('')
const mermaidOf = (journey: Journey) => [...mermaidChart(journey)].join('')
const count = (text: string, pattern: RegExp) => [...text.matchAll(pattern)].length

/** Elements that are open at the end of an XML text. @throws Error if it is not well formed */
function openElements(xml: string): string[] {
  const open: string[] = []
  const rest = xml.replace(/<(\/?)([a-zA-Z]+)((?: [\w:-]+="[^"<]*")*)(\/?)>/g, (_, end, name, __, empty) => {
    if (end) expect(open.pop()).toBe(name)
    else if (!empty) open.push(name)
    return ''
  })
  expect(rest).not.toMatch(/[<>]|&(?!(?:amp|lt|gt|quot);)/)
  return open
}

const LONG = [
  ['one hop', journeyOf(1, 2), 1, 0],
  ['500 hops between two parties', journeyOf(500, 2), 2, 0],
  ['500 hops between as many parties', journeyOf(500, 501), MAX_STRANDS, 500 - MAX_STRANDS],
  ['as many hops as are drawn', journeyOf(MAX_STRANDS, 501), MAX_STRANDS, 0],
] as const

describe.each(LONG)('a picture of %s', (_, journey, drawn, folded) => {
  it('as SVG draws no more than a reader follows, counts the rest, and lists every hop', () => {
    const svg = svgOf(journey)
    expect(openElements(svg)).toEqual([])
    expect(count(svg, /marker-end/g)).toBe(drawn)
    expect(svg.includes(`and ${folded} more strands with ${folded} records`)).toBe(folded > 0)
    const listed = [...svg.matchAll(/role="listitem"[^>]*>.*depth (\d+), record (\d+)\)</g)]
    expect(listed.map(([, depth, position]) => [Number(depth), Number(position)])).toEqual(
      journey.hops.map(({ depth, record }) => [depth, record.position]),
    )
    expect(svg).toMatch(/<title id="title">Where units of LOT-1 came from</)
    expect(svg).toMatch(new RegExp(`<desc id="desc">${journey.hops.length} hops? as of block 600\\.`))
  })

  it('as a Mermaid flowchart draws as many arrows, between nodes that are declared', () => {
    const chart = mermaidOf(journey)
    const nodes = [...chart.matchAll(/^ {2}(n\d+)[[(]/gm)].map(([, id]) => id)
    const arrows = [...chart.matchAll(/^ {2}(n\d+) -->\|"[^"|]*"\| (n\d+)$/gm)]
    expect(arrows).toHaveLength(drawn)
    for (const [, from, to] of arrows) expect(nodes).toEqual(expect.arrayContaining([from, to]))
    expect(chart.includes(`and ${folded} more strands`)).toBe(folded > 0)
  })
})

it('strands of several records say how much they moved in all, in how many', () => {
  expect(svgOf(journeyOf(500, 2))).toContain('>375 of LOT-1</text>')
  expect(mermaidOf(journeyOf(500, 2))).toContain('|"375 of LOT-1<br>2030-01-01, 250 records"|')
})

it('an asset leads on to what it was made into', async () => {
  const journey = await coffeeJourney()
  expect(mermaidOf(journey)).toMatch(/n3 -->\|"20 of BEANS-1<br>[\d-]+"\| n4\n {2}n4 -->\|"12 of ROAST-1/)
  expect(svgOf(journey)).toContain('made into ROAST-1: Roast')
})

it('names of parties are marked as unverified, and no text of others is markup', () => {
  const evil = '"]\n</svg><script>&\u202e|--x#'
  const from = { address: 'inp1qqqqqqqqqqqqqqqqqqqqq', name: evil }
  const journey = journeyOf(1, 2, { from, asset: { ...asset, name: evil }, kind: 'transfer' })
  const svg = svgOf(journey)
  expect(openElements(svg)).toEqual([])
  expect(svg).not.toContain('<script')
  expect(svg).toContain('(unverified) inp1qqqqqq...qqqq')
  expect(svg).toContain('nobody verified them')
  const chart = mermaidOf(journey)
  expect(chart.split('\n')).toHaveLength(7)
  expect(chart).toMatch(
    /^ {2}n0\["#34;#34;#93; #60;\/svg#62;#60;script#62;#38;�…#34; #40;unverified#41; inp1qqqqqq\.\.\.qqqq"\]$/m,
  )
})

it('a picture says how the units are kept', () => {
  expect(svgOf(journeyOf(1, 2))).toContain('1 hop as of block 600. Custody: LOT-1 segregated.</desc>')
  expect(mermaidOf(journeyOf(1, 2))).toContain('Custody: LOT-1 segregated.\n')
})

it('a journey that is cut off says so', () => {
  const journey = { ...journeyOf(1, 2), isComplete: false }
  expect(svgOf(journey)).toContain('Not all paths are followed to their ends.')
  expect(mermaidOf(journey)).toContain('Not all paths are followed to their ends.')
})
