import { describe, expect, it } from 'vitest'
import { custodyOf, goesOn, heldMs, isLine } from '../../../src/explorer/journey/custody.ts'
import { withPage } from '../../../src/explorer/journey/journey.ts'
import { MINT, RETIRED } from '../../../src/ledger/params.ts'
import { trace } from '../../../src/provenance/trace.ts'
import { addressOf, answerOf, DAY_MS, journeyOf } from '../../support/explorer/seen-journeys.ts'
import { MadeRecords } from '../../support/provenance/made-records.ts'

/** A unique thing that goes through the hands of `owners` parties. */
function thing(owners: number): { world: MadeRecords; asset: bigint } {
  const world = new MadeRecords()
  const asset = world.register()
  world.move(asset, MINT, 11n, 1n)
  for (let owner = 12n; owner <= owners + 10; owner++) world.move(asset, owner - 1n, owner, 1n)
  return { world, asset }
}

describe.each(['BACKWARD', 'FORWARD'] as const)('the custody line, %s,', (direction) => {
  it('has every owner from when to when, oldest first, and the last one until now', () => {
    const { world, asset } = thing(20)
    const line = custodyOf(journeyOf(world, { asset, direction }))
    expect(line.map(({ holder }) => holder?.address)).toEqual(
      Array.from({ length: 20 }, (_, i) => addressOf(BigInt(i + 11))),
    )
    for (const [i, { fromMs, untilMs }] of line.entries())
      expect(untilMs).toBe(i === 19 ? undefined : fromMs + DAY_MS)
  })

  it('says when a thing was retired', () => {
    const { world, asset } = thing(2)
    world.move(asset, 12n, RETIRED, 1n)
    const last = custodyOf(journeyOf(world, { asset, direction })).at(-1)
    expect([last!.kind, last!.holder, last!.untilMs]).toEqual(['retired', undefined, undefined])
  })

  it('of a part of a journey does not say how long the last known owner had it', () => {
    const { world, asset } = thing(20)
    const page = answerOf(world, trace(world.index(), { asset, direction, first: 5 }))
    const line = custodyOf(withPage(page, direction))
    expect(line.map(({ holder }) => holder?.address)).toEqual(
      (direction === 'BACKWARD' ? [26, 27, 28, 29, 30] : [11, 12, 13, 14]).map((owner) =>
        addressOf(BigInt(owner)),
      ),
    )
    expect(line.at(-1)!.untilMs === undefined).toBe(direction === 'BACKWARD')
  })
})

it.each([
  ['is not loaded', { truncated: true }],
  ['is not followed by the server', { truncated: true, endCursor: null }],
])('the last known owner does not have it until now where the rest %s', (_, rest) => {
  const { world, asset } = thing(20)
  const page = answerOf(world, trace(world.index(), { asset, direction: 'FORWARD', first: 5 }))
  const journey = withPage({ ...page, ...rest }, 'FORWARD')
  expect(goesOn(journey)).toBe(true)
  expect(custodyOf(journey).map(({ untilMs }) => untilMs)).not.toContain(undefined)
  expect(goesOn(journeyOf(world, { asset, direction: 'FORWARD' }))).toBe(false)
})

it('nobody is said to have a thing for less than no time, whatever notes say', () => {
  const { world, asset } = thing(3)
  const journey = journeyOf(world, { asset, direction: 'FORWARD' })
  const notes = ['2003-01-01', '2002-01-01', null]
  const steps = journey.steps.map((step, i) => ({ ...step, record: { ...step.record, note: notes[i]! } }))
  const line = custodyOf({ ...journey, steps })
  const [, second, last] = line.map(({ fromMs }) => fromMs)
  expect(line.map((custody) => heldMs(custody, last! + DAY_MS))).toEqual([undefined, last! - second!, DAY_MS])
  expect(heldMs(line[2]!, last! - 1)).toBe(undefined)
})

it('only the journey of a single unit is a line', () => {
  const { world, asset } = thing(3)
  const many = world.register()
  world.move(many, MINT, 11n, 7n)
  expect(isLine(journeyOf(world, { asset, direction: 'BACKWARD' }))).toBe(true)
  expect(isLine(journeyOf(world, { asset: many, direction: 'BACKWARD' }))).toBe(false)
  expect(isLine(journeyOf(world, { asset: many, offset: 3n, length: 1n, direction: 'BACKWARD' }))).toBe(true)
})
