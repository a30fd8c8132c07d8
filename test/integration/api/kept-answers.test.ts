import { execute, parse } from 'graphql'
import { beforeAll, describe, expect, it, vi } from 'vitest'
import { KeptAnswers, MAX_HEIGHT_BYTES, MAX_SETTLED_BYTES } from '../../../src/api/execution/kept-answers.ts'
import { SharedHeights } from '../../../src/api/live/height-feed.ts'
import { openContext } from '../../../src/api/request/context.ts'
import { apiSchema } from '../../../src/api/schema.ts'
import { encodeAddress } from '../../../src/crypto/address.ts'
import { ApiWorld } from '../../support/api/api-server.ts'
import { eddsaKey } from '../../support/ledger/ledger-world.ts'

let world: ApiWorld
const ann = eddsaKey('ann')
const BLOCK = `query ($h: BigInt!) { block(by: { height: $h }) { height hash transfers(first: 3) { nodes { hash from { address } asset { code } } } } }`

beforeAll(async () => {
  world = await ApiWorld.open()
  await world.lot(ann, 'LOT', 10n)
})

/** Answers as plans do, and counts how often something was executed. */
function counting(services = world.api.services) {
  const schema = apiSchema()
  const answers = new KeptAnswers()
  const documents = new Map<string, ReturnType<typeof parse>>()
  const state = { executed: 0 }
  const ask = async (
    query: string,
    variableValues: Record<string, unknown>,
    context = openContext(services),
  ) => {
    const document = documents.get(query) ?? parse(query)
    documents.set(query, document)
    const args = { schema, document, variableValues, contextValue: context as never }
    return answers.answer(args, () => {
      state.executed += 1
      return execute(args)
    })
  }
  return { answers, ask, state }
}

it('answers what is settled from memory, in the same words', async () => {
  const { ask, state } = counting()
  const first = await ask(BLOCK, { h: '1' })
  expect(state.executed).toBe(1)
  const again = (await ask(BLOCK, { h: '1' })) as { stringify(result: object): string }
  expect(state.executed).toBe(1)
  expect(again).toMatchObject({ data: first.data })
  expect(again.stringify({ ...again, extensions: { height: '2' } })).toBe(
    JSON.stringify({ data: first.data, extensions: { height: '2' } }),
  )
  await ask(BLOCK, { h: '2' })
  expect(state.executed).toBe(2)
})

it('asks again for what may change at any time: a block that is not final yet, the node, its pool, the clock, notes', async () => {
  const { ask, state } = counting()
  const asked: [string, Record<string, unknown>][] = [
    [BLOCK, { h: '99' }],
    ['query ($h: BigInt!) { block(by: { height: $h }) { certificate } }', { h: '1' }],
    ['{ pool { size } }', {}],
    ['{ chain { era } }', {}],
    ['{ chain { height } }', {}],
    ['{ service { version } }', {}],
    ['{ transfers { nodes { note } } }', {}],
    ['{ batches { nodes { status } } }', {}],
    ['query ($a: String!) { account(address: $a) { name } }', { a: encodeAddress(ann.account) }],
    [
      'query ($a: String!) { account(address: $a) { pending { totalCount } } }',
      { a: encodeAddress(ann.account) },
    ],
    [
      'query ($a: String!) { holding(address: $a, asset: "LOT") { nextStart } }',
      { a: encodeAddress(ann.account) },
    ],
  ]
  for (const [query, variables] of [...asked, ...asked]) await ask(query, variables)
  expect(state.executed).toBe(2 * asked.length)
})

it('keeps no answer whose names are long: they are not counted before its JSON is made', async () => {
  const { answers, ask, state } = counting()
  const named = (characters: number) => `{ blocks { nodes { ${'a'.repeat(characters)}: height } } }`
  for (const characters of [64, 64, 65, 65]) await ask(named(characters), {})
  expect(state.executed).toBe(3)
  const { newest } = answers.bytes
  await ask(named(100_000), {})
  expect(answers.bytes.newest).toBe(newest)
})

