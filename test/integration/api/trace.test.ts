import { beforeAll, describe, expect, it } from 'vitest'
import { encodeAddress } from '../../../src/crypto/address.ts'
import { fieldToHex } from '../../../src/crypto/field.ts'
import type { LedgerRecord } from '../../../src/ledger/record.ts'
import { ApiWorld } from '../../support/api/api-server.ts'
import { eddsaKey } from '../../support/ledger/ledger-world.ts'

const [farmer, trader, roaster, cafe] = ['farmer', 'trader', 'roaster', 'cafe'].map(eddsaKey) as [
  ReturnType<typeof eddsaKey>,
  ReturnType<typeof eddsaKey>,
  ReturnType<typeof eddsaKey>,
  ReturnType<typeof eddsaKey>,
]
const addressOf = ({ account }: { account: bigint }) => encodeAddress(account)
let world: ApiWorld
let farm: bigint
let roast: bigint
let retirement: LedgerRecord

/** farmer: FARM 100 -> trader 60 (in two parts) -> roaster 50, who retires 50 and makes ROAST 40 -> cafe 15. */
beforeAll(async () => {
  world = await ApiWorld.open()
  farm = await world.lot(farmer, 'FARM', 100n)
  await world.chain.commit([world.move(farmer, farmer.account, trader.account, farm, 20n)])
  await world.chain.commit([world.move(farmer, farmer.account, trader.account, farm, 40n)])
  await world.chain.commit([world.move(trader, trader.account, roaster.account, farm, 50n)])
  ;[retirement] = (await world.chain.commit([world.retire(roaster, farm, 50n)])) as [LedgerRecord]
  roast = await world.lot(roaster, 'ROAST', 40n, { madeFrom: [fieldToHex(retirement.hash)] })
  await world.chain.commit([world.move(roaster, roaster.account, cafe.account, roast, 15n)])
})

const TRACE = `query ($input: TraceInput!) { trace(input: $input) { height truncated endCursor
  hops { length unit depth behind { code } transfer { kind position from { address } to { address } asset { code } } }
  origins { length serialFrom transfer { kind asset { code } } madeFrom { hash } }
  holders { address length asset { code } } } }`

interface Hop {
  length: string
  unit: string
  depth: number
  behind: { code: string } | null
  transfer: { kind: string; position: string; asset: { code: string } }
}
interface Trace {
  height: string
  truncated: boolean
  endCursor: string | null
  hops: Hop[]
  origins: {
    length: string
    serialFrom: string
    transfer: { asset: { code: string } }
    madeFrom: unknown[]
  }[]
  holders: { address: string; length: string; asset: { code: string } }[]
}

const held = (asset: string, who: { account: bigint }) => ({
  holding: { asset, address: addressOf(who) },
})
const trace = async (input: object): Promise<Trace> => (await world.data(TRACE, { input })).trace
const codeOf = async (input: object) => (await world.ask(TRACE, { input })).errors?.[0]?.extensions.code
const steps = ({ hops }: Trace) =>
  hops.map(({ transfer, length }) => `${transfer.asset.code} ${transfer.kind} ${length}`)
const holders = ({ holders }: { holders: Trace['holders'] }) =>
  holders.map(({ address, length, asset }) => `${asset.code} ${address} ${length}`).sort()

