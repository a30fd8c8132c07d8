import { beforeAll, describe, expect, it } from 'vitest'
import { encodeAddress } from '../../../src/crypto/address.ts'
import { fieldToHex } from '../../../src/crypto/field.ts'
import { termsOf } from '../../../src/storage/folding.ts'
import { ApiWorld } from '../../support/api/api-server.ts'
import { eddsaKey } from '../../support/ledger/ledger-world.ts'

const ann = eddsaKey('ann')
const bea = eddsaKey('bea')
const names = new Map([
  [bea.account, 'North Gallery'],
  [4_711n, 'Northern Lights'],
])
let world: ApiWorld
let lot: bigint

beforeAll(async () => {
  const accountsNamed = (folded: string, limit: number) =>
    [...names]
      .filter(([, name]) => termsOf(name).some((term) => term.startsWith(folded)))
      .map(([account]) => account)
      .slice(0, limit)
  world = await ApiWorld.open({}, { accountsNamed })
  lot = await world.lot(ann, 'LOT-9', 100n, { name: 'Green Coffee, lot 9' })
  await world.lot(ann, 'GREEN.TEA', 5n, { name: 'Sencha — Grüner Tee' })
  await world.chain.commit([world.move(ann, ann.account, bea.account, lot, 40n)])
})

const QUERY = `query ($text: String!, $first: Int! = 10) { search(text: $text, first: $first) { matched node { __typename
  ... on Block { height } ... on Transfer { position } ... on Asset { code } ... on Account { address } } } }`
const find = async (text: string, first?: number) => {
  const { search } = await world.data(QUERY, { text, ...(first === undefined ? {} : { first }) })
  return search.map(({ matched, node }: { matched: string; node: Record<string, string> }) =>
    [
      matched,
      node.height ??
        node.position ??
        node.code ??
        (node.address === encodeAddress(ann.account) ? 'ann' : 'bea'),
    ].join(' '),
  )
}

describe('search', () => {
  it('finds words of codes and names, whatever the case, blanks and punctuation', async () => {
    for (const text of ['green coffee', 'GREENCOFFEE', ' Green-Cof', 'coffee lot'])
      expect([text, await find(text)]).toEqual([text, ['NAME LOT-9']])
    expect(await find('green')).toEqual(['CODE GREEN.TEA', 'NAME LOT-9'])
    expect(await find('lot9')).toEqual(['CODE LOT-9'])
    expect(await find('grüner')).toEqual(['NAME GREEN.TEA'])
    expect(await find('te')).toEqual(['CODE GREEN.TEA'])
    expect(await find('offee')).toEqual([])
    expect(await find('%')).toEqual([])
    expect(await find('')).toEqual([])
  })

  it('finds heights, and what begins with a hash, an id or an address', async () => {
    expect(await find(' 3 ')).toEqual(['HEIGHT 3'])
    expect(await find('9')).toEqual(['CODE LOT-9'])
    const record = world.chain.records.at(-1)!
    const hash = fieldToHex(record.hash)
    for (const text of [hash, hash.slice(0, 10), `0x${hash.slice(0, 40).toUpperCase()}`])
      expect(await find(text)).toEqual([`HASH ${record.position}`])
    expect(await find(hash.slice(0, 5))).toEqual([])
    const { block } = await world.data('{ block(by: { height: 2 }) { hash } }')
    expect(await find(block.hash.slice(0, 12))).toEqual(['HASH 2'])
    expect(await find(fieldToHex(lot).slice(0, 20))).toEqual(['ASSET_ID LOT-9'])
    expect(await find(fieldToHex(ann.account).slice(0, 20))).toEqual(['ACCOUNT_ID ann'])
    const address = encodeAddress(ann.account)
    for (const length of [8, 20, 55, 56, 60, 62])
      expect(await find(address.slice(0, length))).toEqual(['ADDRESS ann'])
    expect(await find(address.slice(0, 7))).toEqual([])
    expect(await find(`${address.slice(0, 20)}bbbb`)).toEqual([])
    expect(await find(encodeAddress(12_345n))).toEqual([])
  })

  it("finds accounts by this server's names, if they ever held anything", async () => {
    expect(await find('north')).toEqual(['NAME bea'])
    expect(await find('gallery')).toEqual(['NAME bea'])
  })

  it('has bounds', async () => {
    expect(await find('green', 1)).toEqual(['CODE GREEN.TEA'])
    expect(await find('green', 0)).toEqual([])
    const refusal = async (variables: object) =>
      (await world.ask(QUERY, { ...variables })).errors?.[0]?.extensions
    expect(await refusal({ text: 'x', first: 17 })).toMatchObject({
      code: 'PAGE_TOO_LARGE',
      data: { max: 16 },
    })
    expect(await refusal({ text: 'x', first: -1 })).toMatchObject({ code: 'BAD_INPUT' })
    expect(await refusal({ text: 'x'.repeat(128) })).toBeUndefined()
    expect(await refusal({ text: 'x'.repeat(129) })).toMatchObject({
      code: 'BAD_INPUT',
      data: { max: 128, got: 129 },
    })
  })

  it('indexes at most 8 words of a text, and 64 characters of each term', () => {
    expect(termsOf('a b c d e f g h i j')).toHaveLength(8)
    expect(termsOf('a b c d e f g h i j').at(-1)).toBe('hij')
    expect(termsOf('ä'.repeat(100))).toEqual(['ä'.repeat(64)])
  })
})