it('tells a number that is too large from none', async () => {
  const { ask } = counting()
  const query = 'query ($n: Int) { blocks(first: $n) { nodes { height } } }'
  expect((await ask(query, { n: null })).errors).toBeUndefined()
  expect((await ask(query, JSON.parse('{ "n": 1e999 }'))).errors).toHaveLength(1)
})

it('sees a block once it is final, and names a height at which the answer holds', async () => {
  const next = String(world.chain.header.height + 1)
  expect(await world.data(BLOCK, { h: next })).toEqual({ block: null })
  await world.chain.commit([world.retire(ann, await assetId(), 1n)])
  const first = await world.ask(BLOCK, { h: next })
  expect(first.data.block.height).toBe(next)
  const again = await world.ask(BLOCK, { h: next })
  expect(again.data).toEqual(first.data)
  expect(Number(again.extensions!.height)).toBeGreaterThanOrEqual(Number(next))
})

it('reads no newest block for what is settled, unless a part of the answer is missing', async () => {
  const { ask } = counting()
  await world.data('{ chain { finalizedHeight } }') // so that one is known
  const read = vi.spyOn(world.api.services.tips, 'read')
  expect((await ask(BLOCK, { h: '1' })).data!.block).not.toBeNull()
  expect(read).not.toHaveBeenCalled()
  const next = String(world.chain.header.height + 1)
  expect((await ask(BLOCK, { h: next })).data!.block).toBeNull()
  expect(read).toHaveBeenCalledTimes(1)
  await world.chain.commit([])
  expect((await ask(BLOCK, { h: next })).data!.block).toMatchObject({ height: next })
})

async function assetId(): Promise<bigint> {
  const { asset } = await world.data('{ asset(by: { code: "LOT" }) { assetId } }')
  return BigInt(`0x${asset.assetId}`)
}

it('answers what only a block changes from memory until the next block, by variables', async () => {
  const { ask, state } = counting()
  const HELD =
    'query ($a: String!) { holding(address: $a, asset: "LOT") { balance height } chain { head { hash } } }'
  const held = async (key = ann) =>
    (await ask(HELD, { a: encodeAddress(key.account) })).data as {
      holding: { balance: string }
      chain: unknown
    }
  const before = await held()
  expect(await held()).toEqual(before)
  expect(state.executed).toBe(1)
  await held(eddsaKey('bea'))
  await held(eddsaKey('bea')) // nothing is held, which may change with the pool
  expect(state.executed).toBe(3)
  await world.chain.commit([world.retire(ann, await assetId(), 1n)])
  const { holding, chain } = await held()
  expect(state.executed).toBe(4)
  expect(Number(holding.balance)).toBe(
    Number((before as { holding: { balance: string } }).holding.balance) - 1,
  )
  expect(chain).not.toEqual(before.chain)
  expect(await held()).toEqual({ holding, chain })
  expect(state.executed).toBe(4)
})

