import { expect, test } from 'vitest'
import { NodeLock } from '../../../src/storage/node-lock.ts'
import { emptyDatabase, openForTest } from '../../support/storage/postgres.ts'

test('whoever waits for the lock sees how long its holder has asked nothing', async () => {
  const url = await emptyDatabase()
  const lock = new NodeLock(openForTest(url, 1))
  const database = openForTest(url, 1)
  const other = new NodeLock(database)
  expect(await other.holderSilentMs()).toBeUndefined()
  expect([await lock.hold(), await other.hold()]).toEqual([true, false])
  await database.sql`SELECT pg_sleep(0.1)`
  expect(await other.holderSilentMs()).toBeGreaterThanOrEqual(100)
  const askedMs = performance.now()
  await lock.hold()
  expect(await other.holderSilentMs()).toBeLessThanOrEqual(performance.now() - askedMs)
})
