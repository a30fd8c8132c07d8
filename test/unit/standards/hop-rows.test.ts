import { createHash } from 'node:crypto'
import { parse } from 'csv-parse/sync'
import { expect, it } from 'vitest'
import { parseNdjsonEnd } from '../../../src/export/format.ts'
import { hopsCsv, hopsNdjson } from '../../../src/standards/hop-rows.ts'
import { coffeeJourney, hopText, randomJourneys } from '../../support/standards/journeys.ts'

type Row = Record<'position' | 'unit' | 'depth' | 'offset' | 'length' | 'timestamp' | 'note', string>

const journeys = await randomJourneys()

it('CSV and NDJSON have the same hops, in the order of the trace', () => {
  for (const { journey, hops } of journeys) {
    const csv = parse<Row>([...hopsCsv(journey)].join(''), { columns: true })
    expect(csv.map(hopText)).toEqual(hops)
    const lines = [...hopsNdjson(journey)].slice(0, -1).map((line) => JSON.parse(line) as Row)
    expect(lines.map(hopText)).toEqual(hops)
  }
})

it('NDJSON ends with the number of its rows and the digest of the bytes before', () => {
  for (const { journey, hops } of journeys) {
    const lines = [...hopsNdjson(journey)]
    const rows = lines.slice(0, -1).join('')
    expect(parseNdjsonEnd(lines.at(-1)!)).toEqual({
      count: hops.length,
      sha256: createHash('sha256').update(rows).digest('hex'),
      height: journey.height,
      after: hops.length - 1,
      complete: true,
    })
  }
})

it('a row has when it happened, when it was recorded, and the note', async () => {
  const [newest] = [...hopsNdjson(await coffeeJourney())].map((line) => JSON.parse(line) as Row)
  const issue = [...hopsNdjson(await coffeeJourney())]
    .map((line) => JSON.parse(line) as Row)
    .find(({ note }) => note === '2031-05-01 08:30:00+02:00')
  expect(issue).toMatchObject({
    kind: 'ISSUE',
    asset: 'BEANS-1',
    custody: 'mass-balance',
    behind: 'ROAST-1',
    timestamp: '2031-05-01T06:30:00.000Z',
  })
  expect(newest).toMatchObject({ kind: 'TRANSFER', asset: 'ROAST-1', custody: null, behind: null, row: '0' })
})
