import { beforeAll, describe, expect, it } from 'vitest'
import { fieldToHex } from '../../../src/crypto/field.ts'
import { MINT, RETIRED } from '../../../src/ledger/params.ts'
import type { LedgerRecord } from '../../../src/ledger/record.ts'
import { RejectionError } from '../../../src/ledger/rejection.ts'
import { RecordIndex } from '../../../src/provenance/record-index.ts'
import { trace } from '../../../src/provenance/trace.ts'
import type { TraceRequest } from '../../../src/provenance/types.ts'
import { eddsaKey, World } from '../../support/ledger/ledger-world.ts'

const [farm, coop, roaster, cafe] = ['farm', 'coop', 'roaster', 'cafe'].map(eddsaKey) as [Key, Key, Key, Key]
type Key = ReturnType<typeof eddsaKey>
const world = new World()
const r: Record<string, LedgerRecord> = {}
let green: bigint
let roasted: bigint
let index: RecordIndex

/** Two lots of the farm go to the coop in parts, the roaster makes one lot of what it got, the café sells it. */
beforeAll(() => {
  green = world.register(farm, { code: 'GREEN', cap: '100' })
  r.issue = world.issue(farm, farm.account, green, 80n)
  r.toCoop = world.move(farm, farm.account, coop.account, green, { amount: 50n })
  r.toRoaster1 = world.move(coop, coop.account, roaster.account, green, { amount: 10n })
  r.toRoaster2 = world.move(coop, coop.account, roaster.account, green, { amount: 20n })
  r.retire1 = world.retire(roaster, green, 15n)
  r.retire2 = world.retire(roaster, green, 5n)
  const madeFrom = [fieldToHex(r.retire1.hash), fieldToHex(r.retire2.hash)]
  roasted = world.register(roaster, { code: 'ROASTED', cap: '16', madeFrom })
  r.issueRoasted = world.issue(roaster, roaster.account, roasted, 16n)
  r.toCafe = world.move(roaster, roaster.account, cafe.account, roasted, { amount: 6n })
  index = new RecordIndex(world.records, world.state.changes.assets)
})

/** Counts lookups of arrivals. */
class CountedIndex extends RecordIndex {
  lookups = 0

  override arrival(holding: number, unit: bigint) {
    this.lookups += 1
    return super.arrival(holding, unit)
  }
}

const run = (request: TraceRequest) => trace(index, request)
/** Hops as [name of record, unit, depth, offset, length]. */
const named = (request: TraceRequest) =>
  run(request).hops.map(({ position, unit, depth, offset, length }) => {
    const name = Object.keys(r).find((key) => r[key]!.position === position)
    return [name, Number(unit), depth, Number(offset), Number(length)]
  })

describe('a trace back from a balance', () => {
  it('lists each part of each record on its path, nearest first', () => {
    expect(named({ asset: green, account: roaster.account, direction: 'BACKWARD' })).toEqual([
      ['toRoaster2', 0, 1, 10, 10],
      ['toCoop', 0, 2, 20, 10],
      ['issue', 0, 3, 20, 10],
    ])
    expect(run({ asset: green, account: roaster.account, direction: 'BACKWARD' }).origins).toEqual([
      {
        unit: 0n,
        depth: 3,
        position: r.issue!.position,
        hash: r.issue!.hash,
        assetId: green,
        length: 10n,
        serialFrom: 20n,
        madeFrom: [],
      },
    ])
  })

  it('continues through the retirements the asset was made from, each whole and once, counted one after the other', () => {
    const request: TraceRequest = {
      asset: roasted,
      account: cafe.account,
      offset: 2n,
      length: 3n,
      direction: 'BACKWARD',
    }
    expect(named(request)).toEqual([
      ['toCafe', 2, 1, 2, 3],
      ['issueRoasted', 2, 2, 2, 3],
      ['retire1', 0, 3, 0, 15],
      ['toRoaster1', 0, 4, 0, 10],
      ['toCoop', 0, 5, 0, 10],
      ['issue', 0, 6, 0, 10],
      ['toRoaster2', 10, 4, 0, 5],
      ['toCoop', 10, 5, 10, 5],
      ['issue', 10, 6, 10, 5],
      ['retire2', 15, 3, 0, 5],
      ['toRoaster2', 15, 4, 5, 5],
      ['toCoop', 15, 5, 15, 5],
      ['issue', 15, 6, 15, 5],
    ])
    const { hops, origins, truncated } = run(request)
    expect(hops.map(({ behind }) => behind)).toEqual(hops.map((_, i) => (i < 2 ? undefined : roasted)))
    expect(origins.map(({ assetId, serialFrom, length }) => [assetId, serialFrom, length])).toEqual([
      [roasted, 2n, 3n],
      [green, 0n, 10n],
      [green, 10n, 5n],
      [green, 15n, 5n],
    ])
    expect(origins[0]!.madeFrom).toEqual([r.retire1!.hash, r.retire2!.hash])
    expect(truncated).toBe(false)
  })

  it('is cut off at maxDepth, and marked so', () => {
    const request: TraceRequest = { asset: green, account: roaster.account, direction: 'BACKWARD' }
    expect(run({ ...request, maxDepth: 2 })).toMatchObject({ truncated: true, origins: [] })
    expect(run({ ...request, maxDepth: 2 }).hops).toHaveLength(2)
    expect(run({ ...request, maxDepth: 3 }).truncated).toBe(false)
    expect(run({ ...request, maxDepth: 0 })).toMatchObject({ truncated: true, hops: [] })
  })
})

