import { rmSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { connectControl } from '../../../src/control/client.ts'
import { serveControl } from '../../../src/control/server.ts'
import { encodeAddress } from '../../../src/crypto/address.ts'
import { fieldToHex } from '../../../src/crypto/field.ts'
import { encodeAction } from '../../../src/ledger/action-codec.ts'
import type { HashedAction } from '../../../src/ledger/action-hash.ts'
import { Pool } from '../../../src/mempool/pool.ts'
import { controlHandler } from '../../../src/node/intake/control-handler.ts'
import { ApiWorld } from '../../support/api/api-server.ts'
import { eddsaKey } from '../../support/ledger/ledger-world.ts'
import { testFolder } from '../../support/shared/test-folder.ts'

const [ann, bea, cem] = ['ann', 'bea', 'cem'].map(eddsaKey)
const folder = testFolder('pending')
const control = connectControl(join(folder, 'control.sock'), { questionMs: 30_000 })
let world: ApiWorld
let actions: HashedAction[]

beforeAll(async () => {
  world = await ApiWorld.open({}, { control })
  const lot = await world.lot(ann!, 'LOT', 100n)
  await world.chain.commit([
    world.move(ann!, ann!.account, bea!.account, lot, 10n),
    world.move(ann!, ann!.account, cem!.account, lot, 10n, 10n),
  ])
  const limits = { entries: 100, bytes: 1_000_000, perSigner: 100 }
  const pool = new Pool(world.chain.state, { ledger: world.chain.rules, limits })
  actions = [
    world.move(ann!, ann!.account, bea!.account, lot, 1n),
    world.move(ann!, ann!.account, cem!.account, lot, 1n, 1n),
    world.move(bea!, bea!.account, ann!.account, lot, 1n),
    world.register(bea!, { code: 'NEW' }).action,
  ]
  for (const action of actions) {
    const candidate = { ...action, bytes: encodeAction(action.action), note: undefined }
    const admission = pool.admit(candidate, 'gossip', world.era)
    if (admission.status === 'ADMITTED') for (const entry of admission.entries) entry.durable = true
  }
  expect(pool.size).toBe(4)
  const server = await serveControl(
    join(folder, 'control.sock'),
    controlHandler(pool, {} as never, {} as never),
    (error) => {
      throw error
    },
  )
  afterAll(() => server.stop())
})
afterAll(() => {
  control.close()
  rmSync(folder, { recursive: true, force: true })
})

async function pending(account: bigint, args: string) {
  const list = `pending(${args}) { height totalCount nodes { hash status from { address } } pageInfo { hasNextPage endCursor } }`
  const query = `query ($address: String!) { account(address: $address) { ${list} } }`
  const found = await world.data(query, { address: encodeAddress(account) })
  return found.account.pending
}

const hashesOf = (...indexes: number[]) =>
  indexes.map((i) => ({ hash: fieldToHex(actions[i]!.hash), status: 'PENDING' }))

describe('the waiting actions of an account', () => {
  it('are those in which it is sender or receiver, in order of arrival', async () => {
    expect((await pending(ann!.account, 'first: 10')).nodes).toMatchObject(hashesOf(0, 1, 2))
    expect((await pending(bea!.account, 'first: 10')).nodes).toMatchObject(hashesOf(0, 2, 3))
    const ofCem = await pending(cem!.account, 'first: 10')
    expect(ofCem).toMatchObject({
      totalCount: null,
      nodes: hashesOf(1),
      pageInfo: { hasNextPage: false },
    })
  })

  it('come in pages, whose cursors belong to the account', async () => {
    const { nodes, pageInfo } = await pending(bea!.account, 'first: 2')
    expect(nodes).toMatchObject(hashesOf(0, 2))
    expect(pageInfo.hasNextPage).toBe(true)
    const rest = await pending(bea!.account, `first: 2, after: "${pageInfo.endCursor}"`)
    expect(rest).toMatchObject({ nodes: hashesOf(3), pageInfo: { hasNextPage: false } })
    await expect(pending(ann!.account, `first: 2, after: "${pageInfo.endCursor}"`)).rejects.toThrow(
      'BAD_CURSOR',
    )
    await expect(pending(ann!.account, 'first: 101')).rejects.toThrow('PAGE_TOO_LARGE')
  })
})
