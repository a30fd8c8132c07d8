import { describe, expect, it } from 'vitest'
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
const never = new AbortController().signal
const settle = () => new Promise((resolve) => setImmediate(resolve))

describe('turns of walks', () => {
  it('let so many run at a time, and pass on in the order of arrival', async () => {
    const queue = new WalkQueue(2, 10)
    const jobs = [job(), job(), job(), job()]
    const runs = jobs.map(({ work }) => queue.run(never, work))
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
    const queue = new WalkQueue(1, 1)
    const [running, waiting] = [job(), job()]
    const runs = [queue.run(never, running.work), queue.run(never, waiting.work)]
    const refused = queue.run(never, job().work)
    await expect(refused).rejects.toMatchObject({
      rejection: { code: 'TOO_MANY_REQUESTS', data: { what: 'traces', max: 1 } },
    })
    running.end()
    waiting.end()
    await Promise.all(runs)
    expect(await queue.run(never, async () => 'done')).toBe('done')
  })

  it('are given up by those who no longer want theirs, and passed on by work that fails', async () => {
    const queue = new WalkQueue(1, 2)
    const gone = new AbortController()
    const running = job()
    const first = queue.run(never, async () => {
      await running.work()
      throw new Error('broken')
    })
    const given = queue.run(gone.signal, job().work)
    const last = queue.run(never, async () => 'done')
    gone.abort(new Error('gone'))
    await expect(given).rejects.toThrow('gone')
    running.end()
    await expect(first).rejects.toThrow('broken')
    expect(await last).toBe('done')
    await expect(queue.run(gone.signal, job().work)).rejects.toThrow('gone')
  })
})

describe('the traces of a request', () => {
  it('run one after the other, also after one that fails, with one budget', async () => {
    const traces = new RequestTraces(new WalkQueue(5, 5), 100, { signal: never })
    const running = job()
    const first = traces.run(async (budget) => {
      await running.work()
      budget.left -= 30
      throw new Error('broken')
    })
    const second = traces.run(async (budget) => budget)
    await settle()
    running.end()
    await expect(first).rejects.toThrow('broken')
    expect(await second).toEqual({ left: 70, max: 100 })
  })
})
