import { expect, test } from 'vitest'
import { fieldToHex } from '../../../../src/crypto/field.ts'
import { Pool } from '../../../../src/mempool/pool.ts'
import { NodeEvents } from '../../../../src/node/events.ts'
import { Submissions } from '../../../../src/node/intake/submissions.ts'
import { systemClock } from '../../../../src/process/clock.ts'
import { poseidon } from '../../../support/crypto/poseidon.ts'
import { people, transfer, world } from '../../../support/mempool/pool-world.ts'

const [, ann, bob, cem] = people.map(({ account }) => account) as [bigint, bigint, bigint, bigint]

/** Submissions to a pool for two actions, with a table in memory whose writes wait for `release`. */
function intake() {
  const { state, rules } = world()
  const events = new NodeEvents()
  const limits = { entries: 2, bytes: 1_000_000, perSigner: 10 }
  const pool = new Pool(state, { ledger: rules, limits }, (left) => events.emit('left', left))
  const table = new Set<bigint>()
  let release = () => {}
  const released = new Promise<void>((resolve) => {
    release = resolve
  })
  const submissions = new Submissions({
    ...{ clock: systemClock, poseidon, pool, events, era: () => 0 },
    signatures: { check: async (checks: readonly unknown[]) => checks.map(() => null) } as never,
    store: async (entries, gone) => {
      await released
      for (const hash of gone) table.delete(hash)
      for (const { hash } of entries) table.add(hash)
    },
    unavailable: () => undefined,
    isFinal: async () => false,
  })
  return { pool, table, submissions, release }
}

test('an action that gives way while it is stored is answered EVICTED and not kept; once admitted again, it is', async () => {
  const { pool, table, submissions, release } = intake()
  const [one, two] = [0n, 1n].map((fromStart) => transfer({ from: ann, to: bob, fromStart })) as [
    ReturnType<typeof transfer>,
    ReturnType<typeof transfer>,
  ]
  const other = transfer({ from: cem, to: bob })
  const answers = [one, two, other].map(({ bytes }) => submissions.submit(bytes, undefined))
  // Nothing is stored yet, so all three are answered only after the second has given way to the third.
  release()
  expect(await Promise.all(answers)).toMatchObject([
    { status: 'ACCEPTED' },
    { hash: fieldToHex(two.hash), status: 'EVICTED', rejection: { code: 'POOL_FULL' } },
    { status: 'ACCEPTED' },
  ])
  await submissions.idle()
  expect(table).toEqual(new Set([one.hash, other.hash]))
  pool.withdraw([other.hash])
  expect(await submissions.submit(two.bytes, undefined)).toMatchObject({ status: 'ACCEPTED' })
  await submissions.idle()
  expect(table).toEqual(new Set([one.hash, two.hash]))
})

test('an action that starts behind units that have not moved is PARKED, and stored once those before it have come', async () => {
  const { pool, table, submissions, release } = intake()
  release()
  const [one, two] = [0n, 1n].map((fromStart) => transfer({ from: ann, to: bob, fromStart })) as [
    ReturnType<typeof transfer>,
    ReturnType<typeof transfer>,
  ]
  const ahead = { status: 'PARKED', rejection: { code: 'STALE_START', data: { expected: '0', got: '1' } } }
  expect(await submissions.submit(two.bytes, undefined)).toMatchObject(ahead)
  expect(await submissions.submit(two.bytes, undefined)).toMatchObject(ahead)
  expect([pool.parked, table.size]).toEqual([1, 0])
  await submissions.submit(one.bytes, undefined)
  expect(await submissions.submit(two.bytes, undefined)).toMatchObject({ status: 'ACCEPTED' })
  expect(table).toEqual(new Set([one.hash, two.hash]))
})
