import { describe, expect, it } from 'vitest'
import { provDocument } from '../../../src/standards/prov.ts'
import { coffeeJourney, hopText, randomJourneys } from '../../support/standards/journeys.ts'
import { type ProvDocument, readProv } from '../../support/standards/prov-reader.ts'

const coffee = await coffeeJourney()
const journeys = await randomJourneys()
const textOf = (journey: Parameters<typeof provDocument>[0]) => [...provDocument(journey)].join('')

/** Values without their types. */
const plain = (value: ProvDocument[string][string][string] | undefined) =>
  typeof value === 'object' && '$' in value ? value.$ : (value as string)

/** Entities that an entity was derived from, directly and through others. */
function sourcesOf(document: ProvDocument, id: string, seen = new Set<string>()): Set<string> {
  for (const relation of Object.values(document.wasDerivedFrom ?? {})) {
    const source = plain(relation['prov:usedEntity'])
    if (relation['prov:generatedEntity'] !== id || seen.has(source)) continue
    seen.add(source)
    sourcesOf(document, source, seen)
  }
  return seen
}

describe('PROV-JSON', () => {
  it('has a lot for each hop of a journey, with the record that made it', () => {
    for (const { journey, hops } of journeys) {
      const { entity, activity, wasGeneratedBy } = readProv(textOf(journey))
      const lots = Object.values(wasGeneratedBy!)
        .map((made) => ({
          lot: entity![plain(made['prov:entity'])]!,
          by: activity![plain(made['prov:activity'])]!,
        }))
        .filter(({ lot }) => plain(lot['prov:type']) === 'inp:Lot')
      const exported = lots.flatMap(({ lot, by }) =>
        (lot['inp:hop'] as string[]).map((hop) => {
          const [unit, depth] = hop.split('@') as [string, string]
          const position = plain(by['inp:position'])
          return hopText({
            position,
            unit,
            depth,
            offset: plain(lot['inp:offset']),
            length: plain(lot['inp:units']),
          })
        }),
      )
      expect(exported.sort()).toEqual([...hops].sort())
    }
  })

  it('leads from each lot back to an issue, as the hops before it do', () => {
    for (const { journey } of journeys) {
      const document = readProv(textOf(journey))
      if (journey.direction !== 'BACKWARD') continue
      for (const { record, offset, length } of journey.hops) {
        const id = `lot:${record.hash}-${offset}-${length}`
        const sources = [...sourcesOf(document, id)]
        if (record.kind === 'issue' && !journey.makings.some(({ product }) => product.id === record.asset.id))
          expect(sources).toEqual([])
        else expect(sources.length).toBeGreaterThan(0)
      }
    }
  })

  it('tells the whole way of a roast, with who signed and who owned', () => {
    const document = readProv(textOf(coffee))
    const newest = coffee.hops.toSorted((a, b) => b.record.position - a.record.position)[0]!
    const sources = sourcesOf(document, `lot:${newest.record.hash}-0-12`)
    // Issued roast, the asset ROAST-1, retired beans, two sales, issued beans.
    expect(sources.size).toBe(6)
    const kept = Object.values(document.entity!).filter((entity) => entity['inp:custody'] === 'mass-balance')
    expect(kept.map((entity) => entity['prov:label'])).toEqual(Array(4).fill('BEANS-1'))
    const { agent, wasAssociatedWith, wasAttributedTo } = document
    expect(Object.keys(agent!)).toHaveLength(4)
    const activity = `record:${newest.record.hash}`
    const signer = Object.values(wasAssociatedWith!).find((one) => one['prov:activity'] === activity)
    expect(signer).toMatchObject({ 'prov:agent': `account:${newest.record.from.address}` })
    const owner = Object.values(wasAttributedTo!).find(
      (one) => one['prov:entity'] === `lot:${newest.record.hash}-0-12`,
    )
    expect(owner).toMatchObject({ 'prov:agent': `account:${newest.record.to.address}` })
  })

  it.each<[string, RegExp]>([
    ['an entity that is not there', /"prov:usedEntity":"lot:/],
    ['a prefix that is not declared', /"inp:Lot"/],
    ['a relation that it lacks a part of', /"prov:generatedEntity":"[^"]*",/],
  ])('is refused by its reader with %s', (_, pattern) => {
    const text = textOf(coffee)
    const spoiled = text.replace(pattern, (found) =>
      found.endsWith(',') ? '' : found.replace(/(lot|inp):/, 'x:'),
    )
    expect(spoiled).not.toBe(text)
    expect(() => readProv(spoiled)).toThrow('not PROV-JSON')
  })
})
