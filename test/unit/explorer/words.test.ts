import { expect, it } from 'vitest'
import { briefUnits, fractionOf } from '../../../src/explorer/app/brief-units.ts'
import { RequestFailure } from '../../../src/explorer/data/request.ts'
import { durationWords } from '../../../src/explorer/journey/duration.ts'
import { rowsOf } from '../../../src/explorer/journey/hop-rows.ts'
import { pathsOf } from '../../../src/explorer/journey/paths.ts'
import { flowOf } from '../../../src/explorer/journey/strands.ts'
import { custodySentence, inTwoLines, partyWords, strandWords } from '../../../src/explorer/journey/words.ts'
import { failureWords } from '../../../src/explorer/parts/failure-words.ts'
import { de } from '../../../src/explorer/texts/de.ts'
import { en } from '../../../src/explorer/texts/en.ts'
import { madeJourneys } from '../../support/explorer/seen-journeys.ts'

it.each([
  [1_234_500n, 0, '1,234,500'],
  [1_234_500n, 2, '12,345'],
  [123_456_789n, 8, '1.2345…'],
  [100_000_000n, 8, '1'],
  [1n, 18, '<0.0001'],
  [0n, 18, '0'],
  [5_123_456_789_000_000_000_000_000_000n, 0, '5.123… × 10^27'],
  [5_000_000_000_000_000_000_000_000_000n, 18, '5,000,000,000'],
])('%i units with %i decimals are shown in a picture as %s: cut, never rounded', (units, decimals, shown) => {
  expect(briefUnits(units, decimals)).toBe(shown)
})

it.each([
  ['1,234,567', ''],
  ['12,345.6', '.6'],
  ['1.2345…', '.2345…'],
  ['1…', '…'],
  ['<0.0001', '.0001'],
  ['5.123… × 10^27', ''],
])('the fraction of %s is %s, by which it is aligned', (shown, fraction) => {
  expect(fractionOf(shown)).toBe(fraction)
})

it('texts of others are shown as they are, and no longer than there is room', () => {
  const name = `\u202eevil\u0007${'x'.repeat(4_000)}`
  const words = partyWords({ address: `inp1${'q'.repeat(58)}`, name })
  expect(words).toMatch(/^\\u\{202e\}evil\\u\{7\}x+… \(name not verified, inp1qqqq…qqqqqq\)$/)
  expect(words.length).toBeLessThan(120)
})

it('a label is in one line, or in two that part between words; what does not fit is cut', () => {
  const widthOf = (text: string) => [...text].reduce((sum, each) => sum + (each === 'W' ? 2 : 1), 0)
  expect(inTwoLines('Hillside', 8, widthOf)).toEqual(['Hillside'])
  expect(inTwoLines('Hillside', 7, widthOf)).toEqual(['Hillsi…'])
  expect(inTwoLines('Hillside Cooperative (invented)', 13, widthOf)).toEqual(['Hillside', 'Cooperative …'])
  expect(inTwoLines('A B C D E F', 5, widthOf)).toEqual(['A B C', 'D E F'])
  expect(inTwoLines('WWWW WWWW', 5, widthOf)).toEqual(['WW…'])
  expect(inTwoLines('W WWWW', 5, widthOf)).toEqual(['W', 'WW…'])
  expect(inTwoLines('Ember Roastery (invented)', 14, widthOf, ' ?')).toEqual(['Ember Roastery', '(invented)'])
  expect(inTwoLines('Roastery', 9, widthOf, ' ?')).toEqual(['Roaste…'])
})

it('a custody model is a sentence, in the words of the schema and of definitions', () => {
  expect(custodySentence({ custody: 'MASS_BALANCE' })).toContain('only amounts')
  expect(custodySentence({ custody: 'mass-balance' })).toBe(custodySentence({ custody: 'MASS_BALANCE' }))
  expect(custodySentence({ custody: null })).toContain('does not say')
})

it('a strand says what moved, from whom to whom, and when', () => {
  const journey = madeJourneys(31)[0]!
  const paths = pathsOf(journey)
  const { nodes, strands } = flowOf(journey, paths)
  const byId = new Map(nodes.map((node) => [node.id, node]))
  for (const strand of strands)
    expect(strandWords(strand, byId, paths)).toMatch(
      /^[\d.,]+ kg of LOT-\d, from .+ to .+, [A-Z][a-z]{2} \d+, 2030/,
    )
})

