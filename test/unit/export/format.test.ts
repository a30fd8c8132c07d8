import { parse } from 'csv-parse/sync'
import { describe, expect, it } from 'vitest'
import { csvHeader, csvLine, ndjsonEnd, ndjsonLine, parseNdjsonEnd } from '../../../src/export/format.ts'

const read = (text: string) =>
  parse(csvHeader(['a', 'b']) + csvLine(['a', 'b'], { a: text, b: 'next' }), { columns: true }) as {
    a: string
    b: string
  }[]

describe('CSV', () => {
  it.each(['', 'plain', 'a,b', 'he said "no"', 'two\nlines', 'two\r\nlines', ' spaces ', 'π', "it's"])(
    'gives back %j',
    (text) => {
      expect(read(text)).toEqual([{ a: text, b: 'next' }])
    },
  )

  it.each([
    '=1+1',
    '+1',
    '-A1',
    '@SUM(A1)',
    '\tx',
    '\rx',
    '\nx',
    '＝1',
    '＋1',
    '－1',
    '＠x',
    "'quoted",
    '=HYPERLINK("x","y")',
  ])('puts an apostrophe before %j, which alone is to be removed', (text) => {
    const [row] = read(text)
    expect(row).toEqual({ a: `'${text}`, b: 'next' })
  })

  it('writes null as an empty cell, true as a word, and ends lines as RFC 4180 does', () => {
    expect(csvLine(['a', 'b'], { a: null, b: true })).toBe(',true\r\n')
  })
})

describe('NDJSON', () => {
  it('has one line per row, and an end that no row looks like', () => {
    const end = { count: 2, sha256: 'ab'.repeat(32), height: 7, after: 41, complete: true }
    expect(parseNdjsonEnd(ndjsonEnd(end))).toEqual(end)
    const row = ndjsonLine({ a: 'two\nlines', b: null })
    expect(row.trimEnd()).not.toContain('\n')
    expect(parseNdjsonEnd(row)).toBeUndefined()
  })
})
