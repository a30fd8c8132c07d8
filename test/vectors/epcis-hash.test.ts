import { readdirSync, readFileSync } from 'node:fs'
import { expect, it } from 'vitest'
import { type EventObject, eventHashId, eventText, type Prefixes } from '../../src/standards/epcis-hash.ts'
import { describeShared, sharedPath } from '../support/shared/shared-folder.ts'
import { withDigitalLinks } from '../support/standards/epc-urn.ts'

interface Results {
  resultsBody: { eventList: EventObject[] }
}
interface EpcisDocument {
  '@context': (string | Record<string, string>)[]
  epcisBody: { eventList?: EventObject[]; queryResults?: Results }
}

const read = (name: string) => readFileSync(sharedPath('vectors', 'epcis-hash', name), 'utf8')

function documentOf(file: string): { events: EventObject[]; prefixes: Prefixes } {
  const text = withDigitalLinks(read(file))
  const { '@context': context, epcisBody } = JSON.parse(text) as EpcisDocument
  // Properties that a repository has added to the events.
  const ignored = /ignoreFields": (\[.*\])/.exec(text)?.[1] ?? '[]'
  const prefixes = Object.assign({}, ...context.filter((part) => typeof part === 'object'))
  const events = (epcisBody.eventList ?? epcisBody.queryResults!.resultsBody.eventList).map(
    (event) =>
      Object.fromEntries(Object.entries(event).filter(([name]) => !ignored.includes(name))) as EventObject,
  )
  return { events, prefixes }
}

/** Why an event has no hash here; undefined if it has one. */
function refusal(event: EventObject, prefixes: Prefixes): string | undefined {
  try {
    eventText(event, prefixes)
    return undefined
  } catch (error) {
    return (error as Error).message
  }
}

describeShared('the event hash ids of CBV 2.0', () => {
  it('are those of the published vectors, except for sensors, corrections and EPC URNs, which are refused', () => {
    const found = { equal: 0, refused: 0 }
    for (const file of readdirSync(sharedPath('vectors', 'epcis-hash'))) {
      if (!file.endsWith('.jsonld')) continue
      const { events, prefixes } = documentOf(file)
      const hashes = read(file.replace('.jsonld', '.hashes')).trim().split(/\s+/)
      expect(hashes).toHaveLength(events.length)
      for (const [i, event] of events.entries()) {
        const why = refusal(event, prefixes)
        if (why === undefined) {
          expect(eventHashId(event, prefixes), `${file}, event ${i}`).toBe(hashes[i])
          found.equal++
        } else {
          expect(why).toMatch(/sensorElementList|errorDeclaration|persistentDisposition|EPC URNs/)
          found.refused++
        }
      }
    }
    expect(found).toEqual({ equal: 33, refused: 10 })
  })
})