describe('trace', () => {
  it('follows a cup back to the farm, through the retirement its lot was made from', async () => {
    const result = await trace({ start: held('ROAST', cafe) })
    expect(steps(result)).toEqual([
      'ROAST TRANSFER 15',
      'ROAST ISSUE 15',
      'FARM RETIRE 50',
      'FARM TRANSFER 50',
      'FARM TRANSFER 20',
      'FARM ISSUE 20',
      'FARM TRANSFER 30',
      'FARM ISSUE 30',
    ])
    expect(result.hops.map(({ behind }) => behind?.code)).toEqual([
      ...[undefined, undefined],
      ...Array(6).fill('ROAST'),
    ])
    expect(
      result.origins.map(({ transfer, length, serialFrom }) => [transfer.asset.code, length, serialFrom]),
    ).toEqual([
      ['ROAST', '15', '0'],
      ['FARM', '20', '0'],
      ['FARM', '30', '20'],
    ])
    expect(result.origins[0]!.madeFrom).toEqual([{ hash: fieldToHex(retirement.hash) }])
    expect(result).toMatchObject({
      truncated: false,
      endCursor: null,
      height: String(world.chain.header.height),
    })
  })

  it('follows a lot forward: who holds its units now, and what was made from them', async () => {
    const result = await trace({ start: { asset: 'FARM' }, direction: 'FORWARD' })
    expect(holders(result)).toEqual(
      [
        `FARM ${addressOf(farmer)} 40`,
        `FARM ${addressOf(trader)} 10`,
        `FARM ${encodeAddress(1n)} 50`,
        `ROAST ${addressOf(roaster)} 25`,
        `ROAST ${addressOf(cafe)} 15`,
      ].sort(),
    )
  })

  it('follows a range of units only', async () => {
    const one = await trace({ start: held('FARM', trader), offset: 0, length: 1 })
    expect(steps(one)).toEqual(['FARM TRANSFER 1', 'FARM ISSUE 1'])
    expect(one.origins[0]).toMatchObject({ serialFrom: '50', length: '1' })
    const serials = await trace({
      start: { asset: 'FARM' },
      offset: '55',
      length: '10',
      direction: 'FORWARD',
    })
    expect(holders(serials)).toEqual([`FARM ${addressOf(farmer)} 5`, `FARM ${addressOf(trader)} 5`].sort())
    const back = await trace({ start: { asset: 'FARM' }, offset: '55', length: '10', direction: 'BACKWARD' })
    expect(back.origins.reduce((sum, { length }) => sum + BigInt(length), 0n)).toBe(10n)
  })

  it('follows the units of one transfer both ways', async () => {
    const hash = fieldToHex(retirement.hash)
    const back = await trace({ start: { transfer: hash } })
    expect(steps(back)[0]).toBe('FARM RETIRE 50')
    expect(back.origins.map(({ length }) => length)).toEqual(['20', '30'])
    const forward = await trace({ start: { transfer: hash }, direction: 'FORWARD' })
    expect(holders(forward)).toContain(`ROAST ${addressOf(cafe)} 15`)
  })
})

describe('a partial or rejected trace', () => {
  it('has pages that add up to the whole, all as of one block', async () => {
    const whole = await trace({ start: held('ROAST', cafe) })
    const input = { start: held('ROAST', cafe), first: 2 }
    const pages = [await trace(input)]
    await world.chain.commit([world.move(farmer, farmer.account, cafe.account, farm, 1n)])
    while (pages.at(-1)!.endCursor !== null) {
      expect(pages.at(-1)!.truncated).toBe(true)
      pages.push(await trace({ ...input, after: pages.at(-1)!.endCursor }))
    }
    expect(pages.length).toBeGreaterThan(2)
    expect(pages.flatMap(({ hops }) => hops)).toEqual(whole.hops)
    expect(pages.flatMap(({ origins }) => origins)).toEqual(whole.origins)
    expect(new Set(pages.map(({ height }) => height)).size).toBe(1)
  })

  it('is marked as truncated when paths are cut off', async () => {
    const cut = await trace({ start: held('ROAST', cafe), maxDepth: 2 })
    expect(cut).toMatchObject({ truncated: true, endCursor: null })
    expect(cut.hops).toHaveLength(2)
  })

  it('is rejected with a code when it cannot be answered', async () => {
    const { height } = world.chain.header
    expect(await codeOf({ start: { asset: 'FARM' }, atHeight: height + 1 })).toBe('HEIGHT_TOO_HIGH')
    expect(await codeOf({ start: { asset: 'FARM' }, atHeight: height })).toBeUndefined()
    expect(await codeOf({ direction: 'FORWARD' })).toBe('BAD_INPUT')
    expect(await codeOf({ start: { holding: { asset: 'FARM', address: 'nobody' } } })).toBe('BAD_ADDRESS')
    const both = { asset: 'FARM', transfer: fieldToHex(retirement.hash) }
    for (const start of [both, {}])
      expect((await world.ask(TRACE, { input: { start } })).errors).toHaveLength(1)
    expect(await codeOf({ start: { asset: 'FARM' }, first: 5_000 })).toBe('PAGE_TOO_LARGE')
    expect(await codeOf({ start: { asset: 'FARM' }, first: 0 })).toBe('BAD_INPUT')
    expect(await codeOf({ start: { asset: 'FARM' }, after: 'nonsense' })).toBe('BAD_CURSOR')
    const { endCursor } = await trace({ start: { asset: 'FARM' }, first: 1 })
    expect(await codeOf({ start: { asset: 'ROAST' }, first: 1, after: endCursor })).toBe('BAD_CURSOR')
  })
})
