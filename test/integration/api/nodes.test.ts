import { beforeAll, describe, expect, it } from 'vitest'
import { encodeAddress } from '../../../src/crypto/address.ts'
import { fieldToHex } from '../../../src/crypto/field.ts'
import { ApiWorld } from '../../support/api/api-server.ts'
import { eddsaKey } from '../../support/ledger/ledger-world.ts'

const ann = eddsaKey('ann')
let world: ApiWorld
let lot: bigint

beforeAll(async () => {
  world = await ApiWorld.open()
  lot = await world.lot(ann, 'LOT-1', 100n)
})

const NODES = `query ($ids: [ID!]!) { nodes(ids: $ids) { __typename id
  ... on Block { height } ... on Transfer { kind } ... on Account { address } ... on Asset { code }
  ... on Holding { balance } ... on Batch { index } } }`

/** An object of every type. */
async function everyObject(): Promise<{ id: string; __typename: string }[]> {
  const address = encodeAddress(ann.account)
  const { block, transfers, account, asset, holding, batch } = await world.data(`{
    block(by: { height: 2 }) { __typename id height }
    transfers(first: 2) { nodes { __typename id kind } }
    account(address: "${address}") { __typename id address }
    asset(by: { code: "LOT-1" }) { __typename id code }
    holding(address: "${address}", asset: "LOT-1") { __typename id balance }
    batch(index: 0) { __typename id index } }`)
  return [block, ...transfers.nodes, account, asset, holding, batch]
}

describe('node', () => {
  it('finds an object of every type by its id', async () => {
    const objects = await everyObject()
    expect(new Set(objects.map(({ __typename }) => __typename)).size).toBe(6)
    expect(new Set(objects.map(({ id }) => id)).size).toBe(objects.length)
    const ids = objects.map(({ id }) => id)
    expect((await world.data(NODES, { ids })).nodes).toEqual(objects)
    const { node } = await world.data('query ($id: ID!) { node(id: $id) { id } }', { id: ids[0] })
    expect(node).toEqual({ id: ids[0] })
  })

  it('answers null, and only in its place, for an id that names nothing', async () => {
    const [block] = await everyObject()
    const bytes = Buffer.from(block!.id, 'base64url')
    const later = Buffer.from([...bytes.subarray(0, 8), 99]).toString('base64url')
    const huge = Buffer.from([1, ...Array(8).fill(255)]).toString('base64url')
    const notAField = Buffer.from([2, ...Array(32).fill(255)]).toString('base64url')
    const untagged = Buffer.from([9, ...bytes.subarray(1)]).toString('base64url')
    const ids = ['', 'x', `${block!.id}==`, later, huge, notAField, untagged, 'A'.repeat(10_000), block!.id]
    const { nodes } = await world.data(NODES, { ids })
    expect(nodes).toEqual([...Array(8).fill(null), block])
  })

  it('finds at most a page of objects at once', async () => {
    const { errors } = await world.ask('query ($ids: [ID!]!) { nodes(ids: $ids) { id } }', {
      ids: Array(101).fill('x'),
    })
    expect(errors?.[0]?.extensions).toMatchObject({ code: 'PAGE_TOO_LARGE', data: { max: 100, got: 101 } })
  })
})

describe('an object that is named in one of several ways', () => {
  it('is found in each way', async () => {
    const { head, ...found } = await world.data(
      `{ chain { head { hash } } a: asset(by: { code: "LOT-1" }) { assetId } b: asset(by: { assetId: "${fieldToHex(lot)}" }) { code }
        c: block(by: { height: 2 }) { hash } }`,
    )
    expect(found).toMatchObject({ a: { assetId: fieldToHex(lot) }, b: { code: 'LOT-1' } })
    expect(found.c).toEqual(found.chain.head)
    const byHash = 'query ($hash: String!) { block(by: { hash: $hash }) { height } }'
    expect(await world.data(byHash, found.c)).toEqual({ block: { height: '2' } })
  })

  it('must be named in exactly one', async () => {
    const codeOf = async (query: string, variables?: object) =>
      (await world.ask(query, { ...variables })).errors?.[0]?.extensions.code
    const by = 'query ($by: BlockBy!) { block(by: $by) { height } }'
    for (const wrong of [{}, { height: null }, { height: 1, hash: null }, { height: 1, hash: '00' }])
      expect([wrong, await codeOf(by, { by: wrong })]).toEqual([wrong, 'BAD_INPUT'])
    for (const wrong of ['{}', '{ height: null }', '{ height: 1, hash: "00" }'])
      expect(await codeOf(`{ block(by: ${wrong}) { height } }`)).toBe('GRAPHQL_VALIDATION_FAILED')
  })
})

it('a registration moves nothing', async () => {
  const { transfers } = await world.data('{ transfers(first: 2) { nodes { kind amount asset { cap } } } }')
  expect(transfers.nodes).toEqual([
    { kind: 'REGISTER', amount: '0', asset: { cap: '100' } },
    { kind: 'ISSUE', amount: '100', asset: { cap: '100' } },
  ])
})
