import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { applyBlock } from '../../../src/ledger/apply-block.ts'
import { bodyBytesOf } from '../../../src/ledger/body.ts'
import { MINT } from '../../../src/ledger/params.ts'
import type { StateView } from '../../../src/ledger/state.ts'
import type { Candidate, PoolEntry } from '../../../src/mempool/entry.ts'
import type { Pool } from '../../../src/mempool/pool.ts'
import { selectForBlock, TRIES_PER_RECORD } from '../../../src/mempool/select.ts'
import {
  COFFEE,
  hashes,
  type Person,
  people,
  RULES,
  register,
  strangers,
  submit,
  transfer,
  world,
} from '../../support/mempool/pool-world.ts'

const [, ann, bob, cem] = people as [Person, Person, Person, Person]
const NEW_KEYS = strangers(60)
const ROOM = { era: 1, maxBodyBytes: 1_000_000 }

/** Transfers of one unit each, one after the other. */
const chain = (from: Person, count: number, first = 0): Candidate[] =>
  Array.from({ length: count }, (_, i) =>
    transfer({ from: from.account, to: bob.account, fromStart: BigInt(first + i) }),
  )

/** Registrations that cost nothing, each by a key of its own. */
const floodOf = (count: number) => NEW_KEYS.slice(0, count).map((by, i) => register(`flood-${i}`, { by }))

/** An asset of each of these sponsors is final, and each has a transfer ready that the pool does not have. */
function withSponsors(given: Parameters<typeof world>[0], sponsors: Person[]) {
  const all = world(given)
  all.finalize(
    sponsors.map((by, i) => register(`own-${i}`, { by })),
    1,
  )
  const issueOf = (i: number, fromStart = 0n) =>
    transfer({ from: MINT, to: ann.account, fromStart }, `own-${i}`, { issuedBy: sponsors[i]! })
  return { ...all, issueOf }
}