describe('a trace forward', () => {
  it('of received units finds where they are now, through what was made from them', () => {
    const { holders } = run({ asset: green, account: coop.account, direction: 'FORWARD' })
    expect(holders.map(({ account, assetId, length }) => [account, assetId, length])).toEqual([
      [RETIRED, green, 20n],
      [roaster.account, green, 10n],
      [coop.account, green, 20n],
      [cafe.account, roasted, 6n],
      [roaster.account, roasted, 10n],
    ])
  })

  it('of serials recalls a lot', () => {
    const { holders, hops } = run({ asset: green, offset: 12n, length: 1n, direction: 'FORWARD' })
    expect(hops[0]).toMatchObject({
      unit: 12n,
      depth: 1,
      position: r.issue!.position,
      offset: 12n,
      length: 1n,
    })
    expect(holders.map(({ account, length }) => [account, length])).toEqual([
      [RETIRED, 1n],
      [cafe.account, 6n],
      [roaster.account, 10n],
    ])
  })

  it('leaves out units that were not issued', () => {
    expect(run({ asset: green, direction: 'FORWARD' }).hops[0]).toMatchObject({ length: 80n })
    expect(run({ asset: green, offset: 80n, direction: 'FORWARD' })).toEqual({
      hops: [],
      origins: [],
      holders: [],
      truncated: false,
      end: undefined,
    })
  })

  it('of a transfer begins with it', () => {
    expect(named({ transfer: r.toRoaster1!.hash, direction: 'FORWARD' }).slice(0, 2)).toEqual([
      ['toRoaster1', 0, 1, 0, 10],
      ['retire1', 0, 2, 0, 10],
    ])
    expect(named({ transfer: r.toRoaster1!.hash, direction: 'BACKWARD' })).toEqual([
      ['toRoaster1', 0, 1, 0, 10],
      ['toCoop', 0, 2, 0, 10],
      ['issue', 0, 3, 0, 10],
    ])
  })
})

describe('a trace back from serials', () => {
  it('finds how each came to its holding', () => {
    expect(named({ asset: green, offset: 19n, length: 2n, direction: 'BACKWARD' })).toEqual([
      ['retire2', 19, 1, 4, 1],
      ['toRoaster2', 19, 2, 9, 1],
      ['toCoop', 19, 3, 19, 1],
      ['issue', 19, 4, 19, 1],
      ['toRoaster2', 20, 1, 10, 1],
      ['toCoop', 20, 2, 20, 1],
      ['issue', 20, 3, 20, 1],
    ])
  })
})

describe('the example of PROTOCOL.md', () => {
  it('gives the result written there', () => {
    const example = new World()
    const [ann, bob, cem] = [coop, roaster, cafe]
    const asset = example.register(farm, { cap: '100' })
    example.issue(farm, ann.account, asset, 60n)
    example.move(ann, ann.account, bob.account, asset, { amount: 25n })
    example.issue(farm, ann.account, asset, 10n)
    example.move(bob, bob.account, ann.account, asset, { amount: 5n })
    example.move(ann, ann.account, cem.account, asset, { amount: 50n })
    expect(
      example.records.slice(1).map(({ amount, fromStart, toStart }) => [amount, fromStart, toStart]),
    ).toEqual([
      [60n, 0n, 0n],
      [25n, 0n, 0n],
      [10n, 60n, 60n],
      [5n, 0n, 70n],
      [50n, 25n, 0n],
    ])
    const { origins, hops } = trace(new RecordIndex(example.records, example.state.changes.assets), {
      asset,
      account: cem.account,
      offset: 30n,
      direction: 'BACKWARD',
    })
    expect(origins.map(({ serialFrom, length }) => [serialFrom, length])).toEqual([
      [55n, 5n],
      [60n, 10n],
      [0n, 5n],
    ])
    expect(hops.map(({ position, length }) => [position, length])).toEqual([
      [5, 20n],
      [1, 5n],
      [3, 10n],
      [4, 5n],
      [2, 5n],
      [1, 5n],
    ])
  })
})

