import { describe, expect, it } from 'vitest'
import { duration, Pace } from '../../../../src/cli/csv-import/pace.ts'

describe('the pace of an import', () => {
  it('says the time left right within a quarter, also after the speed has changed', () => {
    const pace = new Pace()
    let done = 0
    for (let ms = 0; ms <= 120_000; ms += 50) {
      // 10 rows per second in the first minute, then 40, unevenly.
      done += (ms <= 60_000 ? 0.5 : 2) * (1 + Math.sin(ms / 300))
      pace.note(ms, done)
      if (ms === 50_000) expect(pace.secondsFor(1_000)).toBeGreaterThan(75)
      if (ms === 50_000) expect(pace.secondsFor(1_000)).toBeLessThan(125)
    }
    expect(pace.secondsFor(1_000)).toBeGreaterThan(18.75)
    expect(pace.secondsFor(1_000)).toBeLessThan(31.25)
  })

  it('says nothing before it knows, or while nothing moves', () => {
    const pace = new Pace()
    expect(pace.secondsFor(10)).toBeUndefined()
    for (const ms of [0, 1_000, 30_000]) pace.note(ms, 5)
    expect(pace.secondsFor(10)).toBeUndefined()
  })

  it.each([
    [0.2, '1 s'],
    [98, '98 s'],
    [130, '2 min'],
    [5_940, '99 min'],
    [7_500, '2 h 5 min'],
  ])('writes %d seconds as %s', (seconds, text) => expect(duration(seconds)).toBe(text))
})
