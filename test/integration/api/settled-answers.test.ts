import { execute, parse } from 'graphql'
import { beforeAll, expect, it } from 'vitest'
import { MAX_SETTLED_BYTES, SettledAnswers } from '../../../src/api/execution/settled-answers.ts'
import { openContext } from '../../../src/api/request/context.ts'
import { apiSchema } from '../../../src/api/schema.ts'
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
function counting() {
  const schema = apiSchema()
  const answers = new SettledAnswers()
  const documents = new Map<string, ReturnType<typeof parse>>()
  const state = { executed: 0 }
  const ask = async (query: string, variableValues: Record<string, unknown>) => {
    const document = documents.get(query) ?? parse(query)
    documents.set(query, document)
    const contextValue = openContext(world.api.services) as never
    const args = { schema, document, variableValues, contextValue }
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

it('asks again for what may change: the newest block, a block that is not final yet, a field that is not settled', async () => {
  const { ask, state } = counting()
  const asked: [string, Record<string, unknown>][] = [
    ['{ chain { head { hash } } }', {}],
    [BLOCK, { h: '99' }],
    ['query ($h: BigInt!) { block(by: { height: $h }) { certificate } }', { h: '1' }],
    ['query ($h: BigInt!) { block(by: { height: $h }) { hash } chain { name } }', { h: '1' }],
  ]
  for (const [query, variables] of [...asked, ...asked]) await ask(query, variables)
  expect(state.executed).toBe(8)
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

async function assetId(): Promise<bigint> {
  const { asset } = await world.data('{ asset(by: { code: "LOT" }) { assetId } }')
  return BigInt(`0x${asset.assetId}`)
}

it(`keeps at most ${MAX_SETTLED_BYTES / 1024 / 1024} MiB of answers`, async () => {
  const { answers, ask } = counting()
  const wide = (i: number) =>
    `query Q${i} ($h: BigInt!) { block(by: { height: $h }) { ${Array.from({ length: 4_000 }, (_, n) => `a${n}: stateRoot`).join(' ')} } }`
  for (let i = 0; i < 45; i++) await ask(wide(i), { h: '1' })
  expect(answers.bytes).toBeLessThanOrEqual(MAX_SETTLED_BYTES)
  expect(answers.bytes).toBeGreaterThan(MAX_SETTLED_BYTES / 2)
})
