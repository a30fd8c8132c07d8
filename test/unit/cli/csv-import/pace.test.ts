import { describe, expect, it } from 'vitest'
import { duration, Pace, Shown, speedOf } from '../../../../src/cli/csv-import/pace.ts'
import { BUSY_IMPORT } from '../../../support/cli/recorded-import.ts'

/** A block every two seconds, of 1,200 rows more or less; its rows are heard of within half a second. */
const STEADY_IMPORT = Array.from({ length: 200 }, (_, i) => {
  const [block, part] = [Math.floor(i / 5), i % 5]
  const rows = block * 1_200 + Math.round(300 * Math.sin(7 * block))
  return [4_000 + 2_000 * block + 100 * part, rows + 240 * part + 240] as const
})

/** Milliseconds until the end as a recorded import showed them, from its second fifth on, every half second, beside the real ones. */
function timesLeft(recorded: readonly (readonly [number, number])[]): { shown: number; real: number }[] {
  const [end, total] = recorded.at(-1)!
  let [now, at, text] = [0, 0, '']
  const bar = {
    update: (_: number, __: number | undefined, what: string) => {
      text = what
    },
    finish: () => {},
    clear: () => {},
  }
  const shown = new Shown(bar, total, () => now)
  const found: { shown: number; real: number }[] = []
  for (now = 0; now < end; now += 500) {
    while (recorded[at]![0] <= now) shown.update(recorded[at++]![1])
    shown.tick()
    const [, number, unit] = / (\d+) (s|min) left/.exec(text) ?? []
    if (now >= end / 5)
      found.push({ shown: Number(number) * (unit === 'min' ? 60_000 : 1_000), real: end - now })
  }
  return found
}

describe('the time left that an import shows', () => {
  /** The last block comes when it comes, and seconds are rounded up. */
  const BLOCK_MS = 3_000
  const isRight = ({ shown, real }: { shown: number; real: number }) =>
    Math.abs(shown - real) <= Math.max(real / 4, BLOCK_MS)

  it('is right within a quarter, or a block, all the time from the second fifth on', () => {
    const times = timesLeft(STEADY_IMPORT)
    expect(times.length).toBeGreaterThan(100)
    expect(times.filter((time) => !isRight(time))).toEqual([])
  })

  it('is right for two thirds of the time on a machine that is busy, and with an import that stands still twice', () => {
    const times = timesLeft(BUSY_IMPORT)
    expect(times.filter(isRight).length / times.length).toBeGreaterThan(2 / 3)
  })
})

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

it('an import says since when it stands still, as while its api is away', () => {
  let [now, text] = [0, '']
  const bar = {
    update: (_: number, __: number | undefined, what: string) => {
      text = what
    },
    finish: () => {},
    clear: () => {},
  }
  const shown = new Shown(bar, 100, () => now)
  const after = (ms: number, done?: number) => {
    now = ms
    if (done === undefined) shown.tick()
    else shown.update(done)
    return text
  }
  after(1_000, 1)
  expect(after(2_000, 10)).toBe('10 of 100 rows, 9 per second, 10 s left')
  expect(after(11_900)).toBe('10 of 100 rows, 0.83 per second, 2 min left')
  expect(after(12_000)).toBe('10 of 100 rows, no more for 10 s, 0.82 per second, 2 min left')
  expect(after(92_000)).toBe('10 of 100 rows, no more for 90 s')
  expect(after(93_000, 11)).toMatch(/^11 of 100 rows, \d/)
})

it('a slow import is not said to stand still', () => {
  expect([0, 0.2345, 2.44, 9.5, 10.4, 1234.5].map(speedOf)).toEqual([
    '0 per second',
    '0.23 per second',
    '2.4 per second',
    '9.5 per second',
    '10 per second',
    '1235 per second',
  ])
})
