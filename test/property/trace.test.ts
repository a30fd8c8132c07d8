import { describe, expect, it } from 'vitest'
import { RecordIndex } from '../../src/provenance/record-index.ts'
import { comparePoints } from '../../src/provenance/sections.ts'
import { trace } from '../../src/provenance/trace.ts'
import type { Hop, TraceDirection, TraceRequest, TraceResult } from '../../src/provenance/types.ts'
import { accountOfName, checkWorlds, NAMES, type RandomWorld } from '../support/ledger/random-world.ts'
import { key } from '../support/ledger/unit-model.ts'
import {
  balanceUnits,
  movedUnits,
  type NaiveTrace,
  naiveBackward,
  naiveForward,
  receivedUnits,
  type StartUnit,
  serialUnits,
} from '../support/provenance/naive-trace.ts'

/** A trace in units, to be compared with the naive one. */
function inUnits(world: RandomWorld, asset: string, result: TraceResult): NaiveTrace {
  const units: NaiveTrace = { hops: [], behind: new Map(), holders: new Map(), origins: new Map() }
  for (const hop of result.hops) {
    const record = world.records[hop.position]!
    expect(hop.hash).toBe(record.hash)
    expect(hop.offset + hop.length <= record.amount && hop.length > 0n).toBe(true)
    if (record.assetId !== world.assetId(asset)) {
      units.behind.set(hop.position, (units.behind.get(hop.position) ?? 0) + Number(hop.length))
      continue
    }
    for (let i = 0; i < hop.length; i++)
      units.hops.push(`${Number(hop.unit) + i}/${hop.depth}/${hop.position}`)
  }
  for (const { account, assetId, length } of result.holders) {
    const name = key(String(account), world.codeOf(assetId))
    units.holders.set(name, (units.holders.get(name) ?? 0) + Number(length))
  }
  for (const { assetId, serialFrom, length } of result.origins) {
    const serials = units.origins.get(world.codeOf(assetId)) ?? []
    for (let i = 0; i < length; i++) serials.push(Number(serialFrom) + i)
    units.origins.set(world.codeOf(assetId), serials)
  }
  return units
}

function sorted(naive: NaiveTrace) {
  const bySerial = [...naive.origins].map(([code, serials]) => [code, [...serials].sort((a, b) => a - b)])
  return {
    hops: [...naive.hops].sort(),
    behind: [...naive.behind].sort(([a], [b]) => a - b),
    holders: [...naive.holders].sort(),
    origins: bySerial.sort(),
  }
}

/** Traces a part of what a request names, and compares it with the naive trace of the very units. */
function expectSame(
  world: RandomWorld,
  index: RecordIndex,
  request: TraceRequest,
  code: string,
  all: StartUnit[],
  cut: number,
) {
  const offset = cut % 4 === 0 ? 0 : cut % (all.length + 1)
  const length = cut % 3 === 0 ? undefined : 1 + (cut % 7)
  const part: TraceRequest = {
    ...request,
    offset: BigInt(offset),
    ...(length === undefined ? {} : { length: BigInt(length) }),
  }
  const start = all.slice(offset, length === undefined ? undefined : offset + length)
  const naive = request.direction === 'BACKWARD' ? naiveBackward(world, start) : naiveForward(world, start)
  const result = trace(index, part)
  expect(result.truncated).toBe(false)
  expect(result.end).toBeUndefined()
  expect(sorted(inUnits(world, code, result))).toEqual(sorted(naive))
  const hops = result.hops.length
  const sizes = hops <= 6 ? Array.from({ length: hops + 1 }, (_, i) => i + 1) : [1 + (cut % 9)]
  for (const first of sizes) expectPages(index, part, result, first)
  return result
}

/** Pages, put together, are the whole; each is in order and ends where it says. */
function expectPages(index: RecordIndex, request: TraceRequest, whole: TraceResult, first: number) {
  const hops = []
  const origins = []
  const held = new Map<number, bigint>()
  let after: TraceResult['end']
  do {
    const page = trace(index, { ...request, first, ...(after === undefined ? {} : { after }) })
    expect(page.hops.length).toBe(page.end === undefined ? Math.min(first, page.hops.length) : first)
    hops.push(...page.hops)
    origins.push(...page.origins)
    for (const { holding, length } of page.holders) held.set(holding, (held.get(holding) ?? 0n) + length)
    after = page.end
  } while (after !== undefined)
  expect(hops).toEqual(whole.hops)
  expect(origins).toEqual(whole.origins)
  expect(held).toEqual(new Map(whole.holders.map(({ holding, length }) => [holding, length])))
  expectOrder(whole.hops)
}

/** Each section comes once, and no two of its hops have the same point. */
function expectOrder(hops: Hop[]) {
  const seen = new Set<bigint | undefined>()
  for (const [i, hop] of hops.entries()) {
    const previous = hops[i - 1]
    if (i > 0 && previous!.behind === hop.behind) expect(comparePoints(previous!, hop)).toBeLessThan(0)
    else expect(seen.has(hop.behind)).toBe(false)
    seen.add(hop.behind)
  }
}

const DIRECTIONS: TraceDirection[] = ['BACKWARD', 'FORWARD']

describe('traces over intervals and journeys of numbered units', () => {
  it('agree for balances and for all that a holding received', () => {
    let crossings = 0
    checkWorlds((world, [cut = 0]) => {
      const index = new RecordIndex(world.records, world.assets())
      for (const code of world.model.assets.keys()) {
        const asset = world.assetId(code)
        for (const holder of [...NAMES, 'RETIRED']) {
          const account = accountOfName(holder)
          const balance = balanceUnits(world, holder, code)
          const received = receivedUnits(world, holder, code)
          const back = expectSame(world, index, { asset, account, direction: 'BACKWARD' }, code, balance, cut)
          const on = expectSame(world, index, { asset, account, direction: 'FORWARD' }, code, received, cut)
          for (const { hops } of [back, on]) {
            if (hops.some(({ position }) => world.records[position]!.assetId !== asset)) crossings++
          }
        }
      }
    })
    expect(crossings).toBeGreaterThan(20)
  })

  it('agree for serials of an asset', () => {
    checkWorlds((world, [cut = 0]) => {
      const index = new RecordIndex(world.records, world.assets())
      for (const code of world.model.assets.keys()) {
        for (const direction of DIRECTIONS) {
          const asset = world.assetId(code)
          expectSame(world, index, { asset, direction }, code, serialUnits(world, code, direction), cut)
        }
      }
    })
  })

  it('agree for the units of a transfer', () => {
    checkWorlds((world, [cut = 0]) => {
      const index = new RecordIndex(world.records, world.assets())
      for (const record of world.records) {
        for (const direction of DIRECTIONS) {
          const units = movedUnits(world, record.position, direction)
          const code = world.codeOf(record.assetId)
          expectSame(world, index, { transfer: record.hash, direction }, code, units, cut)
        }
      }
    })
  })
})
