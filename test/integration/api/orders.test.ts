import { beforeAll, expect, it } from 'vitest'
import { encodeAddress } from '../../../src/crypto/address.ts'
import { ApiWorld } from '../../support/api/api-server.ts'
import { eddsaKey } from '../../support/ledger/ledger-world.ts'

const ann = eddsaKey('ann')
let world: ApiWorld

beforeAll(async () => {
  world = await ApiWorld.open()
  for (let i = 0; i < 5; i++) {
    const lot = await world.lot(ann, `LOT-${i}`, 100n)
    await world.chain.commit([world.move(ann, ann.account, eddsaKey(`person ${i}`).account, lot, 5n)])
  }
})

const LISTS: Record<string, { of: string; item: string }> = {
  assets: { of: 'assets', item: 'code' },
  'assets of a filter': { of: 'assets(filter: { codePrefix: "LOT" }, $)', item: 'code' },
  batches: { of: 'batches', item: 'index' },
  'holdings of an account': {
    of: `account(address: "${encodeAddress(ann.account)}") { holdings`,
    item: 'asset { code }',
  },
}

/** One page, and the text that names each item. */
async function page(name: string, args: string) {
  const { of, item } = LISTS[name]!
  const nested = of.includes('{ holdings')
  const field = of.includes('$') ? of.replace('$', args) : `${of}(${args})`
  const list = `${field} { nodes { ${item} } pageInfo { startCursor endCursor hasNextPage hasPreviousPage } }${nested ? ' }' : ''}`
  let data = await world.data(`{ ${list} }`)
  for (; data.pageInfo === undefined; ) data = Object.values(data)[0]
  return { items: data.nodes.map((node: unknown) => JSON.stringify(node)) as string[], ...data.pageInfo }
}

/** All pages of two items from one end to the other. */
async function pages(name: string, order: string, size: 'first' | 'last'): Promise<string[]> {
  const items: string[] = []
  for (let cursor = ''; ; ) {
    const one = await page(name, `order: ${order}, ${size}: 2${cursor}`)
    if (size === 'first') items.push(...one.items)
    else items.unshift(...one.items)
    const more = size === 'first' ? one.hasNextPage : one.hasPreviousPage
    if (!more) return items
    cursor = size === 'first' ? `, after: "${one.endCursor}"` : `, before: "${one.startCursor}"`
  }
}

it.each(Object.keys(LISTS))('%s are read from either end, in either order', async (name) => {
  const oldest = (await page(name, 'first: 100')).items
  expect(oldest.length).toBeGreaterThan(3)
  const newest = [...oldest].reverse()
  for (const size of ['first', 'last'] as const) {
    expect(await pages(name, 'OLDEST_FIRST', size)).toEqual(oldest)
    expect(await pages(name, 'NEWEST_FIRST', size)).toEqual(newest)
  }
})
