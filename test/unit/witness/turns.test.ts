import { expect, it } from 'vitest'
import { Turns } from '../../../src/witness/turns.ts'

/** Turns whose time passes when it is told to, and in which order they came. */
function world(limits: { burst: number; perSecond: number }) {
  let nowMs = 0
  let timed: { atMs: number; run: () => void }[] = []
  const clock = {
    now: () => nowMs,
    after: (ms: number, run: () => void) => void timed.push({ atMs: nowMs + ms, run }),
  }
  const turns = new Turns(limits, clock)
  const came: string[] = []
  return {
    came,
    timers: () => timed.length,
    ask(address: string, gone = new AbortController()) {
      turns.take(address, gone.signal).then((isGranted) => isGranted && came.push(address))
      return gone
    },
    async pass(ms: number) {
      for (const end = nowMs + ms; nowMs < end; nowMs++) {
        const due = timed.filter(({ atMs }) => atMs <= nowMs)
        timed = timed.filter(({ atMs }) => atMs > nowMs)
        for (const { run } of due) run()
      }
      await Promise.resolve()
    },
  }
}

it('come at once while some are saved up, then so many per second', async () => {
  const { came, ask, pass, timers } = world({ burst: 3, perSecond: 10 })
  for (let i = 0; i < 30; i++) ask('a')
  await pass(1)
  expect(came).toHaveLength(3)
  await pass(1_000)
  expect(came).toHaveLength(13)
  // However many wait, one timer does.
  expect(timers()).toBe(1)
  await pass(3_000)
  expect([came.length, timers()]).toEqual([30, 0])
  ask('a')
  await pass(1)
  expect(came).toHaveLength(31)
})

it('come by address: who asks seldom does not wait for all that others ask', async () => {
  const { came, ask, pass } = world({ burst: 1, perSecond: 10 })
  for (let i = 0; i < 50; i++) for (const stranger of ['a', 'b', 'c']) ask(stranger)
  ask('log')
  await pass(402)
  expect(came).toContain('log')
  expect(came.length).toBeLessThanOrEqual(5)
})

it('are given up by whoever goes', async () => {
  const { came, ask, pass } = world({ burst: 1, perSecond: 10 })
  const [, gone] = [ask('a'), ask('b'), ask('c')]
  gone.abort()
  ask('b', gone)
  await pass(250)
  expect(came).toEqual(['a', 'c'])
})