describe('a full pool', () => {
  test('makes room for whoever has less, at the cost of the latest action of who has most, and tells why', () => {
    const { pool, left } = world({ limits: { entries: 10 } })
    const long = chain(ann, 8)
    for (const one of [...long, ...chain(cem, 2)]) expect(submit(pool, one)).toBe('ADMITTED')
    expect(submit(pool, transfer({ from: bob.account, to: cem.account }))).toBe('ADMITTED')
    expect(pool.size).toBe(10)
    expect(left).toMatchObject([
      { action: { hash: long[7]!.hash }, status: 'EVICTED', rejection: { code: 'POOL_FULL' } },
    ])
    expect(pool.outcomes.get(long[7]!.hash)).toMatchObject({ status: 'EVICTED' })
    expect(submit(pool, long[7]!)).toBe('POOL_FULL')
  })

  test('of registrations by new keys lets every sponsor in, up to its share, and no further registration', () => {
    const { pool, issueOf } = withSponsors({ limits: { entries: 40 } }, [NEW_KEYS[58]!, NEW_KEYS[59]!])
    for (const one of floodOf(40)) expect(submit(pool, one)).toBe('ADMITTED')
    const issues = [0, 1].flatMap((i) => Array.from({ length: 14 }, (_, n) => issueOf(i, BigInt(n))))
    expect(issues.map((one) => submit(pool, one)).filter((status) => status === 'ADMITTED').length).toBe(27)
    expect(pool.size).toBe(40)
    expect(submit(pool, register('one-more', { by: NEW_KEYS[57]! }))).toBe('POOL_FULL')
  })

  test('keeps half for the sponsors that the genesis lists', () => {
    const { quotas } = RULES
    const listed = new Map([[NEW_KEYS[59]!.account, quotas.unlisted.each]])
    const { pool, issueOf } = withSponsors(
      { limits: { entries: 20 }, rules: { quotas: { ...quotas, listed } } },
      [NEW_KEYS[59]!],
    )
    for (const one of [...chain(ann, 10), ...chain(cem, 10)]) expect(submit(pool, one)).toBe('ADMITTED')
    const mine = Array.from({ length: 11 }, (_, n) => submit(pool, issueOf(0, BigInt(n))))
    expect(mine).toEqual([...Array(10).fill('ADMITTED'), 'POOL_FULL'])
    expect(submit(pool, transfer({ from: bob.account, to: cem.account }))).toBe('ADMITTED')
    expect(pool.size).toBe(20)
  })

  test('weighs large actions by their size, and counts notes in bytes of UTF-8', () => {
    const note = '\u20ac'.repeat(1000)
    const one = transfer({ from: ann.account, to: bob.account })
    const { pool } = world({ limits: { entries: 100, bytes: 4 * (one.bytes.length + 3000) } })
    const large = chain(ann, 4).map((action) => ({ ...action, note }))
    for (const action of large) expect(submit(pool, action)).toBe('ADMITTED')
    expect(pool.bytes).toBe(4 * (one.bytes.length + 3000))
    expect(submit(pool, { ...chain(ann, 1, 4)[0]!, note })).toBe('POOL_FULL')
    expect(submit(pool, transfer({ from: cem.account, to: bob.account }))).toBe('ADMITTED')
    expect(pool.size).toBe(4)
  })

  test('takes what rests on an evicted action with it, and never an action that the newcomer rests on', () => {
    const { pool, left } = world({ limits: { entries: 4 } })
    const pays = transfer({ from: ann.account, to: cem.account, fromStart: 2n, amount: 998n })
    for (const one of [...chain(ann, 2), pays]) submit(pool, one)
    const spends = transfer({ from: cem.account, to: bob.account, amount: 1998n })
    expect(submit(pool, spends)).toBe('ADMITTED')
    expect(submit(pool, transfer({ from: bob.account, to: ann.account }))).toBe('ADMITTED')
    expect(left.map(({ action, status, rejection: { code } }) => [action.hash, status, code])).toEqual([
      [pays.hash, 'EVICTED', 'POOL_FULL'],
      [spends.hash, 'EVICTED', 'INSUFFICIENT_BALANCE'],
    ])
    const refill = transfer({ from: ann.account, to: cem.account, fromStart: 2n, amount: 998n, memo: 1n })
    expect(submit(pool, refill)).toBe('ADMITTED')
    expect(pool.size).toBe(4)
    expect(submit(pool, spends)).toBe('INSUFFICIENT_BALANCE')
  })
})

describe('a full pool of many sponsors', () => {
  test('keeps its bounds whatever comes, and takes from another sponsor only what that has more than the newcomer', () => {
    const offer = fc.record({ from: fc.nat(5), note: fc.nat(3), sponsor: fc.integer({ min: 0, max: 4 }) })
    fc.assert(
      fc.property(fc.array(offer, { minLength: 20, maxLength: 80 }), (offers) => {
        const { pool, issueOf, left } = withSponsors(SMALL, NEW_KEYS.slice(0, 3))
        const ids = [0, 1, 2].map((i) => assetOf(issueOf(i)))
        for (const [i, { from, note, sponsor }] of offers.entries()) {
          const { account } = people[from]!
          const bare =
            sponsor === 4
              ? register(`new-${i}`, { by: NEW_KEYS[3 + (i % 50)]! })
              : sponsor === 3
                ? transfer({ from: account, to: 900n, fromStart: pool.nextStart(account, COFFEE) })
                : issueOf(sponsor, pool.nextStart(MINT, ids[sponsor]!))
          const sent = { ...bare, note: 'n'.repeat(300 * note) }
          const before = costs(pool)
          left.length = 0
          if (submit(pool, sent) !== 'ADMITTED') continue
          expect(pool.size).toBeLessThanOrEqual(SMALL.limits.entries)
          expect(pool.bytes).toBeLessThanOrEqual(SMALL.limits.bytes)
          const own = pool.get(sent.hash)!.holder.sponsor
          const need = (before.get(own) ?? 0) + costOf(pool.get(sent.hash)!)
          for (const { action, rejection } of left) {
            const { holder } = action as PoolEntry
            if (rejection.code === 'POOL_FULL' && holder.sponsor !== own)
              expect(before.get(holder.sponsor)).toBeGreaterThan(need)
          }
        }
      }),
      { numRuns: 15 },
    )
  })
})

