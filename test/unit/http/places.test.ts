import { expect, test } from 'vitest'
import { Places } from '../../../src/http/places.ts'

/** Holders are named by letters; a number behind one tells several apart. Those in `busy` are not idle. */
function world(inAll: number, ofOne: number, { shared = '', sizes = {} as Record<string, number> } = {}) {
  const evicted: string[] = []
  const busy = new Set<string>()
  const holders = new Map<string, { id: string }>()
  const places = new Places<{ id: string }>(
    { inAll, ofOne },
    {
      isIdle: ({ id }) => !busy.has(id),
      isShared: (name) => name === shared,
      sizeOf: ({ id }) => sizes[id] ?? 1,
      evict: ({ id }) => evicted.push(id),
    },
  )
  const holder = (id: string) => {
    const one = holders.get(id) ?? { id }
    holders.set(id, one)
    return one
  }
  const enter = (...ids: string[]) => ids.map((id) => places.enter(holder(id), id[0]!))
  return { evicted, busy, places, holder, enter }
}

test('one that has as many as it may loses the one that has been idle for longest', () => {
  const { evicted, places, holder, enter } = world(10, 2)
  enter('a1', 'a2')
  places.used(holder('a1'))
  expect(enter('a3', 'b1')).toEqual([true, true])
  expect(evicted).toEqual(['a2'])
})

test('one that has as many as it may, none of them idle, gets no more', () => {
  const { evicted, busy, places, enter } = world(10, 2)
  enter('a1', 'a2')
  for (const id of ['a1', 'a2', 'a3']) busy.add(id)
  expect(enter('a3')).toEqual([false])
  expect([evicted, places.size]).toEqual([[], 2])
})

test('when all places are taken, the one that has most loses, whoever comes', () => {
  const { evicted, places, enter } = world(5, 4)
  enter('b1', 'a1', 'a2', 'a3', 'c1')
  expect(enter('d1', 'd2')).toEqual([true, true])
  expect(evicted).toEqual(['a1', 'a2'])
  expect(places.size).toBe(5)
})

test('of several that have most, the one that has been idle for longest loses', () => {
  const { evicted, busy, places, holder, enter } = world(3, 3)
  enter('a1', 'b1', 'c1')
  busy.add('b1')
  places.used(holder('a1'))
  enter('d1')
  expect(evicted).toEqual(['c1'])
})

test('what is under way is ended only for one that has fewer', () => {
  const { evicted, busy, enter } = world(4, 3)
  for (const id of ['a1', 'a2', 'a3', 'b1']) busy.add(id)
  enter('a1', 'a2', 'a3', 'b1')
  expect(enter('c1')).toEqual([true])
  expect(evicted).toEqual(['a1'])
  busy.add('c1')
  expect(enter('b2', 'd1')).toEqual([false, true])
  expect(evicted).toEqual(['a1', 'a2'])
  busy.add('d1')
  // Each has one now.
  expect(enter('e1')).toEqual([false])
})

test('a name that many share may have all places, takes those of others, and loses its own only to itself', () => {
  const { evicted, busy, enter } = world(4, 1, { shared: 'p' })
  enter('p1', 'p2', 'p3', 'a1')
  busy.add('a1')
  expect(enter('b1', 'p4', 'c1')).toEqual([false, true, false])
  expect(evicted).toEqual(['a1'])
  for (const id of ['p1', 'p3']) busy.add(id)
  expect(enter('p5')).toEqual([true])
  expect(evicted).toEqual(['a1', 'p2'])
})

test('places that are given back are there again', () => {
  const { evicted, places, holder, enter } = world(2, 2)
  enter('a1', 'b1')
  places.leave(holder('a1'))
  places.leave(holder('a1'))
  places.used(holder('a1'))
  enter('c1')
  expect([evicted, places.size]).toEqual([[], 2])
})

test('holders may have sizes: whoever takes most loses as many as the newcomer needs', () => {
  const { evicted, busy, places, holder, enter } = world(10, 6, { sizes: { a2: 4, b1: 4, c1: 3, a4: 3 } })
  for (const id of ['a1', 'a2', 'b1', 'c1', 'a4', 'b2', 'b3', 'c2']) busy.add(id)
  expect(enter('a1', 'a2', 'b1')).toEqual([true, true, true])
  expect(places.size).toBe(9)
  // It needs two, and has fewer than `a` while this has five, and than `b` then.
  expect(enter('c1')).toEqual([true])
  expect(evicted).toEqual(['a1', 'a2'])
  expect(places.size).toBe(7)
  // It may have six.
  expect(enter('b2', 'b3', 'c2')).toEqual([true, true, true])
  expect(enter('b4', 'b5')).toEqual([false, false])
  places.leave(holder('b1'))
  expect(enter('a4')).toEqual([true])
  expect(places.size).toBe(9)
})
