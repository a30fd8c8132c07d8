import { expect, test } from 'vitest'
import { LOCK_GRACE_MS, LOCK_TIMEOUT_MS, takeLock } from '../../../src/node/take-lock.ts'

/** A lock that another session has until `freeMs`, and that began statements at these times; waiting for it takes no time. */
async function take(freeMs: number, asked: readonly number[] = [0]) {
  let now = 0
  const clock = {
    elapsed: () => now,
    after(ms: number, run: () => void) {
      now += ms
      queueMicrotask(run)
      return {}
    },
  }
  const lock = {
    hold: async () => now >= freeMs,
    holderSilentMs: async () => {
      const last = asked.filter((ms) => ms <= now).at(-1)
      return last === undefined ? undefined : now - last
    },
  }
  const said: unknown[] = []
  const failure = await takeLock(lock, { warn: (text: unknown) => said.push(text) }, clock).catch(
    (error) => error.code,
  )
  return { failure, said: said.length, waitedMs: now }
}

test('a lock that is free is taken at once, without a word', async () => {
  expect(await take(0)).toEqual({ failure: undefined, said: 0, waitedMs: 0 })
})

test('a node waits for a session of the node before it that does nothing, and says so once', async () => {
  expect(await take(25_000)).toEqual({ failure: undefined, said: 1, waitedMs: 25_000 })
  expect(await take(25_000, [])).toMatchObject({ failure: undefined, waitedMs: 25_000 })
})

test('what the node before had asked when it ended is no sign of life', async () => {
  expect(await take(25_000, [0, 500, LOCK_GRACE_MS])).toMatchObject({ failure: undefined })
})

test('a node that goes on asking is alive', async () => {
  const { failure, waitedMs } = await take(Number.POSITIVE_INFINITY, [0, 2_000, 4_000, 6_000])
  expect(failure).toBe('NODE_RUNNING')
  expect(waitedMs).toBeLessThan(5_000)
})

test('a session that does nothing and does not end is waited for as long as the bound says', async () => {
  const { failure, waitedMs } = await take(Number.POSITIVE_INFINITY)
  expect(failure).toBe('NODE_RUNNING')
  expect(waitedMs).toBe(LOCK_TIMEOUT_MS + 100)
})
