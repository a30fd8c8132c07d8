import { expect, it } from 'vitest'
import { eraAt, eraClockOf, timeOfEra } from '../../../src/ledger/era.ts'

it('an era begins when it is due, and nothing comes before era 0', () => {
  const clock = eraClockOf({ startTime: 1_000, eraMs: 2_000 })
  expect(timeOfEra(clock, 3)).toBe(7_000)
  expect(eraAt(clock, 6_999)).toBe(2)
  expect(eraAt(clock, 7_000)).toBe(3)
  expect(eraAt(clock, 0)).toBe(0)
})
