import { afterEach, describe, expect, it, vi } from 'vitest'
import {
  LIGHT_TURNS,
  NEAR_MS,
  RESUMED_AT_ONCE,
  SHORT_SLICE_MS,
  SLICE_MS,
  Turns,
  type Waiter,
} from '../../../../src/api/budget/turns.ts'

afterEach(() => vi.restoreAllMocks())

/** A processor whose time passes when work says so. */
function processor() {
  let usedMs = 0
  vi.spyOn(process, 'cpuUsage').mockImplementation(() => ({ user: usedMs * 1_000, system: 0 }))
  vi.spyOn(performance, 'now').mockImplementation(() => usedMs)
  return (ms: number) => {
    usedMs += ms
  }
}

it('turns ask for processor time a few times per slice, and no more once it is over', () => {
  const use = processor()
  const turns = new Turns()
  turns.isOverNow('light')
  const calls = vi.mocked(process.cpuUsage).mock.calls
  calls.length = 0
  for (let i = 0; i < 1_000 && !turns.isOverNow('light'); i++) use(SLICE_MS / 500)
  expect(turns.isOverNow('light')).toBe(true)
  expect(calls.length).toBeLessThan(5)
  calls.length = 0
  for (let i = 0; i < 100; i++) turns.isOverNow('light')
  expect(calls).toEqual([])
})

describe('turns of the event loop', () => {
  it('end a slice by processor time', () => {
    const use = processor()
    const turns = new Turns()
    expect(turns.isOverNow('light')).toBe(false)
    use(SLICE_MS)
    expect(turns.isOverNow('light')).toBe(false)
    use(1)
    expect(turns.isOverNow('light')).toBe(true)
  })

  it('go round between works, however many steps each has', async () => {
    const use = processor()
    const turns = new Turns()
    const steps: string[] = []
    const run = async (name: string, count: number) => {
      const waiter: Waiter = { waiting: [], weight: 'light' }
      const step = async () => {
        await turns.next(waiter)
        use(SLICE_MS)
        steps.push(name)
      }
      await Promise.all(Array.from({ length: count }, step))
    }
    const large = run('large', 100)
    await run('small', 1)
    expect(steps).toHaveLength(RESUMED_AT_ONCE + 1)
    await large
    expect(steps).toHaveLength(101)
  })

  it('let the event loop turn between steps', async () => {
    const turns = new Turns()
    const waiter: Waiter = { waiting: [], weight: 'light' }
    const seen: string[] = []
    setImmediate(() => seen.push('other'))
    await turns.next(waiter)
    seen.push('work')
    expect(seen).toEqual(['other', 'work'])
  })

  it('are shorter for heavy work while light work is in hand, and soon after', () => {
    const use = processor()
    const turns = new Turns()
    const end = turns.begin()
    expect(turns.isOverNow('heavy')).toBe(false)
    use(SHORT_SLICE_MS + 0.5)
    expect(turns.isOverNow('heavy')).toBe(true)
    expect(turns.isOverNow('light')).toBe(false)
    end()
    expect(turns.isOverNow('heavy')).toBe(true)
  })

  it(`go to light work first, and to heavy work once in ${LIGHT_TURNS + 1} at least`, async () => {
    const use = processor()
    const turns = new Turns()
    const steps: string[] = []
    const run = async (weight: Waiter['weight'], count: number) => {
      const waiter: Waiter = { waiting: [], weight }
      for (let i = 0; i < count; i++) {
        await turns.next(waiter)
        use(SLICE_MS)
        steps.push(weight)
      }
    }
    await Promise.all([run('heavy', 3), run('light', 2 * LIGHT_TURNS), run('light', LIGHT_TURNS)])
    const light = Array.from({ length: LIGHT_TURNS }, () => 'light')
    expect(steps).toEqual([...light, 'heavy', ...light, 'heavy', ...light, 'heavy'])
  })
})

it('asks for processor time again only when a slice may be used up', () => {
  let clockMs = 0
  let usedMs = 0
  const asked = vi.spyOn(process, 'cpuUsage').mockImplementation(() => ({ user: usedMs * 1_000, system: 0 }))
  vi.spyOn(performance, 'now').mockImplementation(() => clockMs)
  const turns = new Turns()
  expect(turns.isOverNow('light')).toBe(false)
  clockMs = SLICE_MS + 1
  usedMs = SLICE_MS / 2
  for (let i = 0; i < 5; i++) expect(turns.isOverNow('light')).toBe(false)
  expect(asked).toHaveBeenCalledTimes(1)
  clockMs += SLICE_MS / 2 + 1
  usedMs = SLICE_MS + 1
  expect(turns.isOverNow('light')).toBe(true)
})

it('counts what a slice used of the processor, not what passed on the clock, once work had to wait', async () => {
  let clockMs = 0
  let usedMs = 1_000 // by what ran before
  vi.spyOn(process, 'cpuUsage').mockImplementation(() => ({ user: usedMs * 1_000, system: 0 }))
  vi.spyOn(performance, 'now').mockImplementation(() => clockMs)
  const turns = new Turns()
  await turns.next({ waiting: [], weight: 'light' })
  clockMs += 10 * SLICE_MS
  usedMs += SLICE_MS
  expect(turns.isOverNow('light')).toBe(false)
  usedMs += 1
  clockMs += SLICE_MS
  expect(turns.isOverNow('light')).toBe(true)
})

it('asks for processor time four times per millisecond at most where a busy machine gives little of it', () => {
  let clockMs = 0
  let usedMs = 0
  const asked = vi.spyOn(process, 'cpuUsage').mockImplementation(() => ({ user: usedMs * 1_000, system: 0 }))
  vi.spyOn(performance, 'now').mockImplementation(() => clockMs)
  const turns = new Turns()
  turns.isOverNow('light')
  clockMs = 2 * SLICE_MS
  usedMs = SLICE_MS - 0.01
  turns.isOverNow('light')
  asked.mockClear()
  for (let i = 0; i < 100; i++) {
    clockMs += 0.02
    expect(turns.isOverNow('light')).toBe(false)
  }
  expect(asked.mock.calls.length).toBeLessThanOrEqual(8)
})

it('counts light work as near while it is in hand, and soon after', () => {
  const use = processor()
  const turns = new Turns()
  expect(turns.isLightNear).toBe(false)
  const end = turns.begin()
  use(2 * NEAR_MS)
  expect(turns.isLightNear).toBe(true)
  end()
  use(NEAR_MS - 1)
  expect(turns.isLightNear).toBe(true)
  use(1)
  expect(turns.isLightNear).toBe(false)
  expect(turns.isOverNow('heavy')).toBe(false)
  use(SLICE_MS)
  expect(turns.isOverNow('heavy')).toBe(false)
  use(1)
  expect(turns.isOverNow('heavy')).toBe(true)
})
