import { describe, expect, it } from 'vitest'
import { Asked } from '../../../src/certificate/asked.ts'
import { type CertifiedHolding, MAX_HOPS } from '../../../src/certificate/certificate.ts'
import { derive } from '../../../src/certificate/derive.ts'
import { MINT, RETIRED } from '../../../src/ledger/params.ts'
import { MAX_MOVES, MAX_WAITING } from '../../../src/provenance/sections.ts'
import { trace } from '../../../src/provenance/trace.ts'
import { MadeRecords } from '../../support/provenance/made-records.ts'

const [ANN, BEA] = [11n, 12n]
type Direction = 'BACKWARD' | 'FORWARD'

/** What follows from the certificate of an asset's first units, made of what its walk asks for. */
function derived(all: MadeRecords, direction: Direction, length: bigint, maxHops?: number) {
  const asset = all.assets[0]!.id
  const index = all.index()
  const registrations = new Map(
    all.records.flatMap(({ kind, assetId, position }) => (kind === 'register' ? [[assetId, position]] : [])),
  )
  const asked = new Asked(index, (id) => registrations.get(id))
  trace(asked, { asset, direction, length })
  const holdings = [...asked.holdings].map(
    (index_): CertifiedHolding => ({
      index: index_,
      ...index.owner(index_),
      inTotal: index.inTotal(index_),
      outTotal: index.outTotal(index_),
    }),
  )
  const records = all.records
    .filter(({ position }) => asked.positions.has(position))
    .map((record) => ({ record, action: undefined, note: undefined }))
  const question = { asset, direction, offset: 0n, length, height: 1 }
  const assets = new Map(all.assets.map((one) => [one.id, one]))
  return derive({ question, holdings }, { records, assets }, maxHops)
}

describe('the bounds of traces apply to certificates', () => {
  it.each([
    [MAX_MOVES - 1, 'yes'],
    [MAX_MOVES, 'partly'],
  ])('a unit that moved %i times after its issue is shown: %s', (times, verdict) => {
    const made = new MadeRecords()
    const asset = made.register()
    made.move(asset, MINT, ANN, 1n)
    for (let i = 0; i < times; i++) made.move(asset, i % 2 ? BEA : ANN, i % 2 ? ANN : BEA, 1n)
    const { complete, trace, held } = derived(made, 'BACKWARD', 1n)
    expect(complete.verdict).toBe(verdict)
    expect(trace.hops).toHaveLength(MAX_MOVES)
    expect(held).toHaveLength(verdict === 'yes' ? 1 : 0)
  })

  it.each([
    [MAX_WAITING, 'yes'],
    [MAX_WAITING + 1, 'partly'],
  ])('what was made into %i assets is shown: %s', (products, verdict) => {
    const made = new MadeRecords()
    const asset = made.register()
    made.move(asset, MINT, ANN, BigInt(products))
    for (let i = 0; i < products; i++) {
      const product = made.register([made.move(asset, ANN, RETIRED, 1n)])
      made.move(product, MINT, BEA, 1n)
    }
    const { complete, trace } = derived(made, 'FORWARD', BigInt(products))
    expect(complete.verdict).toBe(verdict)
    expect(new Set(trace.hops.map(({ behind }) => behind)).size).toBe(MAX_WAITING + 1)
  })

  it('more hops than are allowed are refused, however few records they follow from', () => {
    const made = new MadeRecords()
    const asset = made.register()
    const [parts, moves] = [10, 9]
    for (let i = 0; i < parts; i++) made.move(asset, MINT, ANN, 1n)
    for (let i = 0; i < moves; i++) made.move(asset, i % 2 ? BEA : ANN, i % 2 ? ANN : BEA, BigInt(parts))
    const hops = parts * (1 + moves)
    expect(derived(made, 'FORWARD', BigInt(parts), hops).trace.hops).toHaveLength(hops)
    expect(() => derived(made, 'FORWARD', BigInt(parts), hops - 1)).toThrow(`more than ${hops - 1} hops`)
  })

  it('are 250,000 hops, which 1,001 records can make', () => {
    const made = new MadeRecords()
    const asset = made.register()
    const [parts, moves] = [501, 499]
    for (let i = 0; i < parts; i++) made.move(asset, MINT, ANN, 1n)
    for (let i = 0; i < moves; i++) made.move(asset, i % 2 ? BEA : ANN, i % 2 ? ANN : BEA, BigInt(parts))
    expect(MAX_HOPS).toBe(250_000)
    expect(() => derived(made, 'FORWARD', BigInt(parts))).toThrow(`more than ${MAX_HOPS} hops`)
  })
})
