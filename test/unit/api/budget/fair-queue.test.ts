import { describe, expect, it } from 'vitest'
import { FairQueue, type TaskWeight } from '../../../../src/api/budget/fair-queue.ts'

const LIMITS = { running: 2, runningPerClient: 1, waiting: 5, waitingPerClient: 3 }
const patient = () => new AbortController().signal

/** Enters tasks; each is noted when it starts. */
function world(limits = LIMITS) {
  const queue = new FairQueue(limits)
  const started: string[] = []
  const enter = (client: string, task: string, signal = patient(), weight: TaskWeight = 'light') => {
    const entered = queue.enter(client, weight, () => signal)
    entered.then((ok) => started.push(ok ? task : `${task} refused`))
    return entered
  }
  const settle = () => new Promise((resolve) => setImmediate(resolve))
  const heavy = (client: string, task: string, signal = patient()) => enter(client, task, signal, 'heavy')
  const leave = (client: string, weight: TaskWeight = 'light') => queue.leave(client, weight)
  return { queue, started, enter, heavy, leave, settle }
}

describe('a fair queue', () => {
  it('serves clients in turns, whoever has how many tasks', async () => {
    const { leave, started, enter, settle } = world({ ...LIMITS, running: 1 })
    for (const task of ['a1', 'a2', 'a3', 'a4']) enter('a', task)
    enter('b', 'b1')
    for (let i = 0; i < 4; i++) {
      await settle()
      leave(started.at(-1)!.slice(0, 1))
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
    const { queue, enter, leave } = world()
    const signal = AbortSignal.timeout(0)
    expect(await enter('a', 'a1')).toBe(true)
    for (const task of ['a2', 'a3', 'a4']) enter('a', task)
    expect(await enter('a', 'a5')).toBe(false)
    expect(await enter('b', 'b1')).toBe(true)
    for (const task of ['b2', 'b3']) enter('b', task)
    expect(await enter('b', 'b4')).toBe(false)
    expect(await enter('c', 'c1', signal)).toBe(false)
    expect(queue.size).toEqual({ running: 2, waiting: 5, clients: 2 })
    for (let i = 0; i < 4; i++) leave('a')
    for (let i = 0; i < 3; i++) leave('b')
    expect(queue.size).toEqual({ running: 0, waiting: 0, clients: 0 })
    expect(() => leave('a')).toThrow('no light task')
  })

  it('takes a task out of its line when its signal aborts', async () => {
    const { leave, started, enter, settle } = world()
    const abort = new AbortController()
    enter('a', 'a1')
    enter('a', 'a2', abort.signal)
    enter('a', 'a3')
    abort.abort()
    await settle()
    leave('a')
    await settle()
    expect(started).toEqual(['a1', 'a2 refused', 'a3'])
  })

  it('lets light tasks pass heavy ones, which have half of the room, in all and per client', async () => {
    const limits = { running: 4, runningPerClient: 3, waiting: 6, waitingPerClient: 4 }
    const { queue, started, enter, heavy, leave, settle } = world(limits)
    for (const task of ['A1', 'A2', 'A3', 'A4']) heavy('a', task)
    expect(await heavy('a', 'A5')).toBe(false)
    heavy('b', 'B1')
    expect(await heavy('b', 'B2')).toBe(false)
    enter('a', 'a1')
    enter('c', 'c1')
    enter('c', 'c2')
    await settle()
    expect(started.filter((task) => !task.includes('refused'))).toEqual(['A1', 'A2', 'a1', 'c1'])
    expect(queue.size).toEqual({ running: 4, waiting: 4, clients: 3 })
    leave('a', 'heavy')
    await settle()
    leave('c')
    await settle()
    expect(started.slice(-2)).toEqual(['B1', 'c2'])
    expect(() => leave('c', 'heavy')).toThrow('no heavy task')
  })
})
