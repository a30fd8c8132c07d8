import { beforeAll, describe, expect, it } from 'vitest'
import { encodeAddress } from '../../../src/crypto/address.ts'
import type { ActionKind } from '../../../src/ledger/action.ts'
import { MINT, RETIRED } from '../../../src/ledger/params.ts'
import type { LedgerRecord } from '../../../src/ledger/record.ts'
import { ApiWorld } from '../../support/api/api-server.ts'
import { eddsaKey } from '../../support/ledger/ledger-world.ts'

const START = Date.parse('2023-11-14T22:13:20.000Z')
const ERA_MS = 25 * 60_000
const HOUR = 3_600_000
const keys = ['ann', 'bea', 'cem'].map(eddsaKey)
const [ann, bea, cem] = keys as [(typeof keys)[0], (typeof keys)[0], (typeof keys)[0]]
const FIELDS = 'from to records registers issues transfers retires reinstates units holders'
let world: ApiWorld
let lot: bigint

beforeAll(async () => {
  world = await ApiWorld.open({ eraMs: ERA_MS })
  lot = await world.lot(ann, 'LOT', 100n, { reinstatable: true })
  const { chain } = world
  await chain.commit([
    world.move(ann, ann.account, bea.account, lot, 30n),
    world.move(ann, ann.account, cem.account, lot, 10n, 30n),
  ])
  await chain.commit([world.retire(bea, lot, 30n)])
  await chain.commit([])
  await world.lot(bea, 'OTHER', 7n)
  for (let i = 0; i < 4; i++) await chain.commit([])
  await chain.commit([world.move(ann, RETIRED, cem.account, lot, 4n), world.retire(cem, lot, 10n)])
  await chain.commit([world.move(cem, cem.account, ann.account, lot, 4n)])
})

const iso = (ms: number) => new Date(ms).toISOString()

/** The activity of intervals by definition, from all records. */
function expected(
  from: number,
  count: number,
  length: number,
  fits: (record: LedgerRecord) => boolean,
  asset?: bigint,
) {
  const records = world.chain.records.filter(fits)
  return Array.from({ length: count }, (_, i) => {
    const [begin, end] = [from + i * length, from + (i + 1) * length]
    const time = ({ blockEra }: LedgerRecord) => START + blockEra * ERA_MS
    const within = records.filter((record) => time(record) >= begin && time(record) < end)
    const of = (kind: ActionKind) => String(within.filter((record) => record.kind === kind).length)
    const balances = new Map<bigint, bigint>()
    for (const { kind, from, to, amount } of records.filter((r) => time(r) < end && r.kind !== 'register')) {
      balances.set(from, (balances.get(from) ?? 0n) - amount)
      balances.set(to, (balances.get(to) ?? 0n) + amount)
      expect(kind).not.toBe('register')
    }
    const holders = [...balances].filter(([account, n]) => account !== MINT && account !== RETIRED && n > 0n)
    const moved = within.filter(({ kind }) => kind !== 'register')
    return {
      from: iso(begin),
      to: iso(end),
      records: String(within.length),
      registers: of('register'),
      issues: of('issue'),
      transfers: of('transfer'),
      retires: of('retire'),
      reinstates: of('reinstate'),
      units: asset === undefined ? null : String(moved.reduce((sum, { amount }) => sum + amount, 0n)),
      holders: asset === undefined ? null : String(holders.length),
    }
  })
}

const hours = `activity(by: HOUR, from: "${iso(START)}", to: "${iso(START + 6 * HOUR)}") { ${FIELDS} }`
const first = Math.floor(START / HOUR) * HOUR

describe('activity', () => {
  it('of the chain, of an asset and of an account equals the sums over all records', async () => {
    const query = `{ chain { ${hours} } asset(by: { code: "LOT" }) { ${hours} }
      ${keys.map((key, i) => `k${i}: account(address: "${encodeAddress(key.account)}") { ${hours} }`).join('\n')} }`
    const { chain, asset, ...accounts } = await world.data(query)
    expect(chain.activity).toEqual(expected(first, 7, HOUR, () => true))
    expect(asset.activity).toEqual(expected(first, 7, HOUR, ({ assetId }) => assetId === lot, lot))
    keys.forEach(({ account }, i) => {
      const own = ({ from, to }: LedgerRecord) => from === account || to === account
      expect(accounts[`k${i}`].activity).toEqual(expected(first, 7, HOUR, own))
    })
    expect(chain.activity.map((one: { records: string }) => Number(one.records))).toEqual([
      1, 4, 1, 1, 0, 3, 0,
    ])
  })

  it('is counted per day, from before the chain to after it', async () => {
    const day = 24 * HOUR
    const from = Math.floor(START / day) * day - day
    const field = `activity(from: "${iso(from)}", to: "${iso(from + 4 * day)}") { ${FIELDS} }`
    const { chain } = await world.data(`{ chain { ${field} } }`)
    expect(chain.activity).toEqual(expected(from, 4, day, () => true))
  })

  it('has bounds', async () => {
    const refusal = async (of: string, to: number) => {
      const field = `activity(by: HOUR, from: "${iso(first)}", to: "${iso(first + to)}") { records }`
      return (await world.ask(`{ ${of} { ${field} } }`)).errors?.[0]?.extensions
    }
    expect(await refusal('chain', 100 * HOUR)).toBeUndefined()
    const code = 'BAD_INPUT'
    expect(await refusal('chain', 100 * HOUR + 1)).toMatchObject({ code, data: { max: 100, got: 101 } })
    expect(await refusal('chain', 0)).toMatchObject({ code })
    expect(await refusal('account(address: "MINT")', HOUR)).toMatchObject({ code })
  })
})
