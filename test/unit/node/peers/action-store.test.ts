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
