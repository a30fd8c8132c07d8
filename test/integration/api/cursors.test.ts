import { beforeAll, describe, expect, it } from 'vitest'
import { encodeAddress } from '../../../src/crypto/address.ts'
import { ApiWorld } from '../../support/api/api-server.ts'
import { eddsaKey } from '../../support/ledger/ledger-world.ts'

const ann = eddsaKey('ann')
const bea = eddsaKey('bea')
let world: ApiWorld
let lot: bigint

beforeAll(async () => {
  world = await ApiWorld.open()
  lot = await world.lot(ann, 'LOT-1', 1_000n)
  for (let i = 0; i < 8; i++) await give()
})

const give = () => world.chain.commit([world.move(ann, ann.account, bea.account, lot, 1n)])

interface Connection {
  nodes: { key: string }[]
  edges: { cursor: string }[]
  pageInfo: { hasNextPage: boolean; hasPreviousPage: boolean; startCursor: string; endCursor: string }
  totalCount: string | null
  height: string
}

const PAGE =
  'edges { cursor } pageInfo { hasNextPage hasPreviousPage startCursor endCursor } totalCount height'

interface Walk {
  /** Pages with `last` and `before`. */
  backward?: boolean
  newestFirst?: boolean
}

/** All keys of a list, read in pages of `size`; a block comes after the first. */
async function walk(list: (args: string) => string, size: number, { backward, newestFirst }: Walk = {}) {
  const keys: string[] = []
  const heights = new Set<string>()
  const order = newestFirst ? ', order: NEWEST_FIRST' : ''
  let [cursor, more, total] = [undefined as string | undefined, true, null as string | null]
  while (more) {
    const place = cursor === undefined ? '' : `, ${backward ? 'before' : 'after'}: "${cursor}"`
    const connection = dig(await world.data(list(`${backward ? 'last' : 'first'}: ${size}${place}${order}`)))
    const page = connection.nodes.map(({ key }) => key)
    expect(connection.edges.map((edge) => edge.cursor).at(-1)).toBe(connection.pageInfo.endCursor)
    if (backward) keys.unshift(...page)
    else keys.push(...page)
    more = backward ? connection.pageInfo.hasPreviousPage : connection.pageInfo.hasNextPage
    cursor = backward ? connection.pageInfo.startCursor : connection.pageInfo.endCursor
    total = connection.totalCount
    if (heights.size === 0) await give()
    heights.add(connection.height)
  }
  return { keys, total: total && Number(total), heights: heights.size }
}

/** The one connection in an answer. */
function dig(data: Record<string, unknown>): Connection {
  const [value] = Object.values(data) as [Record<string, unknown>]
  return (value.pageInfo ? value : dig(value)) as unknown as Connection
}

const address = encodeAddress(ann.account)
const LISTS: Record<string, (args: string) => string> = {
  blocks: (args) => `{ blocks(${args}) { nodes { key: height } ${PAGE} } }`,
  transfers: (args) => `{ transfers(${args}) { nodes { key: position } ${PAGE} } }`,
  'transfers of a filter': (args) =>
    `{ transfers(filter: { account: "${address}" }, ${args}) { nodes { key: position } ${PAGE} } }`,
  'transfers of an account': (args) =>
    `{ account(address: "${address}") { transfers(${args}) { nodes { key: position } ${PAGE} } } }`,
  'transfers of an asset': (args) =>
    `{ asset(by: { code: "LOT-1" }) { transfers(${args}) { nodes { key: position } ${PAGE} } } }`,
}
const FORWARD_LISTS: Record<string, (args: string) => string> = {
  batches: (args) => `{ batches(${args}) { nodes { key: index } ${PAGE} } }`,
  assets: (args) => `{ assets(${args}) { nodes { key: code } ${PAGE} } }`,
}
const CHANGING_LISTS: Record<string, (args: string) => string> = {
  'holdings of an asset': (args) =>
    `{ asset(by: { code: "LOT-1" }) { holdings(${args}) { nodes { key: index } ${PAGE} } } }`,
  'holdings of an account': (args) =>
    `{ account(address: "${address}") { holdings(${args}) { nodes { key: index } ${PAGE} } } }`,
}

