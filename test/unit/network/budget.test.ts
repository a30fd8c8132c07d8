import { expect, test } from 'vitest'
import { Bans } from '../../../src/network/bans.ts'
import { Budget, type Cost, RATES } from '../../../src/network/budget.ts'

const kinds = ['messages', 'bytes', 'cpuMs'] as const

test.each(kinds)(
  'a budget of %s has a burst, and refills by its rate up to the burst',
  (kind: keyof Cost) => {
    const { burst, perSecond } = RATES[kind]
    const budget = new Budget(0)
    budget.charge({ [kind]: burst }, 0)
    expect(budget.waitMs(0)).toBe(0)
    budget.charge({ [kind]: perSecond }, 0)
    expect(budget.waitMs(0)).toBeCloseTo(1_000)
    expect(budget.waitMs(400)).toBeCloseTo(600)
    budget.charge({ [kind]: burst }, 10_000_000)
    expect(budget.waitMs(10_000_000)).toBe(0)
    budget.charge({ [kind]: 1 }, 10_000_000)
    expect(budget.waitMs(10_000_000)).toBeGreaterThan(0)
  },
)

test('a peer has ten connections, and one more per second', () => {
  const budget = new Budget(0)
  const taken = (nowMs: number) =>
    Array.from({ length: 20 }, () => budget.takeConnection(nowMs)).filter(Boolean)
  expect(taken(0)).toHaveLength(10)
  expect(taken(2_000)).toHaveLength(2)
})

test('a ban lasts 1 s, then twice as long each time, up to 30 s for a validator and 10 min for others', () => {
  const bans = new Bans(1)
  const lengths = (key: string, isValidator: boolean) =>
    Array.from({ length: 12 }, () => bans.ban(key, isValidator, 0))
  expect(lengths('v', true).slice(0, 7)).toEqual([1_000, 2_000, 4_000, 8_000, 16_000, 30_000, 30_000])
  expect(lengths('o', false).slice(-3)).toEqual([512_000, 600_000, 600_000])
  expect([bans.isBanned('v', 29_999), bans.isBanned('v', 30_000)]).toEqual([true, false])
})

test('no more validators are banned at a time than may be faulty, so that a quorum is left', () => {
  const bans = new Bans(2)
  for (const key of ['a', 'b', 'b', 'c']) bans.ban(key, true, 0)
  bans.ban('observer', false, 0)
  expect(['a', 'b', 'c', 'observer'].filter((key) => bans.isBanned(key, 500))).toEqual(['b', 'c', 'observer'])
})
