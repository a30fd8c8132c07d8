import { beforeAll, describe, expect, it } from 'vitest'
import { encodeAddress } from '../../../src/crypto/address.ts'
import { canonicalDefinition } from '../../../src/ledger/definition.ts'
import { RETIRED } from '../../../src/ledger/params.ts'
import { readUsage } from '../../../src/storage/sponsor-usages.ts'
import { ApiWorld } from '../../support/api/api-server.ts'
import { capacityOf, definitionOf, eddsaKey } from '../../support/ledger/ledger-world.ts'

const [listed, stranger, holder] = [eddsaKey('listed'), eddsaKey('stranger'), eddsaKey('holder')]
const capacity = capacityOf(12)
const budgets = { assets: 3, bytes: 5_000, holdings: 40, retirements: 2 }
const QUOTA = `query ($address: String!) {
  quota(address: $address) { budget used limit usedTogether limitTogether } }`
const BYTES = canonicalDefinition(definitionOf(listed, { code: 'FIRST' })).length
let world: ApiWorld

async function quotaOf(account: bigint) {
  const { quota } = await world.data(QUOTA, { address: encodeAddress(account) })
  return quota
}

beforeAll(async () => {
  world = await ApiWorld.open({
    admission: {
      capacity,
      sponsors: [{ account: listed.account, budgets }],
      share: 100,
    },
  })
  const definition = definitionOf(listed, { code: 'FIRST' })
  await world.chain.commit([
    world.register(listed, { code: 'FIRST' }).action,
    world.register(stranger, { code: 'OTHER' }).action,
  ])
  const id = world.chain.state.assetByCode(definition.code)!.id
  await world.chain.commit([world.move(listed, 0n, holder.account, id, 10n)])
  await world.chain.commit([world.move(holder, holder.account, RETIRED, id, 4n)])
})

describe('quota', () => {
  it('says what the assets of an account use and may use', async () => {
    const alone = { usedTogether: null, limitTogether: null }
    expect(await quotaOf(listed.account)).toEqual([
      { budget: 'ASSETS', used: '1', limit: '3', ...alone },
      { budget: 'BYTES', used: `${BYTES}`, limit: '5000', ...alone },
      { budget: 'HOLDINGS', used: '3', limit: '40', ...alone },
      { budget: 'RETIREMENTS', used: '1', limit: '2', ...alone },
    ])
  })

  it('says of accounts without a budget of their own what they use together', async () => {
    const quota = await quotaOf(stranger.account)
    expect(quota[2]).toEqual({
      budget: 'HOLDINGS',
      used: '1',
      limit: `${Math.floor(capacity.holdings / 10)}`,
      usedTogether: '1',
      limitTogether: `${capacity.holdings / 2}`,
    })
    expect((await quotaOf(holder.account))[0]).toMatchObject({ used: '0', usedTogether: '1' })
  })

  it('is null for the account of retired units, and is known of every height', async () => {
    expect(await quotaOf(RETIRED)).toBeNull()
    const at = (height: number) => readUsage(world.database, listed.account, height)
    expect(
      (await Promise.all([0, 1, 2, 3].map(at))).map(({ holdings, retirements }) => [holdings, retirements]),
    ).toEqual([
      [0, 0],
      [1, 0],
      [2, 0],
      [3, 1],
    ])
  })
})
