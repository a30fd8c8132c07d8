import { beforeAll, expect, it } from 'vitest'
import { DEFAULT_LIMITS } from '../../../src/api/limits.ts'
import { ApiWorld } from '../../support/api/api-server.ts'
import { eddsaKey } from '../../support/ledger/ledger-world.ts'

const ann = eddsaKey('ann')
let world: ApiWorld

beforeAll(async () => {
  world = await ApiWorld.open({}, { limits: { ...DEFAULT_LIMITS, replayBlocks: 4, replayRecords: 5 } })
  const lot = await world.lot(ann, 'LOT', 100n)
  for (let i = 0; i < 4; i++) await world.chain.commit([world.retire(ann, lot, 1n)])
})

/** The code of the refusal; undefined if the subscription begins. */
async function refusal(field: string): Promise<unknown> {
  const abort = new AbortController()
  const response = await world.api.yoga.fetch('http://api/graphql', {
    method: 'POST',
    headers: { 'content-type': 'application/json', accept: 'text/event-stream' },
    body: JSON.stringify({ query: `subscription { ${field} }` }),
    signal: abort.signal,
  })
  const reader = response.body!.getReader()
  let text = ''
  for (const decoder = new TextDecoder(); !text.includes('data: '); ) {
    const { value, done } = await reader.read()
    if (done) break
    text += decoder.decode(value)
  }
  abort.abort()
  await reader.cancel().catch(() => {})
  const event = JSON.parse(/^data: (.*)$/m.exec(text)![1]!)
  const [error] = event.errors ?? []
  return error && { ...error.extensions, message: error.message }
}

const cursorOf = async (position: number) => {
  const { transfers } = await world.data('{ transfers { edges { cursor } } }')
  return transfers.edges[position].cursor
}

it('refuses to replay more than the bounds, and says how to export instead', async () => {
  expect(await refusal('blocks(after: 2) { height }')).toBeUndefined()
  expect(await refusal('blocks(after: 1) { height }')).toMatchObject({
    code: 'REPLAY_TOO_LONG',
    data: { what: 'blocks', behind: 5, max: 4 },
  })
  const edges = (cursor: string) => `transfers(after: "${cursor}") { cursor }`
  expect(await refusal(edges(await cursorOf(0)))).toBeUndefined()
  const { limits } = (await world.data('{ service { limits { replayBlocks replayRecords } } }')).service
  expect(limits).toEqual({ replayBlocks: 4, replayRecords: 5 })
  const lot = (await world.data('{ asset(by: { code: "LOT" }) { assetId } }')).asset.assetId
  await world.chain.commit([world.retire(ann, BigInt(`0x${lot}`), 1n)])
  expect(await refusal(edges(await cursorOf(0)))).toMatchObject({
    code: 'REPLAY_TOO_LONG',
    data: { what: 'records', behind: 6, max: 5 },
  })
  const answer = await refusal('blocks(after: 0) { height }')
  expect(answer).toMatchObject({ message: expect.stringContaining('/export') })
})
