import fc from 'fast-check'
import { expect, test } from 'vitest'
import { applyAction } from '../../../src/ledger/apply-action.ts'
import { Overlay } from '../../../src/ledger/overlay.ts'
import { MINT, RETIRED } from '../../../src/ledger/params.ts'
import { isRejection } from '../../../src/ledger/rejection.ts'
import type { PoolEntry } from '../../../src/mempool/entry.ts'
import { SLICE_LEAVING } from '../../../src/mempool/leaving.ts'
import type { Pool } from '../../../src/mempool/pool.ts'
import {
  COFFEE,
  hashes,
  people,
  register,
  submit,
  transfer,
  world,
} from '../../support/mempool/pool-world.ts'

const [, ann, bob] = people.map(({ account }) => account) as [bigint, bigint, bigint]

type World = ReturnType<typeof world>

/** What stays when all entries are applied to the final state again, in order of arrival: the definition of what has to leave. */
function applicable({ state, rules }: World, entries: Iterable<PoolEntry>, nextEra: number): bigint[] {
  const overlay = new Overlay(state)
  const context = { ...rules, openingsPerSigner: Number.POSITIVE_INFINITY }
  const stay: bigint[] = []
  for (const entry of entries) {
    if (nextEra >= entry.era + rules.ttl) continue
    if (!isRejection(applyAction(overlay, entry, { blockEra: entry.era, rules: context })))
      stay.push(entry.hash)
  }
  return stay
}

function settle(pool: Pool, era: number): void {
  while (pool.hasWork) pool.work(era)
}

const party = fc.integer({ min: 0, max: 3 })
type Step =
  | { do: 'pay'; from: number; to: number; amount: bigint; era: number }
  | { do: 'retire'; from: number; code: number; era: number }
  | {
      do: 'block'
      ours: number
      foreign: { from: number; to: number; amount: bigint }[]
      code: number
      eras: number
    }
  | { do: 'withdraw'; at: number }
const steps: fc.Arbitrary<Step[]> = fc.array(
  fc.oneof(
    {
      weight: 8,
      arbitrary: fc.record({
        do: fc.constant('pay' as const),
        ...{ from: party, to: party, amount: fc.bigInt(1n, 1900n), era: fc.nat(7) },
      }),
    },
    {
      weight: 2,
      arbitrary: fc.record({
        do: fc.constant('retire' as const),
        ...{ from: fc.constant(0), code: fc.nat(3), era: fc.nat(7) },
      }),
    },
    {
      weight: 2,
      arbitrary: fc.record({
        do: fc.constant('block' as const),
        ours: fc.nat(3),
        foreign: fc.array(fc.record({ from: party, to: party, amount: fc.bigInt(1n, 900n) }), {
          maxLength: 2,
        }),
        ...{ code: fc.nat(6), eras: fc.integer({ min: 1, max: 4 }) },
      }),
    },
    { weight: 1, arbitrary: fc.record({ do: fc.constant('withdraw' as const), at: fc.nat(9) }) },
  ),
  { minLength: 10, maxLength: 40 },
)

/** A block of the first entries and of actions that the pool does not have, as far as they apply. */
function blockOf({ state, rules, pool }: World, step: Extract<Step, { do: 'block' }>, era: number) {
  const overlay = new Overlay(state)
  const wanted = [...pool.entries()].slice(0, step.ours).map((entry) => () => entry)
  const foreign = step.foreign.map(({ from, to, amount }) => () => {
    const account = people[from]!.account
    const fromStart = overlay.holding(account, COFFEE)?.outTotal ?? 0n
    return transfer({ from: account, to: people[to]!.account, amount, fromStart, era, memo: 7n })
  })
  const registers = step.code < 4 ? [() => register(`asset ${step.code}`.replace(' ', '-'), { era })] : []
  const actions = []
  for (const make of [...foreign, ...wanted, ...registers]) {
    const action = make()
    if (!isRejection(applyAction(overlay, action, { blockEra: era, rules }))) actions.push(action)
  }
  return actions
}

test('whatever blocks hold, what leaves is what applying all entries again would reject, and nothing else', () => {
  fc.assert(
    fc.property(steps, (todo) => {
      const all = world()
      const { pool, finalize } = all
      let era = 2
      for (const step of todo) {
        if (step.do === 'pay') {
          const from = people[step.from]!.account
          const fields = { from, to: people[step.to]!.account, amount: step.amount, era: era + step.era }
          submit(pool, transfer({ ...fields, fromStart: pool.nextStart(from, COFFEE) }), era - 1)
        } else if (step.do === 'retire') {
          const from = people[step.from]!.account
          const fields = { from, to: RETIRED, amount: 3n, fromStart: pool.nextStart(from, COFFEE) }
          const retired = transfer({ ...fields, era: era + step.era })
          submit(pool, retired, era - 1)
          const code = `asset-${step.code}`
          submit(pool, register(code, { madeFrom: [retired.hash], era }), era - 1)
          submit(pool, transfer({ from: MINT, to: ann, era }, code), era - 1)
        } else {
          let expected: bigint[]
          const before = [...pool.entries()]
          if (step.do === 'block') {
            const actions = blockOf(all, step, era)
            finalize(actions, era)
            const included = new Set(actions.map(({ hash }) => hash))
            const rest = before.filter(({ hash }) => !included.has(hash))
            era += step.eras
            finalize([], era - 1)
            expected = applicable(all, rest, era)
          } else {
            const gone = before[step.at]?.hash
            pool.withdraw(gone === undefined ? [] : [gone])
            const rest = before.filter(({ hash }) => hash !== gone)
            expected = applicable(all, rest, era)
          }
          settle(pool, era)
          expect(hashes(pool.entries())).toEqual(expected)
        }
      }
    }),
    { numRuns: 60 },
  )
})

test('leaves in slices of a bounded number, and the next admission finishes what is left', () => {
  const { pool, finalize, left } = world({ limits: { entries: 10_000, perSigner: 10_000 } })
  const model = transfer({ from: ann, to: bob, era: 1 })
  const count = 2.5 * SLICE_LEAVING
  finalize([transfer({ from: MINT, to: ann, fromStart: 6000n, amount: BigInt(count) })], 2)
  for (let i = 0; i < count; i++) {
    // Only what the pool looks at differs, because thousands of hashes would take long.
    const action = {
      ...model.action,
      transfer: { ...(model.action as never as { transfer: object }).transfer, fromStart: BigInt(i) },
    }
    pool.admit({ ...model, action: action as never, hash: model.hash + BigInt(i) }, 'reload', 1)
  }
  expect(pool.size).toBe(count)
  finalize([], 10)
  expect(left.length).toBe(SLICE_LEAVING)
  pool.work(10)
  expect(left.length).toBe(2 * SLICE_LEAVING)
  expect(pool.hasWork).toBe(true)
  expect(submit(pool, transfer({ from: ann, to: bob, era: 12 }), 11)).toBe('ADMITTED')
  expect([left.length, pool.size, pool.hasWork]).toEqual([count, 1, false])
})
