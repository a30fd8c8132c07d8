import { EventEmitter } from 'node:events'
import type { ExecutionResult } from 'graphql'
import { afterEach, beforeAll, beforeEach, expect, it, type MockInstance, vi } from 'vitest'
import { AskedBodies, MAX_ASKED_BYTES, TIP_MS } from '../../../src/api/http/asked-bodies.ts'
import { directExecution } from '../../../src/api/http/direct.ts'
import { createApi } from '../../../src/api/server.ts'
import { encodeAddress } from '../../../src/crypto/address.ts'
import { type Answer, ApiWorld } from '../../support/api/api-server.ts'
import { eddsaKey } from '../../support/ledger/ledger-world.ts'

let world: ApiWorld
let assetId: bigint
/** Looks for documents: plugins have a part in what executes them. */
let plugins: MockInstance
const ann = eddsaKey('ann')
const BLOCK = JSON.stringify({ query: 'query Settled { block(by: { height: "1" }) { hash } }' })
const HELD = JSON.stringify({
  query: 'query Held($a: String!) { holding(address: $a, asset: "LOT") { balance height } }',
  variables: { a: encodeAddress(ann.account) },
})

beforeAll(async () => {
  world = await ApiWorld.open()
  assetId = await world.lot(ann, 'LOT', 1_000n)
})
beforeEach(() => {
  plugins = vi.spyOn(world.api.services.documents, 'get')
})
afterEach(() => vi.restoreAllMocks())

/** Posts bodies as a client at an address does, over connections that are not there. */
function client(api = world.api, remoteAddress = '192.0.2.1') {
  const direct = directExecution(api)
  return async (body: string, headers: Record<string, string> = {}): Promise<Answer> => {
    const request = { headers: { accept: 'application/json', ...headers }, socket: { remoteAddress } }
    const response = Object.assign(new EventEmitter(), { destroyed: false })
    const result = (await direct(request as never, response as never, body)) as
      | (ExecutionResult & { stringify?: (result: object) => string })
      | undefined
    // Yoga has to check the document first.
    if (result === undefined) {
      const { query, variables } = JSON.parse(body) as { query: string; variables?: Record<string, unknown> }
      return world.ask(query, variables)
    }
    return JSON.parse((result.stringify ?? JSON.stringify)(result)) as Answer
  }
}

/** A client that asked twice: what is kept then needs no plugin. */
async function knowing(body: string): Promise<ReturnType<typeof client>> {
  const ask = client()
  await ask(body)
  await ask(body)
  await ask(body)
  plugins.mockClear()
  return ask
}

it.each([
  ['for ever', BLOCK],
  ['until the next block', HELD],
])(
  'answers a body that was asked before from memory, and in the same words, if the answer is kept %s',
  async (_, body) => {
    const first = await client()(body)
    const ask = await knowing(body)
    const again = await ask(body)
    expect(plugins).not.toHaveBeenCalled()
    expect(again).toEqual({ ...first, extensions: { ...first.extensions, costLeft: expect.any(Number) } })
  },
)

it('has each answer paid for, and leaves a client without budget to the plugins, which refuse it', async () => {
  const ask = await knowing(BLOCK)
  vi.spyOn(performance, 'now').mockReturnValue(performance.now()) // nothing flows into the bucket
  const { cost, costLeft } = (await ask(BLOCK)).extensions!
  expect(cost).toBeGreaterThan(0)
  expect((await ask(BLOCK)).extensions!.costLeft).toBe(costLeft! - cost!)
  world.api.services.clients.of('192.0.2.1').charge(costLeft!)
  expect((await ask(BLOCK)).errors?.[0]?.extensions.code).toBe('TOO_MANY_REQUESTS')
  vi.restoreAllMocks()
  world.api.services.clients.of('192.0.2.1').charge(-costLeft!)
})

it('counts it by the name of its operation', async () => {
  const ask = await knowing(HELD)
  const answered = vi.spyOn(world.api.metrics, 'answered')
  await ask(HELD)
  expect(answered.mock.calls).toEqual([['Held', expect.any(Number)]])
})

it('reads the newest block first, and answers as of that', async () => {
  const ask = await knowing(HELD)
  const before = await ask(HELD)
  expect(plugins).not.toHaveBeenCalled()
  await world.chain.commit([world.retire(ann, assetId, 1n)])
  const after = await ask(HELD)
  expect(plugins).toHaveBeenCalledOnce()
  expect(Number(after.extensions!.height)).toBe(Number(before.extensions!.height) + 1)
  expect(Number(after.data.holding.balance)).toBe(Number(before.data.holding.balance) - 1)
  expect((await ask(HELD)).data).toEqual(after.data)
  expect(plugins).toHaveBeenCalledOnce()
})

it('names the newest height that is known with what is settled', async () => {
  const ask = await knowing(BLOCK)
  await world.chain.commit([])
  const { height } = world.chain.header
  await vi.waitUntil(() => world.api.services.heights.current === height)
  expect((await ask(BLOCK)).extensions!.height).toBe(String(height))
  expect(plugins).not.toHaveBeenCalled()
})

it('leaves a request to the plugins that has to see a block, or whose block cannot be read', async () => {
  const ask = await knowing(HELD)
  const height = String(world.chain.header.height)
  expect((await ask(HELD, { 'inpigritas-min-height': height })).data.holding).not.toBeNull()
  expect(plugins).toHaveBeenCalledOnce()
  vi.spyOn(world.api.services.tips, 'read').mockRejectedValueOnce(new Error('out of reach'))
  expect((await ask(HELD)).data.holding).not.toBeNull()
  expect(plugins).toHaveBeenCalledTimes(2)
})

it(`leaves it to them after ${TIP_MS} ms too, if the newest block is not read by then`, async () => {
  const ask = await knowing(HELD)
  vi.spyOn(world.api.services.tips, 'read').mockReturnValueOnce(new Promise(() => {}))
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] })
  const answer = ask(HELD)
  await vi.advanceTimersByTimeAsync(TIP_MS - 1)
  expect(plugins).not.toHaveBeenCalled()
  await vi.advanceTimersByTimeAsync(1)
  vi.useRealTimers()
  expect((await answer).data.holding).not.toBeNull()
  expect(plugins).toHaveBeenCalledOnce()
})

it('keeps no more bodies than their bound, and the last ones', () => {
  const bodies = new AskedBodies(createApi(world.api.services))
  const place = { key: 'k', isSettled: true }
  for (let i = 0; i < 40; i++) bodies.add(`${i} ${'x'.repeat(400_000)}`, { place, cost: 1, name: 'A' })
  expect(bodies.bytes).toBeLessThanOrEqual(MAX_ASKED_BYTES)
  expect(bodies.bytes).toBeGreaterThan(MAX_ASKED_BYTES / 2)
})
