import { expect, test } from 'vitest'
import { ActionStore } from '../../../../src/node/peers/action-store.ts'

/** What the store holds beyond a full pool. */
const SPARE_BYTES = 32 * 1024 * 1024
/** 4,095 bytes of UTF-8 in 1,365 units of UTF-16. */
const NOTE = '€'.repeat(1_365)

test('notes count in bytes: what does not fit beside them is forgotten, the oldest first', () => {
  const store = new ActionStore({ entries: 20_000, bytes: 0 })
  const add = (i: number) => store.add({ bytes: new Uint8Array([i, i >> 8]), note: NOTE })
  const fitting = Math.floor(SPARE_BYTES / (2 + 4_095))
  const first = add(0)
  for (let i = 1; i < fitting; i++) add(i)
  expect(store.has(first)).toBe(true)
  const last = add(fitting)
  expect(store.has(first)).toBe(false)
  expect(store.has(last)).toBe(true)
})

test('of actions that left the pool no more is kept than what peers ask for, within 4 MiB, and no waiting one gives way to them', () => {
  const store = new ActionStore({ entries: 1, bytes: 1 })
  const hashed = { action: {}, hash: 'ab' } as never
  const waiting = store.add({ bytes: new Uint8Array([255, 255]), note: undefined, hashed })
  const bytesOf = (i: number) => new Uint8Array([i, i >> 8])
  // An action takes 512 bytes beside its own.
  const fitting = Math.floor((4 * 1024 * 1024) / (512 + 2))
  const ids = Array.from({ length: fitting + 1 }, (_, i) =>
    store.add({ bytes: bytesOf(i), note: undefined, hashed }),
  )
  store.settle(ids[0]!)
  expect(store.get(ids[0]!)).toEqual({ bytes: bytesOf(0), note: undefined })
  for (const id of ids) store.settle(id)
  expect(ids.map((id) => store.has(id)).indexOf(true)).toBe(1)
  expect(store.get(waiting)).toEqual({ bytes: new Uint8Array([255, 255]), note: undefined, hashed })
  expect(store.held).toEqual({
    'stored actions': [1, 20_001],
    'actions that left the pool': [fitting, 8_192],
  })
})
