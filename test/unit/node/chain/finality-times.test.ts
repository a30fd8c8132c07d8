import { expect, it } from 'vitest'
import { FinalityTimes, KEPT_TIMES } from '../../../../src/node/chain/finality-times.ts'
import { NodeEvents } from '../../../../src/node/events.ts'

it('blocks take from when their era is due until they are stored; of the newest, without those that were fetched late', () => {
  const events = new NodeEvents()
  let now = 0
  let isBehind = false
  const times = new FinalityTimes({
    events,
    clock: { now: () => now },
    eras: { startTimeMs: 1_000, eraMs: 500 },
    isBehind: () => isBehind,
  })
  const commit = (era: number, late: number) => {
    now = 1_000 + 500 * era + late
    events.emit('committed', { header: { era } } as never, {} as never)
  }
  expect(times.status()).toBeNull()
  commit(1, 90)
  expect(times.status()).toEqual({ blocks: 1, medianMs: 90, p95Ms: 90, maxMs: 90 })
  isBehind = true
  commit(2, 60_000)
  isBehind = false
  expect(times.status()).toMatchObject({ blocks: 1, maxMs: 90 })
  for (let era = 3; era < 3 + KEPT_TIMES; era++) commit(era, era)
  expect(times.status()).toEqual({ blocks: 256, medianMs: 130, p95Ms: 246, maxMs: 258 })
})