it('a strand whose days are those of notes says so', () => {
  const journey = madeJourneys(31)[0]!
  const paths = pathsOf(journey)
  const { nodes, strands } = flowOf(journey, paths)
  const byId = new Map(nodes.map((node) => [node.id, node]))
  const noted = (note: string) => ({
    ...paths,
    steps: paths.steps.map((step) => ({ ...step, record: { ...step.record, note } })),
  })
  expect(strandWords(strands[0]!, byId, noted('1999-02-01T12:00'))).toMatch(/, Feb 1, 1999 \(as notes say\)$/)
  expect(strandWords(strands[0]!, byId, noted('1999'))).toBe(strandWords(strands[0]!, byId, paths))
})

it('a strand of more hops than a call takes arguments says when they were', () => {
  const journey = madeJourneys(31)[0]!
  const paths = pathsOf(journey)
  const { nodes, strands } = flowOf(journey, paths)
  const byId = new Map(nodes.map((node) => [node.id, node]))
  const strand = strands[0]!
  const steps = Array.from({ length: 500_000 }, (_, i) => strand.steps[i % strand.steps.length]!)
  expect(strandWords({ ...strand, steps }, byId, paths)).toBe(strandWords(strand, byId, paths))
})

it.each([
  [{ maxBytes: 64 * 2 ** 20 }, 'A certificate has at most 64 MiB. Verify fewer'],
  [{ maxHops: 250_000 }, 'The bound of a certificate: 250,000 hops that follow from it. Verify fewer'],
  [{ maxRecords: 25_000 }, 'The bound of a request: 25,000 records that the server looks up. Verify fewer'],
  [{ maxRecords: 'many' }, 'Verify fewer'],
])('a certificate that is refused for its size names the bound: %o', (bound, advice) => {
  const failure = new RequestFailure('QUERY_TOO_COSTLY', '', { what: 'certificate', ...bound })
  const words = failureWords(failure)
  expect(words.title).toBe('A certificate of all of these units would be too large.')
  expect(words.advice.startsWith(advice), words.advice).toBe(true)
})

it('the table has every record of a journey once, oldest first, with all its traced units', () => {
  for (const journey of madeJourneys(32)) {
    const rows = rowsOf(journey)
    const positions = rows.map(({ move }) => move.position)
    expect(positions).toEqual([...new Set(positions)].sort((a, b) => a - b))
    for (const { move, units } of rows) {
      const own = journey.steps.filter(({ record }) => record.hash === move.hash)
      expect(units).toBe(own.reduce((sum, { length }) => sum + length, 0n))
    }
    expect(rows.reduce((sum, { units }) => sum + units, 0n)).toBe(
      journey.steps.reduce((sum, { length }) => sum + length, 0n),
    )
  }
})

/** Each text of a table that counts, with one of everything, as a number and as it is written, by its place in the table. */
function countedOnce(table: object, path = ''): [path: string, texts: string[]][] {
  return Object.entries(table).flatMap(([name, value]): [string, string[]][] => {
    if (typeof value === 'function')
      return [[path + name, [1, '1'].map((one) => String(value(...Array(4).fill(one))))]]
    return typeof value === 'object' ? countedOnce(value, `${path}${name}.`) : []
  })
}

/** Texts whose numbers are constants above one, or names. */
const NO_COUNT = ['live.lost', 'journey.fewer', 'journey.moreRows', 'journey.most', 'journey.recordsOf']

it.each([
  ['English', en, /\b1 (?:\w+ )?(?!(?:is|has|was)\b)[a-z]{2,}(?<!s)s\b|\b1 (?:are|have)\b/],
  [
    'German',
    de,
    /\b1 (?:weitere )?(?:Einheiten|Güter|Köpfe|Blöcke|Schritte|Stränge|Stellen|Tage)|\b1 (?:sind|haben)\b/,
  ],
])('one of something is not told as several in %s', (_, table, several) => {
  const counted = countedOnce(table).filter(([path]) => !NO_COUNT.includes(path))
  expect(counted.length).toBeGreaterThan(50)
  expect(counted.filter(([, texts]) => texts.every((text) => several.test(text)))).toEqual([])
})

it.each([
  [0, 'less than a second'],
  [999, 'less than a second'],
  [1_999, '1 second'],
  [59_999, '59 seconds'],
  [60_000, '1 minute'],
])('%i ms are told as %s', (ms, words) => {
  expect(durationWords(ms)).toBe(words)
})
