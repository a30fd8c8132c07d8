import { expect, it } from 'vitest'
import { counted } from '../../../src/codec/counted.ts'

it.each([
  [0, '0 records'],
  [1, '1 record'],
  [1n, '1 record'],
  [2, '2 records'],
  [2n ** 64n + 1n, '18446744073709551617 records'],
])('%s is counted as "%s"', (count, text) => {
  expect(counted(count, 'record')).toBe(text)
})