describe('an answer that only a block changes, while the newest block is read', () => {
  const NEWEST = 'query ($n: Int) { blocks(last: $n) { nodes { height } } }'
  /** A server that is not told of blocks, so that it learns of them by reading alone, and knows the newest one. */
  const untold = async () => {
    const asked = counting({ ...world.api.services, heights: new SharedHeights(0) })
    await asked.ask('{ chain { finalizedHeight } }', {})
    asked.state.executed = 0
    return asked
  }
  const answerAt = (height: number) => ({ data: { blocks: { nodes: [{ height: String(height) }] } } })
  /** Does something before the newest block is read. */
  const beforeRead = (act: () => Promise<unknown>) => {
    const { tips } = world.api.services
    const read = tips.read.bind(tips)
    vi.spyOn(tips, 'read').mockImplementationOnce(() => act().then(read))
  }

  it('is found as of the block that is known', async () => {
    const { ask, state } = await untold()
    beforeRead(async () => {
      await world.api.services.tips.gathered()
      expect(state.executed).toBe(1)
    })
    expect(await ask(NEWEST, { n: 1 })).toMatchObject(answerAt(world.chain.header.height))
    expect(state.executed).toBe(1)
    await ask(NEWEST, { n: 1 })
    expect(state.executed).toBe(1) // it was kept
  })

  it('is found anew if a block came between the two reads, or before the question', async () => {
    const { ask, state } = await untold()
    const context = openContext(world.api.services)
    beforeRead(() => world.chain.commit([]))
    const { height } = world.chain.header
    expect(await ask(NEWEST, { n: 1 }, context)).toMatchObject(answerAt(height + 1))
    expect(await context.snapshot.height()).toBe(height + 1)
    expect(state.executed).toBe(2)
    await world.chain.commit([])
    expect(
      await ask('query ($n: Int) { blocks(last: $n) { nodes { height hash } } }', { n: 1 }),
    ).toMatchObject(answerAt(height + 2))
    expect(state.executed).toBe(4)
  })

  it('is an error if the newest block cannot be read', async () => {
    const { ask } = await untold()
    beforeRead(() => Promise.reject(new Error('out of reach')))
    const { data, errors } = await ask(NEWEST, { n: 1 })
    expect([data, errors?.[0]?.message]).toEqual([null, 'out of reach'])
  })

  it('is not found twice if it takes long', async () => {
    const { ask, state } = await untold()
    const context = openContext(world.api.services)
    context.work.weight = 'heavy'
    beforeRead(async () => {
      expect(state.executed).toBe(0)
      await world.chain.commit([])
    })
    const { height } = world.chain.header
    expect(await ask(NEWEST, { n: 1 }, context)).toMatchObject(answerAt(height + 1))
    expect(state.executed).toBe(1)
  })

  it('has its bytes counted anew, also if it was too large before', async () => {
    const { ask } = await untold()
    const context = openContext(world.api.services, undefined, 40)
    const { height } = world.chain.header
    beforeRead(async () => {
      expect(() => context.work.add('x'.repeat(50))).toThrow()
      await world.chain.commit([])
    })
    expect(await ask(NEWEST, { n: 1 }, context)).toMatchObject(answerAt(height + 1))
    expect(context.work.stopped).toBeUndefined()
    expect(context.work.bytes).toBeLessThan(40)
  })
})

it('does not keep an answer that a hint explains, or that the node had a part in', async () => {
  const { ask, state } = counting()
  for (let i = 0; i < 2; i++) {
    await ask('{ chain { name } transfers(filter: { asset: "NONE" }) { nodes { hash } } }', {})
    await ask('query ($a: String!) { chain { name } holding(address: $a, asset: "LOT") { balance } }', {
      a: encodeAddress(eddsaKey('bea').account),
    })
  }
  expect(state.executed).toBe(4)
})

it(`keeps at most ${MAX_HEIGHT_BYTES / 1024 / 1024} MiB of answers until the next block`, async () => {
  const { answers, ask } = counting()
  const wide = Array.from({ length: 4_900 }, (_, n) => `a${n}: chainId`).join(' ')
  for (let i = 0; i < 18; i++) await ask(`query Q${i} { chain { ${wide} } }`, {})
  expect(answers.bytes.newest).toBeLessThanOrEqual(MAX_HEIGHT_BYTES)
  expect(answers.bytes.newest).toBeGreaterThan(MAX_HEIGHT_BYTES / 2)
})

it(`keeps at most ${MAX_SETTLED_BYTES / 1024 / 1024} MiB of settled answers`, async () => {
  const { answers, ask } = counting()
  const wide = (i: number) =>
    `query Q${i} ($h: BigInt!) { block(by: { height: $h }) { ${Array.from({ length: 4_000 }, (_, n) => `a${n}: stateRoot`).join(' ')} } }`
  for (let i = 0; i < 45; i++) await ask(wide(i), { h: '1' })
  expect(answers.bytes.settled).toBeLessThanOrEqual(MAX_SETTLED_BYTES)
  expect(answers.bytes.settled).toBeGreaterThan(MAX_SETTLED_BYTES / 2)
})
