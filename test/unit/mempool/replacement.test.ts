import { describe, expect, test } from 'vitest'
import { COFFEE, hashes, people, submit, transfer, world } from '../../support/mempool/pool-world.ts'

const [, ann, bob, cem] = people.map(({ account }) => account) as [bigint, bigint, bigint, bigint]

/** With a time to live of 16 eras, a replacement is 2 eras later. */
const RULES = { rules: { ttl: 16 } }

describe('replacing a waiting action', () => {
  test('takes its place, tells why the old one left, and takes what rested on the old one with it', () => {
    const { pool, left } = world(RULES)
    const old = transfer({ from: ann, to: bob, amount: 10n })
    const behind = transfer({ from: ann, to: bob, fromStart: 10n })
    const spends = transfer({ from: bob, to: cem, amount: 1005n })
    const other = transfer({ from: cem, to: bob })
    for (const one of [old, behind, spends, other]) expect(submit(pool, one)).toBe('ADMITTED')
    const replacing = transfer({ from: ann, to: cem, amount: 20n, era: 3 })
    expect(submit(pool, replacing)).toBe('ADMITTED')
    expect(hashes(pool.entries())).toEqual([other.hash, replacing.hash])
    expect(pool.nextStart(ann, COFFEE)).toBe(20n)
    expect(left.map(({ action, status, rejection: { code } }) => [action.hash, status, code])).toEqual([
      [old.hash, 'REPLACED', 'REPLACED'],
      [behind.hash, 'EVICTED', 'STALE_START'],
      [spends.hash, 'EVICTED', 'INSUFFICIENT_BALANCE'],
    ])
    expect(submit(pool, old)).toBe('START_TAKEN')
  })

  test('needs an era that is an eighth of the time to live later, and says which', () => {
    const { pool } = world(RULES)
    const pay = (era: number, memo: bigint) => transfer({ from: ann, to: bob, era, memo })
    expect(submit(pool, pay(1, 0n))).toBe('ADMITTED')
    expect(pool.admit(pay(2, 1n), 'submit', 0)).toMatchObject({
      rejection: { code: 'START_TAKEN', data: { replaceableFromEra: 3 } },
    })
    expect(submit(pool, pay(3, 2n))).toBe('ADMITTED')
    expect(submit(pool, pay(4, 3n))).toBe('START_TAKEN')
    expect(pool.admit(pay(5, 4n), 'gossip', 0).status).toBe('ADMITTED')
    expect(pool.size).toBe(1)
  })

  test('needs a start of a waiting action, the key of its holder, and cover without what it replaces', () => {
    const { pool, left } = world(RULES)
    const old = transfer({ from: ann, to: bob, amount: 1000n })
    const back = transfer({ from: bob, to: ann, amount: 1500n })
    for (const one of [old, back]) expect(submit(pool, one)).toBe('ADMITTED')
    const within = transfer({ from: ann, to: bob, fromStart: 5n, era: 9 })
    expect(submit(pool, within)).toBe('START_TAKEN')
    const stranger = people[5]!
    const forged = transfer({ from: ann, to: stranger.account, era: 9 }, 'coffee', { by: stranger })
    expect(submit(pool, forged)).toBe('WRONG_SIGNER')
    // Bob pays back with what he gets: without the old action, Ann would not have it.
    expect(submit(pool, transfer({ from: ann, to: bob, amount: 1500n, era: 9 }))).toBe('INSUFFICIENT_BALANCE')
    expect(left).toEqual([])
    expect(hashes(pool.entries())).toEqual([old.hash, back.hash])
  })

  test('is not refused by a full pool, unless it is larger', () => {
    const old = transfer({ from: ann, to: bob })
    const { pool } = world({ ...RULES, limits: { entries: 1, bytes: old.bytes.length } })
    expect(submit(pool, old)).toBe('ADMITTED')
    const replacing = transfer({ from: ann, to: cem, era: 3 })
    expect(submit(pool, { ...replacing, note: 'n' })).toBe('POOL_FULL')
    expect(pool.get(old.hash)).toBeDefined()
    expect(submit(pool, replacing)).toBe('ADMITTED')
  })
})
