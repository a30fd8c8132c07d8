import { expect, it } from 'vitest'
import { Visitors } from '../../../src/witness/visitors.ts'

const LIMITS = { atOnce: 2, burst: 3, perSecond: 10, addresses: 2 }

it('grants each address a few requests at once, and as many as it has saved up', () => {
  let nowMs = 0
  const visitors = new Visitors(LIMITS, () => nowMs)
  const leave = visitors.enter('a')!
  visitors.enter('a')!()
  expect(visitors.enter('a')).toBeDefined()
  // The budget is used up.
  leave()
  expect(visitors.enter('a')).toBeUndefined()
  expect(visitors.enter('b')).toBeDefined()
  nowMs += 1_000
  expect(visitors.enter('a')).toBeDefined()
  // Two are running.
  expect(visitors.enter('a')).toBeUndefined()
})

it('forgets who asked least recently, when there are too many', () => {
  const visitors = new Visitors(LIMITS, () => 0)
  for (let i = 0; i < 3; i++) visitors.enter('a')?.()
  expect(visitors.enter('a')).toBeUndefined()
  for (const other of ['b', 'c']) visitors.enter(other)?.()
  expect(visitors.enter('a')).toBeDefined()
})
