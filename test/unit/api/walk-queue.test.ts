import { describe, expect, it } from 'vitest'
import { Client } from '../../../src/api/budget/clients.ts'
import { RequestTraces } from '../../../src/api/request/request-traces.ts'
import { WalkQueue } from '../../../src/api/request/walk-queue.ts'

/** Work that ends when it is told to. */
function job() {
  let end = () => {}
  const ended = new Promise<void>((resolve) => {
    end = resolve
  })
  const state = { begun: false }
  const work = () => {
    state.begun = true
    return ended
  }
  return { state, work, end }
}
const clock = { ms: 0 }
const clientNamed = (name: string) =>
  new Client(name, { bucket: 1_000, refillPerSecond: 1_000, clients: 10 }, () => clock.ms)
const ann = clientNamed('ann')
/** A queue in which a client may have all places. */
const queueOf = (running: number, waiting: number) =>
  new WalkQueue({ running, runningPerClient: running, waiting, waitingPerClient: waiting })
const never = new AbortController().signal
const settle = () => new Promise((resolve) => setImmediate(resolve))

describe('turns of walks', () => {
  it('let so many run at a time, and pass on in the order of arrival', async () => {
    const queue = queueOf(2, 10)
    const jobs = [job(), job(), job(), job()]
    const runs = jobs.map(({ work }) => queue.run(ann, never, work))
    await settle()
    expect(jobs.map(({ state }) => state.begun)).toEqual([true, true, false, false])
    jobs[1]!.end()
    await runs[1]
    await settle()
    expect(jobs.map(({ state }) => state.begun)).toEqual([true, true, true, false])
    for (const { end } of jobs) end()
    await Promise.all(runs)
  })

  it('are refused when too many wait, and given again afterwards', async () => {
    const queue = queueOf(1, 1)
    const [running, waiting] = [job(), job()]
    const runs = [queue.run(ann, never, running.work), queue.run(ann, never, waiting.work)]
    const refused = queue.run(ann, never, job().work)
    await expect(refused).rejects.toMatchObject({
      rejection: { code: 'TOO_MANY_REQUESTS', data: { what: 'traces', max: 1, maxPerClient: 1 } },
    })
    running.end()
    waiting.end()
    await Promise.all(runs)
    expect(await queue.run(ann, never, async () => 'done')).toBe('done')
  })

  it('are given up by those who no longer want theirs, and passed on by work that fails', async () => {
    const queue = queueOf(1, 2)
    const gone = new AbortController()
    const running = job()
    const first = queue.run(ann, never, async () => {
      await running.work()
      throw new Error('broken')
    })
    const given = queue.run(ann, gone.signal, job().work)
    const last = queue.run(ann, never, async () => 'done')
    gone.abort(new Error('gone'))
    await expect(given).rejects.toThrow('gone')
    running.end()
    await expect(first).rejects.toThrow('broken')
    expect(await last).toBe('done')
    await expect(queue.run(ann, gone.signal, job().work)).rejects.toThrow('gone')
  })
})

describe('turns of the walks of several clients', () => {
  it('go round the clients: one with many walks delays another by one of them', async () => {
    const queue = queueOf(1, 300)
    const bea = clientNamed('bea')
    const served: string[] = []
    const walk = (client: Client) =>
      queue.run(client, new AbortController().signal, async () => served.push(client.name))
    await Promise.all([...Array.from({ length: 200 }, () => walk(ann)), walk(bea)])
    expect(served.indexOf('bea')).toBeLessThanOrEqual(2)
    expect(served).toHaveLength(201)
  })

  it('leave places for others, however many one client asks for', async () => {
    const queue = new WalkQueue({ running: 1, runningPerClient: 1, waiting: 10, waitingPerClient: 3 })
    const running = job()
    const first = queue.run(ann, never, running.work)
    const many = Array.from({ length: 20 }, () => queue.run(ann, never, async () => 'walked'))
    const other = queue.run(clientNamed('bea'), never, async () => 'walked')
    running.end()
    const ended = await Promise.allSettled(many)
    expect(ended.filter(({ status }) => status === 'fulfilled')).toHaveLength(3)
    expect(await other).toBe('walked')
    await first
  })

  it('are not for a client in debt, whose walks wait outside until it is paid', async () => {
    const queue = queueOf(1, 10)
    const debtor = clientNamed('debtor')
    let walked = 0
    const walk = () =>
      queue.run(debtor, never, async () => {
        walked += 1
        debtor.charge(1_001)
      })
    // The second one is in the queue when the first one makes the debt.
    const both = [walk(), walk()]
    await both[0]
    // Others have their turns meanwhile.
    for (let i = 0; i < 20; i++) await queue.run(ann, never, settle)
    expect(walked).toBe(1)
    const gone = new AbortController()
    const given = queue.run(debtor, gone.signal, async () => 'walked')
    gone.abort(new Error('gone'))
    await expect(given).rejects.toThrow('gone')
    clock.ms += 1
    await both[1]
    expect(walked).toBe(2)
  })
})

describe('the traces of a request', () => {
  it('run one after the other, also after one that fails, with one budget, and are charged as they go', async () => {
    const traces = new RequestTraces(queueOf(5, 5), 100, { signal: never })
    const charged: number[] = []
    const price = { paid: 20, perRecord: 7, charge: (cost: number) => charged.push(cost) }
    const running = job()
    const first = traces.run(ann, price, async (budget) => {
      await running.work()
      budget.left -= 15
      budget.left -= 15
      expect(charged).toEqual([70])
      budget.left -= 1
      throw new Error('broken')
    })
    const second = traces.run(ann, price, async (budget) => {
      budget.left -= 20
      return budget
    })
    await settle()
    running.end()
    await expect(first).rejects.toThrow('broken')
    expect(await second).toMatchObject({ left: 49, max: 100 })
    expect(charged).toEqual([70, 7])
  })
})
