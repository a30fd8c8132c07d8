import { expect, test } from 'vitest'
import { HISTORY_DEPTH } from '../../../src/ledger/params.ts'
import { selectForBlock } from '../../../src/mempool/select.ts'
import { people, submit, transfer, world } from '../../support/mempool/pool-world.ts'

const [ann, bob, cat] = people.map(({ account }) => account) as [bigint, bigint, bigint]
/** Leaves of the history. */
const FULL = 4 ** HISTORY_DEPTH

test('the last places of the history are given once: what finds none is rejected, and what was accepted expires if others took its place', () => {
  const { state, rules, pool, finalize, left } = world({ rules: { ttl: 3 } })
  state.setPosition(FULL - 2)
  const [one, two, three] = [ann, bob, cat].map((from) => transfer({ from, to: people[4]!.account, era: 2 }))
  expect(submit(pool, one!, 1)).toBe('ADMITTED')
  expect(submit(pool, two!, 1)).toBe('ADMITTED')
  expect(submit(pool, three!, 1)).toBe('HISTORY_FULL')
  const select = () =>
    selectForBlock(pool.shares, state, { era: 2, maxBodyBytes: 1_000_000, rules }).entries.map(
      ({ hash }) => hash,
    )
  expect(select()).toHaveLength(2)
  // A block of another leader has an action that this pool did not take.
  finalize([three!], 2)
  expect(select()).toHaveLength(1)
  finalize([one!], 2)
  expect(state.position).toBe(FULL)
  expect(select()).toEqual([])
  expect(() => finalize([two!], 2)).toThrow('history')
  expect(pool.admit(two!, 'reload', 2)).toMatchObject({ status: 'KNOWN' })
  finalize([], 5)
  expect(pool.size).toBe(0)
  expect(left).toMatchObject([{ action: { hash: two!.hash }, rejection: { code: 'ERA_EXPIRED' } }])
})
