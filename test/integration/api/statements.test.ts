import { beforeAll, describe, expect, it } from 'vitest'
import { encodeAddress } from '../../../src/crypto/address.ts'
import { ApiWorld } from '../../support/api/api-server.ts'
import { countStatements } from '../../support/api/count-statements.ts'
import { eddsaKey, rsaKey } from '../../support/ledger/ledger-world.ts'

const keys = ['ann', 'bea', 'cem', 'dov', 'eli'].map(eddsaKey)
const rsa = rsaKey()
let world: ApiWorld
let statements: string[] = []

beforeAll(async () => {
  world = await ApiWorld.open()
  for (const [i, key] of keys.entries()) {
    const lot = await world.lot(key, `LOT-${i}`, 100n)
    const others = [...keys, rsa].filter((other) => other !== key)
    const gifts = others.map((other, n) =>
      world.move(key, key.account, other.account, lot, 5n, BigInt(n) * 5n),
    )
    await world.chain.commit(
      gifts,
      gifts.map((_, n) => `note ${n}`),
    )
    await world.chain.commit([world.retire(key, lot, 1n)])
  }
  statements = countStatements(world.database)
})

const TRIES = 4

/** Statements of a request: the fewest of some tries, because on a busy machine others have their turn in between, and what was to be read together is parted. */
async function statementsOf(
  query: string,
  variables: Record<string, unknown> | ((i: number) => Record<string, unknown>),
): Promise<number> {
  const counts: number[] = []
  for (let i = 0; i < TRIES; i++) {
    statements.length = 0
    await world.data(query, typeof variables === 'function' ? variables(i) : variables)
    counts.push(statements.length)
  }
  return Math.min(...counts)
}

const TRANSFER = `hash kind height timestamp position from { address name } to { address name }
  asset { code issued retired issuer { address } registration { hash } madeFrom { hash } }
  note noteMatches publicKey signature batch { id status count proof } block { hash }`
const address = encodeAddress(keys[0]!.account)

const QUERIES: Record<string, string> = {
  transfers: `query ($n: Int) { transfers(first: $n) { totalCount nodes { ${TRANSFER} } } }`,
  blocks: `query ($n: Int) { blocks(first: $n) { nodes { hash transfers(first: 3) { totalCount nodes { ${TRANSFER} } } batches { nodes { status } } } } }`,
  assets: `query ($n: Int) { assets(first: $n) { nodes { code
    holdings(first: 4) { nodes { address balance nextStart asset { code } } }
    transfers(last: 3) { totalCount nodes { ${TRANSFER} } } } } }`,
  account: `query ($n: Int) { account(address: "${address}") { holdings(first: $n) { nodes { balance asset {
    issuer { address transfers(first: 2) { nodes { hash } } holdings(first: 2) { nodes { balance } } } } } } } }`,
  batches: `query ($n: Int) { batches(first: $n) { nodes { status count full proven attested proof transfers { nodes { ${TRANSFER} } } } } }`,
}

describe('SQL statements of a request', () => {
  it.each(Object.entries(QUERIES))('do not grow with the page of %s', async (_name, query) => {
    await statementsOf(query, { n: 20 }) // assets are kept from here on
    const few = await statementsOf(query, { n: 8 })
    const many = await statementsOf(query, { n: 20 })
    expect(few).toBeGreaterThan(0)
    expect(many).toBeLessThanOrEqual(few)
  })

  it('are few', async () => {
    expect(await statementsOf(QUERIES.transfers!, { n: 20 })).toBeLessThanOrEqual(14)
    expect(await statementsOf('{ chain { finalizedHeight head { hash } counts { transfers } } }', {})).toBe(1)
  })

  it('are one for a balance that nobody asked for before, which finds the newest block too', async () => {
    const balance = 'query ($a: String!) { holding(address: $a, asset: "LOT-0") { balance } }'
    const anew = (i: number) => ({ a: address, anew: i })
    expect(await statementsOf(balance, anew)).toBe(1)
  })
})
