import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { applyAction } from '../../../src/ledger/apply-action.ts'
import { applyBlock } from '../../../src/ledger/apply-block.ts'
import { encodeBody } from '../../../src/ledger/body.ts'
import { Overlay } from '../../../src/ledger/overlay.ts'
import { isRejection } from '../../../src/ledger/rejection.ts'
import type { Candidate } from '../../../src/mempool/entry.ts'
import { selectForBlock } from '../../../src/mempool/select.ts'
import {
  COFFEE,
  hashes,
  people,
  register,
  submit,
  transfer,
  world,
} from '../../support/mempool/pool-world.ts'

const [, ann, bob, cem] = people.map(({ account }) => account) as [bigint, bigint, bigint, bigint]
const ROOM = { maxBodyBytes: 1_000_000 }

describe('the selection of actions for a block', () => {
  test('takes the signers in the order in which they came, and nothing too early or expired', () => {
    const { pool, state, rules } = world()
    const late = transfer({ from: ann, to: bob, era: 3 })
    const early = transfer({ from: bob, to: cem, era: 2 })
    const later = transfer({ from: cem, to: ann, era: 3 })
    for (const offered of [late, early, later]) submit(pool, offered, 1)
    const take = (era: number) => hashes(selectForBlock(pool.shares, state, { ...ROOM, era, rules }).entries)
    expect(take(1)).toEqual([])
    expect(take(2)).toEqual([early.hash])
    expect(take(3)).toEqual([late.hash, early.hash, later.hash])
    expect(take(12)).toEqual([late.hash, later.hash])
  })

  test('takes predecessors first, even with a later era, and nothing without them', () => {
    const { pool, state, rules } = world()
    const first = transfer({ from: ann, to: bob, amount: 1000n, era: 4 })
    const second = transfer({ from: bob, to: cem, amount: 1500n, era: 2 })
    for (const offered of [first, second]) submit(pool, offered, 1)
    const take = (era: number) => hashes(selectForBlock(pool.shares, state, { ...ROOM, era, rules }).entries)
    expect(take(3)).toEqual([])
    expect(take(4)).toEqual([first.hash, second.hash])
  })

  test('alternates between signers when not everything fits', () => {
    const { pool, state, rules } = world({ rules: { maxRecords: 4 } })
    const many = Array.from({ length: 8 }, (_, i) => transfer({ from: ann, to: bob, fromStart: BigInt(i) }))
    const one = transfer({ from: bob, to: cem })
    const other = transfer({ from: cem, to: bob })
    for (const offered of [...many, one, other]) submit(pool, offered)
    const { entries } = selectForBlock(pool.shares, state, { ...ROOM, era: 1, rules })
    expect(hashes(entries)).toEqual([many[0]!.hash, one.hash, other.hash, many[1]!.hash])
  })

  test('stays within the body limit, and skips what does not fit for what does', () => {
    const { pool, state, rules } = world()
    const offers = [
      register(`long-${'x'.repeat(50)}`),
      transfer({ from: ann, to: bob }),
      transfer({ from: bob, to: cem }),
    ]
    for (const offered of offers) submit(pool, offered)
    const body = (...parts: typeof offers) => encodeBody(parts.map(({ bytes }) => bytes)).length
    const [long, first, second] = offers as [Candidate, Candidate, Candidate]
    const take = (maxBodyBytes: number) =>
      hashes(selectForBlock(pool.shares, state, { maxBodyBytes, era: 1, rules }).entries)
    expect(take(body(long, first, second))).toEqual([long.hash, first.hash, second.hash])
    expect(take(body(long, first, second) - 1)).toEqual([long.hash, first.hash])
    expect(take(body(first))).toEqual([first.hash])
    expect(take(body(first) - 1)).toEqual([])
  })

  test("leaves out what is not durable yet, and openings over a signer's limit", () => {
    const { pool, state, rules } = world({ rules: { openingsPerSigner: 2 } })
    const opens = [700n, 701n, 702n].map((to, i) => transfer({ from: ann, to, fromStart: BigInt(i) }))
    for (const offered of opens) expect(submit(pool, offered)).toBe('ADMITTED')
    pool.admit(transfer({ from: cem, to: bob }), 'submit', 0)
    const { entries } = selectForBlock(pool.shares, state, { ...ROOM, era: 1, rules })
    expect(hashes(entries)).toEqual([opens[0]!.hash, opens[1]!.hash])
  })
})

type Step =
  | { from: number; to: number; amount: bigint; era: number; stale: boolean }
  | { records: number; eras: number }

const steps: fc.Arbitrary<Step[]> = fc.array(
  fc.oneof(
    {
      weight: 6,
      arbitrary: fc.record({
        from: fc.nat(5),
        to: fc.nat(7),
        amount: fc.bigInt(1n, 1200n),
        era: fc.nat(6),
        stale: fc.boolean(),
      }),
    },
    { weight: 1, arbitrary: fc.record({ records: fc.nat(12), eras: fc.integer({ min: 1, max: 5 }) }) },
  ),
  { maxLength: 60 },
)

test('whatever is offered and however blocks are filled: blocks are valid, and entries in order of arrival apply to the final state', () => {
  fc.assert(
    fc.property(steps, (todo) => {
      const { pool, state, rules, finalize } = world()
      let era = 2
      for (const step of todo) {
        if ('records' in step) {
          const room = {
            era,
            maxBodyBytes: 1200,
            rules: { ...rules, maxRecords: step.records, openingsPerSigner: 1 },
          }
          const { entries, records } = selectForBlock(pool.shares, state, room)
          expect(entries.length).toBeLessThanOrEqual(step.records)
          expect(encodeBody(entries.map(({ bytes }) => bytes)).length).toBeLessThanOrEqual(1200)
          expect(applyBlock(state, { era, actions: entries }, room.rules)).toMatchObject({
            ok: true,
            records,
          })
          finalize(entries, era)
          era += step.eras
        } else {
          const from = people[step.from]!.account
          const to = people[step.to]?.account ?? BigInt(500 + step.to)
          const fromStart = pool.nextStart(from, COFFEE) - (step.stale && step.era === 0 ? 1n : 0n)
          if (fromStart >= 0n)
            submit(pool, transfer({ from, to, amount: step.amount, fromStart, era: era + step.era }), era - 1)
        }
        const overlay = new Overlay(state)
        for (const entry of pool.entries()) {
          const context = { blockEra: entry.era, rules: { ...rules, openingsPerSigner: Infinity } }
          expect(isRejection(applyAction(overlay, entry, context))).toBe(false)
        }
        for (const { account } of people) {
          expect(pool.nextStart(account, COFFEE)).toBe(overlay.holding(account, COFFEE)?.outTotal)
          const own = [...pool.entries()].filter(({ record: { from, to } }) => [from, to].includes(account))
          expect([...pool.entriesOf(account)]).toEqual(own)
        }
      }
    }),
    { numRuns: 150 },
  )
})