describe('cursor', () => {
  it.each(Object.entries({ ...LISTS, ...FORWARD_LISTS }))(
    'leads on through %s, to what comes meanwhile',
    async (_name, list) => {
      const { keys, total, heights } = await walk(list, 3)
      const all = dig(await world.data(list('first: 100')))
      expect(keys).toEqual(all.nodes.map(({ key }) => key))
      if (total !== null) expect(total).toBe(keys.length)
      expect(heights).toBe(keys.length > 3 ? 2 : 1)
    },
  )

  it.each(Object.entries(LISTS))('at the end of %s leads to the next block', async (_name, list) => {
    const { pageInfo, totalCount } = dig(await world.data(list('last: 2')))
    await give()
    const next = dig(await world.data(list(`first: 5, after: "${pageInfo.endCursor}"`)))
    expect(next.nodes).toHaveLength(1)
    expect(next.pageInfo.hasPreviousPage).toBe(true)
    expect(next.totalCount).toBe(String(Number(totalCount) + 1))
  })

  it.each(Object.entries(LISTS))('leads back through %s as of one block', async (_name, list) => {
    const all = dig(await world.data(list('last: 100')))
    const { keys, heights } = await walk(list, 4, { backward: true })
    expect(keys).toEqual(all.nodes.map(({ key }) => key))
    expect(heights).toBe(1)
  })

  it.each(Object.entries(LISTS))('leads through %s from the newest, as of one block', async (_name, list) => {
    const all = dig(await world.data(list('first: 100'))).nodes.map(({ key }) => key)
    const down = await walk(list, 4, { newestFirst: true })
    expect(down.keys).toEqual(all.toReversed())
    expect(down.heights).toBe(1)
    const up = await walk(list, 4, { newestFirst: true, backward: true })
    const more = dig(await world.data(list('first: 100'))).nodes.map(({ key }) => key)
    expect(up.keys).toEqual(more.toReversed())
  })

  it.each(Object.entries(CHANGING_LISTS))('leads through %s as of one block', async (_name, list) => {
    const { keys, heights } = await walk(list, 1)
    const all = dig(await world.data(list('first: 100')))
    expect(keys).toEqual(all.nodes.map(({ key }) => key))
    expect(heights).toBe(1)
  })

  it('is valid only for its own list, filter and version', async () => {
    const codeOf = async (query: string) => (await world.ask(query)).errors?.[0]?.extensions.code
    const { endCursor } = dig(await world.data(LISTS.transfers!('first: 2'))).pageInfo
    const blocks = dig(await world.data(LISTS.blocks!('first: 2'))).pageInfo.endCursor
    expect(await codeOf(LISTS.blocks!(`first: 2, after: "${endCursor}"`))).toBe('BAD_CURSOR')
    expect(await codeOf(LISTS.transfers!(`first: 2, after: "${blocks}"`))).toBe('BAD_CURSOR')
    expect(await codeOf(LISTS['transfers of a filter']!(`first: 2, after: "${endCursor}"`))).toBe(
      'BAD_CURSOR',
    )
    const parts = JSON.parse(Buffer.from(endCursor, 'base64url').toString()) as unknown[]
    const forged = [
      'nonsense',
      Buffer.from(JSON.stringify([2, ...parts.slice(1)])).toString('base64url'),
      Buffer.from(JSON.stringify([...parts.slice(0, 2), 10_000_000, 0])).toString('base64url'),
      Buffer.from(JSON.stringify([...parts.slice(0, 3), -1])).toString('base64url'),
      Buffer.from(JSON.stringify([...parts.slice(0, 3), 0.5])).toString('base64url'),
      Buffer.from(JSON.stringify([...parts.slice(0, 3), 'x'])).toString('base64url'),
      Buffer.from(JSON.stringify(parts.slice(0, 3))).toString('base64url'),
      'A'.repeat(600),
    ]
    for (const cursor of forged)
      expect(await codeOf(LISTS.transfers!(`first: 2, after: "${cursor}"`))).toBe('BAD_CURSOR')
  })
})
