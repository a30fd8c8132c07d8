import { beforeAll, expect, it } from 'vitest'
import { holdingReader } from '../../../src/api/request/holding-reader.ts'
import { TipReader } from '../../../src/api/request/tip-reader.ts'
import { ApiWorld } from '../../support/api/api-server.ts'
import { countStatements } from '../../support/api/count-statements.ts'
import { eddsaKey } from '../../support/ledger/ledger-world.ts'

let world: ApiWorld
let assetId: bigint
let statements: string[]
const ann = eddsaKey('ann')
const { account } = ann

beforeAll(async () => {
  world = await ApiWorld.open()
  assetId = await world.lot(ann, 'LOT', 10n)
  statements = countStatements(world.database)
})

const retire = () => world.chain.commit([world.retire(ann, assetId, 1n)])
/** The newest block as a key of holdings names it. */
const newest = () => ({ height: world.chain.header.height, end: world.chain.state.position })

it('reads present counters as of the newest block that is known, and those of their block once there is a newer one', async () => {
  const tips = new TipReader(world.database)
  await tips.read()
  const reader = holdingReader(world.database, tips)
  const before = newest()
  statements.length = 0
  const known = await reader.load({ account, assetId, ...before })
  expect(known).toMatchObject({ inTotal: 10n, outTotal: 0n })
  expect(statements).toHaveLength(1)
  await retire()
  statements.length = 0
  // The reader does not know of the new block yet.
  expect(await reader.load({ account, assetId, ...before })).toEqual(known)
  expect(statements).toHaveLength(2)
  await tips.read()
  statements.length = 0
  expect(await reader.load({ account, assetId, ...before })).toEqual(known)
  expect(await reader.load({ account, assetId, ...newest() })).toMatchObject({ inTotal: 10n, outTotal: 1n })
  expect(statements).toHaveLength(2)
})

it('takes the newest height from a statement that is sent before its own, unless that fails or finds a newer one', async () => {
  const tips = new TipReader(world.database)
  const first = await tips.read()
  const heightBy = async (statement: Promise<{ height: number }>) => {
    statements.length = 0
    const read = tips.read()
    tips.readBy(statement)
    return [(await read).header.height, statements.length]
  }
  const { height } = first.header
  expect(await heightBy(Promise.resolve({ height }))).toEqual([height, 0])
  expect(await heightBy(Promise.reject(new Error('out of reach')))).toEqual([height, 1])
  await retire()
  expect(await heightBy(Promise.resolve({ height: height + 1 }))).toEqual([height + 1, 1])
})

it('reads for itself what is asked after that statement was sent', async () => {
  const tips = new TipReader(world.database)
  const { height } = (await tips.read()).header
  const before = tips.read()
  tips.readBy(Promise.resolve({ height }))
  await retire()
  const after = tips.read()
  expect((await before).header.height).toBe(height)
  expect((await after).header.height).toBe(height + 1)
})
