import { afterEach, describe, expect, it, vi } from 'vitest'
import { RESUMED_AT_ONCE, SLICE_MS, Turns } from '../../../../src/api/budget/turns.ts'

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

describe('turns of the event loop', () => {
  it('end a slice by processor time', () => {
    const use = processor()
    const turns = new Turns()
    expect(turns.isOverNow()).toBe(false)
    use(SLICE_MS)
    expect(turns.isOverNow()).toBe(false)
    use(1)
    expect(turns.isOverNow()).toBe(true)
  })

  it('go round between works, however many steps each has', async () => {
    const use = processor()
    const turns = new Turns()
    const steps: string[] = []
    const run = async (name: string, count: number) => {
      const waiter = { waiting: [] }
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
    const waiter = { waiting: [] }
    const seen: string[] = []
    setImmediate(() => seen.push('other'))
    await turns.next(waiter)
    seen.push('work')
    expect(seen).toEqual(['other', 'work'])
  })
})
