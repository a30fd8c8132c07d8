import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { createClient } from 'graphql-ws'
import { beforeAll, expect, it } from 'vitest'
import WebSocket from 'ws'
import { serveWebSocket } from '../../../src/api/http/websocket.ts'
import { MAX_KEPT_BLOCKS } from '../../../src/api/live/block-records.ts'
import { encodeAddress } from '../../../src/crypto/address.ts'
import { ApiWorld } from '../../support/api/api-server.ts'
import { countStatements } from '../../support/api/count-statements.ts'
import { Sse } from '../../support/api/sse.ts'
import { eddsaKey, type TestKey } from '../../support/ledger/ledger-world.ts'

const people = Array.from({ length: 12 }, (_, i) => eddsaKey(`person ${i}`))
const [ann] = people as [TestKey]
const named: bigint[] = []
let world: ApiWorld
let lot: bigint
let statements: string[]

beforeAll(async () => {
  const nameOf = (account: bigint) => {
    named.push(account)
    return 'somebody'
  }
  world = await ApiWorld.open({}, { nameOf })
  lot = await world.lot(ann, 'LOT-1', 100_000n)
  statements = countStatements(world.database)
})

const subscribe = (query: string, variables?: Record<string, unknown>) =>
  Sse.open((url, init) => world.api.yoga.fetch(url, init), 'http://api/graphql', query, variables)

/** One block in which ann gives each of the others a unit. */
const giveAll = () =>
  world.chain.commit(
    people.slice(1).map(({ account }, i) => world.move(ann, ann.account, account, lot, 1n, BigInt(i))),
  )

const OWN =
  'subscription ($account: String!) { transfers(filter: { account: $account }) { node { to { address } block { height } } } }'

/** Statements that a block costs when these people follow their own transfers. */
async function statementsOfBlock(followers: readonly TestKey[]): Promise<number> {
  const addresses = followers.map(({ account }) => encodeAddress(account))
  const live = await Promise.all(addresses.map((account) => subscribe(OWN, { account })))
  const events = live.map((sse) => sse.data())
  const { heights } = world.api.services as unknown as { heights: { waiting: number } }
  await expect.poll(() => heights.waiting).toBe(followers.length)
  statements.length = 0
  await giveAll()
  for (const [i, event] of events.entries()) {
    expect((await event).transfers.node.to.address).toBe(addresses[i])
  }
  const sent = statements.filter((text) => text.includes('SELECT') && !text.includes('pg_notify'))
  const ofCommit = sent.filter((text) => /pool|unnest|holding_span/.test(text)).length
  await Promise.all(live.map((sse) => sse.close()))
  await expect.poll(() => heights.waiting).toBe(0)
  return sent.length - ofCommit
}

it('reads a block once for all subscribers, whatever their filters', async () => {
  await statementsOfBlock(people.slice(1, 2))
  const few = await statementsOfBlock(people.slice(1, 3))
  const many = await statementsOfBlock(people.slice(1))
  expect(few).toBeGreaterThan(0)
  expect(many).toBeLessThanOrEqual(few)
})

it('answers equal subscriptions once, wherever they began', async () => {
  const query =
    'subscription ($after: String) { transfers(filter: { asset: "LOT-1" }, after: $after) { cursor node { hash to { name } } } }'
  const page = await world.data('{ transfers(last: 1, filter: { asset: "LOT-1" }) { edges { cursor } } }')
  const after = page.transfers.edges[0].cursor
  const live = await Promise.all(
    [{}, { after }, {}, { after }].map((variables) => subscribe(query, variables)),
  )
  const events = live.map((sse) => sse.data())
  const { heights } = world.api.services as unknown as { heights: { waiting: number } }
  await expect.poll(() => heights.waiting).toBe(live.length)
  named.length = 0
  await world.chain.commit([world.move(ann, ann.account, people[1]!.account, lot, 1n)])
  const answers = await Promise.all(events)
  for (const answer of answers) expect(answer).toEqual(answers[0])
  expect(named).toEqual([people[1]!.account])
  await Promise.all(live.map((sse) => sse.close()))
})

const PARTY = `subscription ($account: String!, $after: String) {
  transfers(filter: { account: $account }, after: $after) { cursor again: cursor node { hash to { name } } } }`

/** One block in which ann gives somebody two units, one after the other. */
const giveTwice = () =>
  world.chain.commit([0n, 1n].map((i) => world.move(ann, ann.account, people[1]!.account, lot, 1n, i)))

it('answers a record once for its sender and its receiver, each with a cursor of its own', async () => {
  const variables = people.slice(0, 2).map(({ account }) => ({ account: encodeAddress(account) }))
  const live = await Promise.all(variables.map((own) => subscribe(PARTY, own)))
  const events = live.map(async (sse) => [await sse.data(), await sse.data()])
  const { heights } = world.api.services as unknown as { heights: { waiting: number } }
  await expect.poll(() => heights.waiting).toBe(live.length)
  named.length = 0
  await giveTwice()
  const seen = await Promise.all(events)
  expect(named).toHaveLength(2)
  const [sent, received] = seen.map((events) => events.map(({ transfers }) => transfers))
  expect(sent!.map(({ node }) => node)).toEqual(received!.map(({ node }) => node))
  const cursors = [...sent!, ...received!].map(({ cursor, again }) => {
    expect(again).toBe(cursor)
    return cursor
  })
  expect(new Set(cursors).size).toBe(4)
  const resumed = await Promise.all(
    seen.map(([first], i) => subscribe(PARTY, { ...variables[i], after: first.transfers.cursor })),
  )
  const again = await Promise.all(resumed.map((sse) => sse.data()))
  expect(again).toEqual(seen.map(([, second]) => second))
  await Promise.all([...live, ...resumed].map((sse) => sse.close()))
})

it('sends the same over a WebSocket', async () => {
  const server = createServer()
  const sockets = serveWebSocket(server, '/graphql', world.api)
  await once(server.listen(0, '127.0.0.1'), 'listening')
  const client = createClient({
    url: `ws://127.0.0.1:${(server.address() as AddressInfo).port}/graphql`,
    webSocketImpl: WebSocket,
    retryAttempts: 0,
  })
  const variables = { account: encodeAddress(people[1]!.account) }
  const sse = await subscribe(PARTY, variables)
  const expected = (async () => [await sse.next(), await sse.next()])()
  const events = client.iterate({ query: PARTY, variables })
  const first = events.next()
  const { heights } = world.api.services as unknown as { heights: { waiting: number } }
  await expect.poll(() => heights.waiting).toBe(2)
  await giveTwice()
  expect([(await first).value, (await events.next()).value]).toEqual(await expected)
  await Promise.all([sse.close(), events.return?.()])
  await client.dispose()
  await sockets.stop()
  server.close()
})

it('gives a subscriber that does not read for many blocks all of them once it reads', async () => {
  const live = await subscribe('subscription { transfers(filter: { asset: "LOT-1" }) { node { position } } }')
  const start = world.chain.records.length
  for (let i = 0; i < MAX_KEPT_BLOCKS + 6; i++) {
    await world.chain.commit(
      [0n, 1n].map((n) => world.move(ann, ann.account, people[1]!.account, lot, 1n, n)),
    )
  }
  const seen: number[] = []
  const made = world.chain.records.slice(start).map(({ position }) => position)
  while (seen.length < made.length) seen.push(Number((await live.data()).transfers.node.position))
  expect(seen).toEqual(made)
  await live.close()
})
