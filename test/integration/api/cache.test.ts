import { beforeAll, describe, expect, it } from 'vitest'
import { ApiWorld } from '../../support/api/api-server.ts'
import { eddsaKey } from '../../support/ledger/ledger-world.ts'

const BLOCK =
  'height hash transfers(first: 5) { nodes { hash kind from { address } asset { code metadata } } pageInfo { hasNextPage } }'
let world: ApiWorld
let genesisHash: string

beforeAll(async () => {
  world = await ApiWorld.open()
  await world.lot(eddsaKey('ann'), 'LOT', 10n)
  genesisHash = (await world.data('{ block(by: { height: 0 }) { hash } }')).block.hash
})

const get = async (query: string, variables?: Record<string, unknown>, accept = 'application/json') => {
  const values = variables === undefined ? '' : `&variables=${encodeURIComponent(JSON.stringify(variables))}`
  return world.api.yoga.fetch(`http://api/graphql?query=${encodeURIComponent(query)}${values}`, {
    headers: { accept },
  })
}
const cacheControl = async (...request: Parameters<typeof get>) =>
  (await get(...request)).headers.get('cache-control')

describe('an answer to a GET', () => {
  it('may be kept forever if the values in its URL name a final block', async () => {
    const byHeight = 'query ($height: BigInt!) { block(by: { height: $height }) { hash } }'
    const byAnything = 'query ($by: BlockBy!) { block(by: $by) { id height } }'
    for (const [query, variables] of [
      [`{ block(by: { height: 0 }) { ${BLOCK} } }`],
      ['{ block(by: { height: 1 }) { ...A } } fragment A on Block { hash }'],
      ['query ($height: BigInt! = 1) { block(by: { height: $height }) { hash } }'],
      [byHeight, { height: 1 }],
      [byAnything, { by: { height: '1' } }],
      [byAnything, { by: { hash: genesisHash } }],
    ] as [string, Record<string, unknown>?][]) {
      expect([query, await cacheControl(query, variables)]).toEqual([
        query,
        expect.stringContaining('immutable'),
      ])
    }
  })

  it('is not stored if its block is not named by a value, is not final, or something in it can change', async () => {
    const byHeight = 'query ($height: BigInt!) { block(by: { height: $height }) { hash } }'
    for (const [query, variables] of [
      [`{ chain { head { ${BLOCK} } } }`],
      ['{ block(by: { height: null }) { height } }'],
      [byHeight],
      [byHeight, { height: null }],
      [byHeight, { height: 'x' }],
      ['query ($by: BlockBy!) { block(by: $by) { hash } }', { by: {} }],
      ['{ block(by: { height: 9999 }) { hash } }'],
      ['{ a: block(by: { height: 0 }) { hash } b: block(by: { height: 9999 }) { hash } }'],
      ['{ block(by: { height: 0 }) { batches { nodes { status } } } }'],
      ['{ block(by: { height: 1 }) { transfers { nodes { note } } } }'],
      [
        '{ block(by: { height: 1 }) { ...A } } fragment A on Block { transfers { nodes { asset { issued } } } }',
      ],
      ['{ block(by: { height: 1 }) { transfers { height } } }'],
      ['{ block(by: { height: 1 }) { transfers { edges { cursor } } } }'],
      ['{ block(by: { height: 1 }) { transfers { pageInfo { endCursor } } } }'],
      ['{ block(by: { height: 0 }) { hash } chain { finalizedHeight } }'],
      ['{ block(by: { height: 0 }) { hash } __schema { queryType { name } } }'],
      ['{ chain { height } }'],
    ] as [string, Record<string, unknown>?][]) {
      expect([query, await cacheControl(query, variables)]).toEqual([query, 'no-store'])
    }
  })

  it('is the same bytes at every height once it may be kept', async () => {
    const query = `{ block(by: { height: 1 }) { ${BLOCK} } }`
    const before = await (await get(query)).text()
    await world.lot(eddsaKey('ann'), 'OTHER', 10n)
    expect(await (await get(query)).text()).toBe(before)
    expect(JSON.parse(before)).not.toHaveProperty('extensions')
  })

  it('is kept as JSON only, and caches tell media types apart', async () => {
    const query = '{ block(by: { height: 0 }) { hash } }'
    const standard = await get(query, undefined, 'application/graphql-response+json')
    expect(standard.headers.get('cache-control')).toContain('immutable')
    expect(standard.headers.get('vary')?.toLowerCase()).toContain('accept')
    for (const accept of ['text/event-stream', 'multipart/mixed', 'text/css']) {
      const other = await get(query, undefined, accept)
      expect([accept, other.headers.get('cache-control')]).toEqual([accept, 'no-store'])
      expect(other.headers.get('vary')?.toLowerCase()).toContain('accept')
      await other.text()
    }
  })
})
