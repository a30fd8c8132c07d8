import { expect, it } from 'vitest'
import { type Asker, ReplayAllowance } from '../../../src/proofs/replay-allowance.ts'

/** Records that are replayed, of those that `asks` asks for in turns within `seconds`, from the first of so many records. */
function replayed(records: number, seconds: number, asks: readonly { asker: Asker; to: number }[]): number {
  let nowMs = 0
  const limits = { atOnce: 1_000, everyMs: 10, free: 50 }
  const replays = new ReplayAllowance(limits, () => nowMs)
  let [at, sum] = [0, 0]
  for (let i = 0; nowMs < seconds * 1_000; i++, nowMs += 1) {
    const { asker, to } = asks[i % asks.length]!
    if (!replays.take(asker, at, to)) continue
    sum += Math.abs(to - at)
    at = to
  }
  expect(sum).toBeLessThanOrEqual(1_000 + seconds * 100 + 2 * records)
  return sum
}

it.each<[string, Asker, Asker]>([
  ['inputs', 'anyone', 'anyone'],
  ['claims', 'claim', 'claim'],
  ['inputs and claims', 'anyone', 'claim'],
])('bounds what is replayed for %s that are far apart, asked for in turns', (_, first, last) => {
  const asks = [
    { asker: first, to: 0 },
    { asker: last, to: 500 },
  ]
  expect(replayed(500, 60, asks)).toBeGreaterThan(1_000)
})

it('lets claims go on by less than what is free, in both directions, whatever others ask for', () => {
  let at = 0
  const replays = new ReplayAllowance({ atOnce: 1, everyMs: 1e9, free: 50 }, () => 0)
  expect(replays.take('claim', at, 0)).toBe(true)
  for (const to of [50, 100, 150, 100, 50]) {
    expect(replays.take('claim', at, to)).toBe(true)
    at = to
  }
  expect(replays.take('anyone', at, 10_000)).toBe(true)
  expect(replays.take('anyone', 10_000, 0)).toBe(false)
  expect(replays.take('claim', 10_000, 0)).toBe(true)
  expect(replays.take('claim', 0, 51)).toBe(false)
})
