import { expect, test } from 'vitest'
import { connectionsOf } from '../../../src/cli/up/network.ts'

test('the embedded server allows what its nodes and their apis open', () => {
  expect([1, 2, 4, 16].map(connectionsOf)).toEqual([60, 60, 104, 380])
})
