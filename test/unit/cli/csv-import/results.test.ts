import { expect, it } from 'vitest'
import { Results } from '../../../../src/cli/csv-import/results.ts'

it('the report has a line per row, and says what the code of a rejected one means', () => {
  const results = new Results()
  const hash = 'a'.repeat(64)
  results.applied(1, hash)
  results.rejected(2, 'SELF_TRANSFER')
  results.rejected(4, 'STALE_START')
  const [header, first, second, fourth, ...rest] = results.lines()
  expect(header).toBe('row,status,code,hash,message')
  expect(first).toBe(`1,applied,,${hash},`)
  expect(second).toMatch(/^2,rejected,SELF_TRANSFER,,.*[a-z]{3}/)
  expect(fourth).toMatch(
    /^4,rejected,STALE_START,,"?The chain has moves .*the data directory that has the journal/,
  )
  expect(rest).toEqual([])
})

it.each([
  ['NO_HOLDING', /Add the row/],
  ['INSUFFICIENT_BALANCE', /begin with a row from --zero/],
  ['BAD_AMOUNT', /--decimals 2/],
])('the report says what to do about %s', (code, advice) => {
  const results = new Results()
  results.rejected(1, code)
  expect([...results.lines()][1]).toMatch(advice)
})

it('the report says what is wrong with a row that cannot be read, and where', () => {
  const results = new Results()
  results.bad(1, 3, 'it has 3 cells, not 4')
  results.rejected(2, 'SELF_TRANSFER')
  expect([...results.lines()][1]).toMatch(
    /^1,rejected,BAD_ROW,,"line 3: it has 3 cells, not 4\. The row cannot/,
  )
  expect(results.firstFault).toBe('line 3: it has 3 cells, not 4')
  expect(results.rejections).toEqual(
    new Map([
      ['BAD_ROW', 1],
      ['SELF_TRANSFER', 1],
    ]),
  )
})