describe('pages', () => {
  it('end after as many hops as were asked for, and say what the next one depends on', () => {
    const request: TraceRequest = { asset: roasted, account: cafe.account, direction: 'BACKWARD', first: 3 }
    const one = run(request)
    expect(one.hops).toHaveLength(3)
    const section = world.state.asset(roasted)!.mintHolding
    expect(one.end).toEqual({ section, unit: 0n, depth: 3, waiting: [[section, 2]], truncated: false })
    expect(one.origins).toHaveLength(1)
    const two = run({ ...request, after: one.end! })
    expect(two.hops.map(({ depth }) => depth)).toEqual([4, 5, 6])
    const three = run({ ...request, after: two.end!, first: 100 })
    expect(three.end).toBeUndefined()
    expect(three.origins).toHaveLength(2)
  })

  it('look up each record once, and on the next page those of the path that it begins in again', () => {
    const counted = new CountedIndex(world.records, world.state.changes.assets)
    const request: TraceRequest = { asset: roasted, account: cafe.account, direction: 'BACKWARD', first: 3 }
    const { end } = trace(counted, request)
    expect(counted.lookups).toBe(4)
    counted.lookups = 0
    trace(counted, { ...request, after: end! })
    // The retirement once more, three hops, and the one that shows that there is another page.
    expect(counted.lookups).toBe(5)
  })

  it('carry on that a path was cut off', () => {
    const request: TraceRequest = { asset: green, direction: 'FORWARD', maxDepth: 2, first: 1 }
    const pages = [run(request)]
    while (pages.at(-1)!.end !== undefined) pages.push(run({ ...request, after: pages.at(-1)!.end! }))
    expect(pages.map(({ truncated }) => truncated).at(-1)).toBe(true)
    expect(pages.at(-1)!.hops).toHaveLength(1)
  })

  it('are refused after what is no asset', () => {
    const after = { section: 999, unit: 0n, depth: 3, waiting: [[999, 2]] as const, truncated: false }
    const request: TraceRequest = { asset: roasted, account: cafe.account, direction: 'BACKWARD', after }
    expect(codeOf(request)).toBe('BAD_CURSOR')
    expect(codeOf({ ...request, after: { ...after, waiting: [] } })).toBe('BAD_CURSOR')
  })
})

const codeOf = (request: TraceRequest) => {
  try {
    run(request)
  } catch (error) {
    if (error instanceof RejectionError) return error.rejection.code
    throw error
  }
  return undefined
}

describe('a request', () => {
  it('is rejected when it names nothing, too much, or what does not exist', () => {
    expect(codeOf({ direction: 'BACKWARD' })).toBe('BAD_INPUT')
    expect(codeOf({ account: farm.account, direction: 'BACKWARD' })).toBe('BAD_INPUT')
    expect(codeOf({ transfer: r.issue!.hash, asset: green, direction: 'BACKWARD' })).toBe('BAD_INPUT')
    expect(codeOf({ asset: green, offset: -1n, direction: 'BACKWARD' })).toBe('BAD_INPUT')
    expect(codeOf({ asset: 5n, direction: 'BACKWARD' })).toBe('UNKNOWN_ASSET')
    expect(codeOf({ transfer: 5n, direction: 'BACKWARD' })).toBe('NOT_FOUND')
  })

  it('gives an empty trace where there are no units', () => {
    expect(run({ asset: green, account: cafe.account, direction: 'BACKWARD' }).hops).toEqual([])
    expect(run({ asset: green, account: MINT, direction: 'BACKWARD' }).hops).toEqual([])
    expect(run({ transfer: world.records[0]!.hash, direction: 'FORWARD' }).hops).toEqual([])
  })
})
