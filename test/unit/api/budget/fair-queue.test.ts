import { describe, expect, it } from 'vitest'
import { FairQueue } from '../../../../src/api/budget/fair-queue.ts'

const LIMITS = { running: 2, runningPerClient: 1, waiting: 5, waitingPerClient: 3 }
const patient = () => new AbortController().signal

/** Enters tasks; each is noted when it starts. */
function world(limits = LIMITS) {
  const queue = new FairQueue(limits)
  const started: string[] = []
  const enter = (client: string, task: string, signal = patient()) => {
    const entered = queue.enter(client, () => signal)
    entered.then((ok) => started.push(ok ? task : `${task} refused`))
    return entered
  }
  const settle = () => new Promise((resolve) => setImmediate(resolve))
  return { queue, started, enter, settle }
}

describe('a fair queue', () => {
  it('serves clients in turns, whoever has how many tasks', async () => {
    const { queue, started, enter, settle } = world({ ...LIMITS, running: 1 })
    for (const task of ['a1', 'a2', 'a3', 'a4']) enter('a', task)
    enter('b', 'b1')
    for (let i = 0; i < 4; i++) {
      await settle()
      queue.leave(started.at(-1)!.slice(0, 1))
    }
    await settle()
    expect(started).toEqual(['a1', 'a2', 'b1', 'a3', 'a4'])
  })

  it('leaves room for others while one client has all that it may have', async () => {
    const { started, enter, settle } = world()
    for (const task of ['a1', 'a2', 'a3']) enter('a', task)
    enter('b', 'b1')
    await settle()
    expect(started).toEqual(['a1', 'b1'])
  })

  it('bounds what waits, per client and in all, and forgets clients that have nothing', async () => {
    const { queue, enter } = world()
    const signal = AbortSignal.timeout(0)
    expect(await enter('a', 'a1')).toBe(true)
    for (const task of ['a2', 'a3', 'a4']) enter('a', task)
    expect(await enter('a', 'a5')).toBe(false)
    expect(await enter('b', 'b1')).toBe(true)
    for (const task of ['b2', 'b3']) enter('b', task)
    expect(await enter('b', 'b4')).toBe(false)
    expect(await enter('c', 'c1', signal)).toBe(false)
    expect(queue.size).toEqual({ running: 2, waiting: 5, clients: 2 })
    for (let i = 0; i < 4; i++) queue.leave('a')
    for (let i = 0; i < 3; i++) queue.leave('b')
    expect(queue.size).toEqual({ running: 0, waiting: 0, clients: 0 })
    expect(() => queue.leave('a')).toThrow('no task')
  })

  it('takes a task out of its line when its signal aborts', async () => {
    const { queue, started, enter, settle } = world()
    const abort = new AbortController()
    enter('a', 'a1')
    enter('a', 'a2', abort.signal)
    enter('a', 'a3')
    abort.abort()
    await settle()
    queue.leave('a')
    await settle()
    expect(started).toEqual(['a1', 'a2 refused', 'a3'])
  })
})
