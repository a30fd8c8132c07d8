import { describe, expect, it } from 'vitest'
import type { Journey } from '../../../src/standards/journey.ts'
import { mermaidChart } from '../../../src/standards/mermaid.ts'
import { MAX_STRANDS } from '../../../src/standards/strands.ts'
import { svgPicture } from '../../../src/standards/svg.ts'
import { coffeeJourney } from '../../support/standards/journeys.ts'
import { LOT, longJourney } from '../../support/standards/long-journey.ts'

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
  ['one hop', longJourney(1, 2), 1, 0],
  ['500 hops between two parties', longJourney(500, 2), 2, 0],
  ['500 hops between as many parties', longJourney(500, 501), MAX_STRANDS, 500 - MAX_STRANDS],
  ['as many hops as are drawn', longJourney(MAX_STRANDS, 501), MAX_STRANDS, 0],
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
  expect(svgOf(longJourney(500, 2))).toContain('>375 of LOT-1</text>')
  expect(mermaidOf(longJourney(500, 2))).toContain('|"375 of LOT-1<br>2030-01-01, 250 records"|')
})

it('an asset leads on to what it was made into', async () => {
  const journey = await coffeeJourney()
  expect(mermaidOf(journey)).toMatch(/n3 -->\|"20 of BEANS-1<br>[\d-]+"\| n4\n {2}n4 -->\|"12 of ROAST-1/)
  expect(svgOf(journey)).toContain('made into ROAST-1: Roast')
})

it('names of parties are marked as unverified, and no text of others is markup', () => {
  const evil = '"]\n</svg><script>&\u202e|--x#'
  const from = { address: 'inp1qqqqqqqqqqqqqqqqqqqqq', name: evil }
  const journey = longJourney(1, 2, { from, asset: { ...LOT, name: evil }, kind: 'transfer' })
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
  expect(svgOf(longJourney(1, 2))).toContain('1 hop as of block 600. Custody: LOT-1 segregated.</desc>')
  expect(mermaidOf(longJourney(1, 2))).toContain('Custody: LOT-1 segregated.\n')
})

it('a journey that is cut off says so', () => {
  const journey = { ...longJourney(1, 2), isComplete: false }
  expect(svgOf(journey)).toContain('Not all paths are followed to their ends.')
  expect(mermaidOf(journey)).toContain('Not all paths are followed to their ends.')
})