const SMALL = { limits: { entries: 12, bytes: 12_000 } }

/** An entry costs its size, and at least the room for bytes divided by that for entries. */
const costOf = ({ size }: PoolEntry) => Math.max(size, SMALL.limits.bytes / SMALL.limits.entries)

function costs(pool: Pool): Map<bigint, number> {
  const sums = new Map<bigint, number>()
  for (const entry of pool.entries()) {
    const { sponsor } = entry.holder
    sums.set(sponsor, (sums.get(sponsor) ?? 0) + costOf(entry))
  }
  return sums
}

function assetOf({ action }: Candidate): bigint {
  if (action.type !== 'transfer') throw new Error('a transfer')
  return action.transfer.assetId
}

describe('blocks', () => {
  test('hold the action of a sponsor at once, whatever others have queued before it', () => {
    const { pool, state, rules, issueOf } = withSponsors({ rules: { maxRecords: 8 } }, [NEW_KEYS[59]!])
    for (const one of [...floodOf(50), ...chain(ann, 40), ...chain(cem, 40)]) submit(pool, one)
    const mine = issueOf(0)
    expect(submit(pool, mine)).toBe('ADMITTED')
    const { entries } = selectForBlock(pool.shares, state, { ...ROOM, rules })
    expect(hashes(entries)).toContain(mine.hash)
    const sponsors = entries.map(({ holder }) => holder.sponsor)
    expect(new Set(sponsors).size).toBe(3)
    for (const one of new Set(sponsors))
      expect(sponsors.filter((other) => other === one).length).toBeLessThan(5)
  })

  test('are shared by bytes where bytes are scarce: large actions take fewer turns', () => {
    const { pool, state, rules } = world({ rules: { maxRecords: 20 } })
    const metadata = { text: 'x'.repeat(1000) }
    for (let i = 0; i < 20; i++) submit(pool, register(`big-${i}`, { by: NEW_KEYS[i]!, metadata }))
    for (const one of chain(ann, 20)) submit(pool, one)
    const { entries } = selectForBlock(pool.shares, state, { era: 1, maxBodyBytes: 20 * 600, rules })
    const cost = { register: 0, transfer: 0 }
    for (const { kind, bytes } of entries)
      cost[kind as keyof typeof cost] += Math.max(600, bodyBytesOf(bytes))
    expect(cost.register).toBeGreaterThan(4 * 1400)
    expect(Math.abs(cost.register - cost.transfer)).toBeLessThan(1500)
  })

  test('serve first whoever waits longest for its turn: with more sponsors than records, none is passed over twice', () => {
    const sponsors = NEW_KEYS.slice(0, 9)
    const { pool, state, rules, issueOf, finalize } = withSponsors({ rules: { maxRecords: 3 } }, sponsors)
    for (let n = 0; n < 3; n++)
      for (let i = 0; i < 9; i++) expect(submit(pool, issueOf(i, BigInt(n)))).toBe('ADMITTED')
    const served = new Set<bigint>()
    for (let era = 2; era < 5; era++) {
      const { entries } = selectForBlock(pool.shares, state, { ...ROOM, era, rules })
      for (const { holder } of entries) served.add(holder.sponsor)
      finalize(entries, era)
    }
    expect(served.size).toBe(9)
  })

  test('cost a leader a bounded number of tries, however many entries do not apply', () => {
    const { pool, state, rules } = world({ rules: { maxRecords: 4 } })
    for (const one of floodOf(50)) expect(submit(pool, one)).toBe('ADMITTED')
    let tries = 0
    const taken: StateView = {
      holding: (account, assetId) => state.holding(account, assetId),
      asset: (id) => state.asset(id),
      assetByCode: () => {
        tries += 1
        return state.asset(COFFEE)
      },
      retirement: () => undefined,
      reservations: () => [],
      usage: (sponsor) => state.usage(sponsor),
      holdingCount: state.holdingCount,
      position: state.position,
    }
    expect(selectForBlock(pool.shares, taken, { ...ROOM, rules }).entries).toEqual([])
    expect(tries).toBe(4 * TRIES_PER_RECORD)
  })

  test('on a parent that is not final yet go on where it ended', () => {
    const { pool, state, rules } = world({ rules: { maxRecords: 3 } })
    const all = chain(ann, 5)
    for (const one of all) submit(pool, one)
    const first = selectForBlock(pool.shares, state, { ...ROOM, rules })
    const second = selectForBlock(pool.shares, first.overlay, { ...ROOM, era: 2, rules })
    expect([first, second].map(({ entries }) => hashes(entries))).toEqual([
      all.slice(0, 3).map(({ hash }) => hash),
      all.slice(3).map(({ hash }) => hash),
    ])
  })
})

