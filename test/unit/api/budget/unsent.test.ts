import { afterEach, beforeEach, expect, it, vi } from 'vitest'
import { Clients } from '../../../../src/api/budget/clients.ts'
import { Unsent } from '../../../../src/api/budget/unsent.ts'
import { DEFAULT_LIMITS } from '../../../../src/api/limits.ts'

const LIMITS = { perClient: 100, inAll: 250, smallBytes: 10, takeMs: 1_000, bytesPerMs: 0.1 }
const none = () => {}

beforeEach(() => void vi.useFakeTimers())
afterEach(() => void vi.useRealTimers())

function world() {
  const clients = new Clients(DEFAULT_LIMITS, () => 0)
  return { unsent: new Unsent(LIMITS), of: (name: string) => clients.of(name) }
}

it('one client has no more waiting for it than its share, and more once it took some', () => {
  const { unsent, of } = world()
  const release = unsent.hold(of('a'), 60, none)!
  unsent.hold(of('a'), 40, none)
  expect(unsent.fullFor(of('a'))).toBe(LIMITS.perClient)
  expect(unsent.hold(of('a'), 1, none)).toBeUndefined()
  release()
  expect(unsent.fullFor(of('a'))).toBeUndefined()
  expect(unsent.hold(of('a'), 60, none)).toBeDefined()
})

it('all clients together have no more than there is room for, except small answers', () => {
  const { unsent, of } = world()
  for (const name of ['a', 'b']) unsent.hold(of(name), 100, none)
  expect(unsent.hold(of('c'), 51, none)).toBeUndefined()
  expect(unsent.hold(of('c'), 50, none)).toBeDefined()
  expect(unsent.hold(of('d'), LIMITS.smallBytes, none)).toBeDefined()
  expect(unsent.hold(of('d'), LIMITS.smallBytes + 1, none)).toBeUndefined()
})

it('who does not take an answer in the time that its bytes have is cut off, once, and owes nothing then', () => {
  const { unsent, of } = world()
  const cut = vi.fn()
  const release = unsent.hold(of('a'), 100, cut)!
  vi.advanceTimersByTime(LIMITS.takeMs + 999)
  expect(cut).not.toHaveBeenCalled()
  vi.advanceTimersByTime(1)
  expect(cut).toHaveBeenCalledOnce()
  release()
  expect([unsent.bytes, of('a').open.unsentBytes]).toEqual([0, 0])
})

it('who takes an answer in time is not cut off', () => {
  const { unsent, of } = world()
  const cut = vi.fn()
  unsent.hold(of('a'), 100, cut)!()
  vi.advanceTimersByTime(1e9)
  expect(cut).not.toHaveBeenCalled()
  expect([unsent.bytes, of('a').open.unsentBytes]).toEqual([0, 0])
})
