import fc from 'fast-check'
import { expect, test } from 'vitest'
import { applyAction } from '../../../src/ledger/apply-action.ts'
import { Overlay } from '../../../src/ledger/overlay.ts'
import { MINT, RETIRED } from '../../../src/ledger/params.ts'
import { UNLISTED } from '../../../src/ledger/quota.ts'
import { isRejection } from '../../../src/ledger/rejection.ts'
import type { Candidate } from '../../../src/mempool/entry.ts'
import { people, register, submit, transfer, world } from '../../support/mempool/pool-world.ts'

const [issuer] = people as [(typeof people)[0]]
/** Few receivers, so that several waiting actions open one holding. */
const RECEIVERS = [RETIRED, 501n, 502n, ...people.slice(1, 3).map(({ account }) => account)]

type Step = readonly [kind: number, who: number, to: number]

test('what waiting actions are charged is what applying them to the final state charges, whatever enters, becomes final or leaves', () => {
  let twice = 0
  const run = (steps: readonly Step[]) => {
    const { pool, state, rules, finalize } = world({ limits: { entries: 12 } })
    let serial = 0
    /** An action for the pool, or for a block of another node's. */
    const make = ([kind, who, to]: Step, starts: (account: bigint, asset: bigint) => bigint): Candidate => {
      if (kind === 0) return register(`lot-${serial++}`, { by: people[who % 3]!, era: 5 })
      const from = kind === 1 ? MINT : people[1 + (who % 4)]!.account
      const probe = transfer({ from, to: RECEIVERS[to % RECEIVERS.length]!, era: 5 }, 'coffee')
      if (probe.action.type !== 'transfer') throw new Error('a transfer')
      const { transfer: fields } = probe.action
      return transfer({ ...fields, fromStart: starts(from, fields.assetId) }, 'coffee')
    }
    for (const step of steps) {
      const [kind, who, to] = step
      const entries = [...pool.entries()]
      if (kind < 6)
        submit(
          pool,
          make([kind % 4, who, to], (...name) => pool.nextStart(...name)),
          4,
        )
      else if (kind === 6)
        pool.withdraw(
          entries
            .slice(who % (entries.length + 1))
            .slice(0, 1 + (to % 3))
            .map(({ hash }) => hash),
        )
      else {
        // The first entries, or an action of which the pool knows nothing.
        const overlay = new Overlay(state)
        const foreign = make([1 + (to % 3), who, to], (...name) => state.holding(...name)?.outTotal ?? 0n)
        const content = kind === 7 ? entries.slice(0, who % 4) : [foreign]
        const applies = content.every(
          (one) => !isRejection(applyAction(overlay, one, { blockEra: 5, rules })),
        )
        if (applies) finalize(content, 5)
      }
      while (pool.hasWork) pool.work(5)
      const overlay = new Overlay(state)
      const receivers = new Map<string, number>()
      for (const entry of pool.entries()) {
        const { to: account, assetId } = entry.record
        if (state.holding(account, assetId) === undefined)
          receivers.set(`${account}/${assetId}`, (receivers.get(`${account}/${assetId}`) ?? 0) + 1)
        expect(isRejection(applyAction(overlay, entry, { blockEra: 5, rules }))).toBe(false)
      }
      if ([...receivers.values()].some((count) => count > 1)) twice += 1
      for (const key of [UNLISTED, issuer.account, ...people.map(({ account }) => account)])
        expect(pool.usage(key)).toEqual(overlay.usage(key))
    }
  }
  const step = fc.tuple(fc.nat(8), fc.nat(99), fc.nat(99))
  fc.assert(fc.property(fc.array(step, { minLength: 20, maxLength: 60 }), run), { numRuns: 15, seed: 2026 })
  expect(twice).toBeGreaterThan(20)
})
