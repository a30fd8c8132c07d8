import { beforeAll, describe, expect, it } from 'vitest'
import { encodeAddress } from '../../../src/crypto/address.ts'
import { refreshHolders } from '../../../src/storage/holders.ts'
import { ApiWorld } from '../../support/api/api-server.ts'
import { eddsaKey } from '../../support/ledger/ledger-world.ts'

const keys = ['ann', 'bea', 'cem', 'dov', 'eli'].map(eddsaKey)
const [ann, bea, cem, dov, eli] = keys as [(typeof keys)[0], ...(typeof keys)[0][]] as Required<typeof keys>
let world: ApiWorld
let lot: bigint

const QUERY = `query ($first: Int, $after: String) { asset(by: { code: "LOT" }) { holders(first: $first, after: $after) {
  totalCount height nodes { address balance inTotal } pageInfo { endCursor hasNextPage hasPreviousPage } } } }`

beforeAll(async () => {
  world = await ApiWorld.open()
  lot = await world.lot(ann!, 'LOT', 100n)
  await world.chain.commit([
    world.move(ann!, ann!.account, bea!.account, lot, 20n),
    world.move(ann!, ann!.account, cem!.account, lot, 30n, 20n),
    world.move(ann!, ann!.account, dov!.account, lot, 20n, 50n),
  ])
})

const names = () => new Map(keys.map((key, i) => [encodeAddress(key.account), 'abcde'[i]]))
const page = async (variables: object) => {
  const { asset } = await world.data(QUERY, { ...variables })
  const { nodes, pageInfo, totalCount, height } = asset.holders
  const shown = nodes.map(
    (n: { address: string; balance: string }) => `${names().get(n.address)}${n.balance}`,
  )
  return { shown, totalCount, height: Number(height), ...pageInfo }
}

describe('the holders of an asset', () => {
  it('come by balance, counted, without the mint and what is retired', async () => {
    await world.chain.commit([world.retire(cem!, lot, 1n)])
    expect(await page({})).toMatchObject({
      shown: ['a30', 'c29', 'd20', 'b20'],
      totalCount: '4',
      hasNextPage: false,
    })
    await refreshHolders(world.database)
    expect(await page({})).toMatchObject({ shown: ['a30', 'c29', 'd20', 'b20'], totalCount: '4' })
  })

  it('are paged as of the block of the first page, whatever happens meanwhile', async () => {
    const first = await page({ first: 2 })
    expect(first).toMatchObject({ shown: ['a30', 'c29'], hasNextPage: true, hasPreviousPage: false })
    await world.chain.commit([world.move(dov!, dov!.account, eli!.account, lot, 20n)])
    const rest = {
      shown: ['d20', 'b20'],
      totalCount: '4',
      height: first.height,
      hasNextPage: false,
      hasPreviousPage: true,
    }
    expect(await page({ first: 2, after: first.endCursor })).toMatchObject(rest)
    await refreshHolders(world.database)
    expect(await page({ first: 2, after: first.endCursor })).toMatchObject(rest)
    expect(await page({})).toMatchObject({ shown: ['a30', 'c29', 'e20', 'b20'], totalCount: '4' })
  })

  it('have bounds', async () => {
    const code = async (variables: object) =>
      (await world.ask(QUERY, { ...variables })).errors?.[0]?.extensions
    expect(await code({ first: 101 })).toMatchObject({ code: 'PAGE_TOO_LARGE', data: { max: 100 } })
    expect(await code({ after: 'x' })).toMatchObject({ code: 'BAD_CURSOR' })
    const { endCursor } = await page({ first: 1 })
    await world.database.sql`UPDATE holder_position SET position = 0`
    await world.database.sql`
      INSERT INTO transfer (position, height, kind, flags, hash, asset, from_account, to_account, from_holding, to_holding, amount, from_start,
        to_start, era, asset_seq, from_seq, to_seq, asset_units)
      SELECT p, 1, 2, 0, sha256(p::text::bytea), 0, 0, 0, 900000, 900001, 1, p, p, 1, p, p, p, p FROM generate_series(1000, 12000) AS p`
    await world.database.sql`UPDATE holder_position SET position = 12001`
    expect(await page({ first: 1, after: endCursor })).toMatchObject({ hasPreviousPage: true })
    await world.database.sql`
      INSERT INTO holding_span (holding, asset, opened, emptied)
      SELECT 1000000 + p, (SELECT asset FROM holding WHERE id = 1), 0, 0 FROM generate_series(1, 20000) AS p`
    expect(await code({ after: endCursor })).toMatchObject({
      code: 'BAD_CURSOR',
      data: { reason: 'age', max: 10_000 },
    })
    expect(await code({ first: 2 })).toMatchObject({ code: 'NOT_AVAILABLE' })
  })
})
