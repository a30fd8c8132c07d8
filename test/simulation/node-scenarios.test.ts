import { expect, it } from 'vitest'
import { NODE_SCENARIOS } from '../support/simulation/nodes/scenarios.ts'

it.each(Object.entries(NODE_SCENARIOS))('%s', async (_, run) => {
  await expect(run()).resolves.toBeUndefined()
})
