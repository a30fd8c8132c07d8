import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
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
  /** The answer as transports get it. */
  const given = async (
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
  const ask: typeof given = async (...asked) => JSON.parse(JSON.stringify(await given(...asked)))
  return { answers, ask, given, state }
}

it('answers what is settled from memory, in the same words', async () => {
  const { ask, given, state } = counting()
  const first = await given(BLOCK, { h: '1' })
  expect(state.executed).toBe(1)
  const again = (await given(BLOCK, { h: '1' })) as { stringify(result: object): string }
  expect(state.executed).toBe(1)
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

/** Keeps answers whose data is given, as of the newest height or for ever. */
function keeping() {
  const answers = new KeptAnswers()
  const schema = apiSchema()
  const documents = {
    newest: parse('query ($first: Int) { blocks(first: $first) { nodes { hash } } }'),
    settled: parse(
      'query ($h: BigInt!, $first: Int) { block(by: { height: $h }) { transfers(first: $first) { nodes { hash } } } }',
    ),
  }
  let first = 0
  const keep = async (kind: keyof typeof documents, data: Record<string, unknown>) => {
    const contextValue = openContext(world.api.services) as never
    const args = {
      schema,
      document: documents[kind],
      variableValues: { h: '1', first: ++first },
      contextValue,
    }
    await answers.answer(args, () => ({ data }))
  }
  return { answers, keep }
}

it.each([
  ['until the next block', 'newest', MAX_HEIGHT_BYTES],
  ['for ever', 'settled', MAX_SETTLED_BYTES],
] as const)('keeps no more answers %s than their bound', async (_until, kind, max) => {
  const { answers, keep } = keeping()
  for (let bytes = 0; bytes < 1.5 * max; bytes += 250_000) await keep(kind, { text: 'x'.repeat(250_000) })
  expect(answers.bytes[kind]).toBeLessThanOrEqual(max)
  expect(answers.bytes[kind]).toBeGreaterThan(max / 2)
})

it('counts at least the memory that the answers take, many small objects and any characters', async () => {
  setFlagsFromString('--expose-gc')
  const collect = runInNewContext('gc') as () => void
  const { answers, keep } = keeping()
  const memory = () => {
    collect()
    return process.memoryUsage().heapUsed
  }
  const nodes = (character: string) =>
    Array.from({ length: 5_000 }, (_, i) => ({ a: `${character}${i}`, inside: { list: [{}] } }))
  await keep('newest', { nodes: nodes('a') })
  const before = [memory(), answers.bytes.newest] as const
  for (let i = 0; i < 40; i++) await keep('newest', { nodes: nodes(i % 2 ? 'a' : 'ж') })
  const took = memory() - before[0]
  const counted = answers.bytes.newest - before[1]
  expect(counted).toBeGreaterThan(5_000_000)
  expect(took).toBeGreaterThan(counted / 4)
  // The process itself allocates a little meanwhile; characters counted at half their bytes would be a quarter of all.
  expect(took).toBeLessThanOrEqual(1.05 * counted)
})

it('keeps no answer whose JSON is longer than is made at once', async () => {
  const { answers, keep } = keeping()
  await keep('newest', { text: 'x'.repeat(256 * 1024) })
  expect(answers.bytes.newest).toBe(0)
})

it('gives the data of a kept answer to what writes JSON itself', async () => {
  const { given } = counting()
  const query = '{ blocks(first: 3) { nodes { height hash } } }'
  const { data } = await given(query, {})
  const again = await given(query, {})
  expect(again.data).not.toBe(data)
  expect(JSON.stringify({ payload: again.data })).toBe(JSON.stringify({ payload: data }))
})
