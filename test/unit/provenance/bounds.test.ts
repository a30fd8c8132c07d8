import { describe, expect, it } from 'vitest'
import { MINT, RETIRED } from '../../../src/ledger/params.ts'
import { MAX_MOVES, MAX_WAITING } from '../../../src/provenance/sections.ts'
import { trace } from '../../../src/provenance/trace.ts'
import { MadeRecords } from '../../support/provenance/made-records.ts'

const ANN = 11n
const BEA = 12n

describe('a trace back from serials', () => {
  /** One unit that moves to and fro so many times after its issue. */
  const moved = (times: number) => {
    const made = new MadeRecords()
    const asset = made.register()
    made.move(asset, MINT, ANN, 1n)
    for (let i = 0; i < times; i++) made.move(asset, i % 2 ? BEA : ANN, i % 2 ? ANN : BEA, 1n)
    return trace(made.index(), { asset, direction: 'BACKWARD' })
  }

  it('follows a unit through MAX_MOVES hops to where it is', () => {
    const { hops, truncated } = moved(MAX_MOVES - 1)
    expect(hops).toHaveLength(MAX_MOVES)
    expect(hops[0]!.position).toBe(MAX_MOVES)
    expect(truncated).toBe(false)
  })

  it('begins where a unit was after MAX_MOVES hops, and says so, if it moved more often', () => {
    const { hops, truncated } = moved(MAX_MOVES)
    expect(hops).toHaveLength(MAX_MOVES)
    expect(hops[0]!.position).toBe(MAX_MOVES)
    expect(truncated).toBe(true)
  })
})

describe('a trace through many assets', () => {
  /** An asset of which so many units are retired one by one, and an asset made from each. */
  const made = (products: number) => {
    const all = new MadeRecords()
    const asset = all.register()
    all.move(asset, MINT, ANN, BigInt(products))
    for (let i = 0; i < products; i++) {
      const product = all.register([all.move(asset, ANN, RETIRED, 1n)])
      all.move(product, MINT, BEA, 1n)
    }
    return { all, result: trace(all.index(), { asset, direction: 'FORWARD' }) }
  }

  it('lists what was made into MAX_WAITING assets', () => {
    const { result } = made(MAX_WAITING)
    expect(new Set(result.hops.map(({ behind }) => behind)).size).toBe(MAX_WAITING + 1)
    expect(result.truncated).toBe(false)
  })

  it('leaves out further ones, and says so, the same on every page', () => {
    const { all, result } = made(MAX_WAITING + 1)
    expect(new Set(result.hops.map(({ behind }) => behind)).size).toBe(MAX_WAITING + 1)
    expect(result.truncated).toBe(true)
    const request = { asset: all.assets[0]!.id, direction: 'FORWARD', first: 700 } as const
    const pages = [trace(all.index(), request)]
    for (let { end } = pages[0]!; end !== undefined; end = pages.at(-1)!.end)
      pages.push(trace(all.index(), { ...request, after: end }))
    expect(pages.flatMap(({ hops }) => hops)).toEqual(result.hops)
    expect(pages.at(-1)!.truncated).toBe(true)
  })
})

describe('a long trace', () => {
  it('has as many hops as there are moves', () => {
    const all = new MadeRecords()
    const asset = all.register()
    const count = 130_000
    all.move(asset, MINT, ANN, BigInt(count))
    for (let i = 0; i < count; i++) all.move(asset, ANN, BEA, 1n)
    const { hops, origins } = trace(all.index(), { asset, account: BEA, direction: 'BACKWARD' })
    expect(hops).toHaveLength(2 * count)
    expect(origins).toHaveLength(count)
  })
})