describe('full blocks', () => {
  test('give each sponsor that waits an equal share of a full block, and what one leaves unused to the others', () => {
    const sponsors = NEW_KEYS.slice(0, 3)
    const waiting = [30, 30, 2]
    const { pool, state, rules, issueOf } = withSponsors({ rules: { maxRecords: 24 } }, sponsors)
    for (const [i, count] of waiting.entries())
      for (let n = 0; n < count; n++) expect(submit(pool, issueOf(i, BigInt(n)))).toBe('ADMITTED')
    const { entries } = selectForBlock(pool.shares, state, { ...ROOM, era: 2, rules })
    const taken = sponsors.map(
      ({ account }) => entries.filter(({ holder }) => holder.sponsor === account).length,
    )
    expect(taken).toEqual([11, 11, 2])
  })

  test('that give all of their space to one sponsor are valid: what waited elsewhere cannot be known, so no validator refuses them', () => {
    const { state, rules, issueOf } = withSponsors({ rules: { maxRecords: 24 } }, NEW_KEYS.slice(0, 2))
    const actions = Array.from({ length: 24 }, (_, n) => issueOf(0, BigInt(n)))
    expect(applyBlock(state, { era: 2, actions }, rules)).toMatchObject({ ok: true })
    expect(applyBlock(state, { era: 2, actions: [...actions, issueOf(1)] }, rules)).toMatchObject({
      ok: false,
    })
  })
})

test('blocks cost nobody the tries of others: entries that do not apply use up the turns of their own sponsor', () => {
  const [by, other] = NEW_KEYS.slice(58) as [Person, Person]
  const given = withSponsors({ rules: { maxRecords: 4 } }, [by, other, by])
  const { pool, state, rules, issueOf, finalize } = given
  const hands = NEW_KEYS.slice(0, 1 + 4 * TRIES_PER_RECORD)
  const issue = (to: Person, code: string, start = 0) =>
    transfer({ from: MINT, to: to.account, fromStart: BigInt(start) }, code, { issuedBy: by })
  finalize(
    hands.map((to, i) => issue(to, 'own-0', i)),
    1,
  )
  // Each has something that is not due, so that the signers come in this order: the last of those who pass a unit on is tried first.
  const hold = (from: Person) =>
    transfer({ from: from.account, to: bob.account, era: 5 }, 'own-0', { issuedBy: by, by: from })
  const pass = (from: Person, to: Person) =>
    transfer({ from: from.account, to: to.account }, 'own-2', { issuedBy: by, by: from })
  const passes = hands.slice(1).map((to, i) => pass(hands[i]!, to))
  const queued = [...hands.toReversed().map(hold), issue(hands[0]!, 'own-2'), ...passes]
  for (const one of queued) expect(submit(pool, one)).toBe('ADMITTED')
  const mine = [0, 1, 2].map((start) => issueOf(1, BigInt(start)))
  for (const one of mine) expect(submit(pool, one)).toBe('ADMITTED')
  const { entries } = selectForBlock(pool.shares, state, { ...ROOM, rules })
  expect(hashes(entries)).toEqual(mine.map(({ hash }) => hash))
})
