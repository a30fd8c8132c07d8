import { once } from 'node:events'
import { type ExecutionArgs, parse } from 'graphql'
import { createClient } from 'graphql-ws'
import { afterEach, beforeEach, expect, it, vi } from 'vitest'
import WebSocket from 'ws'
import { TRY_AGAIN_LATER } from '../../../src/api/http/client-socket.ts'
import {
  DEFAULT_LIMITS,
  MAX_SOCKETS,
  MAX_SUBSCRIPTION_BYTES,
  MAX_SUBSCRIPTIONS,
} from '../../../src/api/limits.ts'
import { heldBytes } from '../../../src/api/live/held-bytes.ts'
import type { RunningApi } from '../../../src/api/start.ts'
import { createClient as libraryClient } from '../../../src/client/client.ts'
import { serveApi } from '../../support/api/served-api.ts'
import { genesisOf } from '../../support/ledger/ledger-world.ts'
import { until } from '../../support/shared/until.ts'
import { chainDatabase } from '../../support/storage/postgres.ts'
import { StoredChain } from '../../support/storage/stored-chain.ts'

const {
  socketsPerClient,
  subscriptionsPerClient,
  subscriptionBytesPerClient,
  subscriptions: PER_SOCKET,
} = DEFAULT_LIMITS
const QUERY = 'subscription { chain { name } }'
const NEWCOMER = '127.0.9.1'
/** The first one is that of this process where it does not say another. */
const addressOf = (i: number) => `127.0.0.${i + 1}`
const opened: WebSocket[] = []
let api: RunningApi
let chain: StoredChain

beforeEach(async () => {
  const genesis = genesisOf()
  const { database } = await chainDatabase(genesis)
  chain = new StoredChain(database, genesis)
  api = await serveApi(database, genesis)
})
afterEach(async () => {
  for (const socket of opened.splice(0)) socket.terminate()
  await api.stop()
})

const url = () => `${api.url.replace('http', 'ws')}/graphql`

async function connect(localAddress: string): Promise<WebSocket> {
  const socket = new WebSocket(url(), 'graphql-transport-ws', { localAddress })
  socket.on('error', () => {})
  opened.push(socket)
  await Promise.race([
    once(socket, 'open'),
    once(socket, 'close').then(() => Promise.reject(new Error('refused'))),
  ])
  return socket
}

interface Message {
  type: string
  id?: string
  payload?: { errors?: { extensions: object }[] }
}

/** Subscribes over a new socket. @returns what comes, and when each subscription had its first event */
async function subscribed(localAddress: string, count: number, query = QUERY) {
  const socket = await connect(localAddress)
  const messages: Message[] = []
  socket.on('message', (data) => messages.push(JSON.parse(String(data))))
  socket.send('{"type":"connection_init"}')
  await until(() => messages.some(({ type }) => type === 'connection_ack'))
  for (let id = 0; id < count; id++)
    socket.send(JSON.stringify({ id: String(id), type: 'subscribe', payload: { query } }))
  await until(() => messages.length > count)
  return messages
}

it('a newcomer gets the place of a socket without operations, of the address that has the most, whose client reconnects', async () => {
  const honest = createClient({
    url: url(),
    lazy: false,
    webSocketImpl: class extends WebSocket {
      constructor(target: string, protocol: string) {
        super(target, protocol, { localAddress: addressOf(0) })
      }
    },
    retryAttempts: 100,
    retryWait: () => new Promise((resolve) => setTimeout(resolve, 20)),
  })
  const closed = new Promise<unknown>((resolve) => honest.on('closed', resolve))
  await new Promise<unknown>((resolve) => honest.on('connected', resolve))
  const busy = await subscribed(addressOf(0), 1)
  const full = MAX_SOCKETS / socketsPerClient
  for (let i = 0; i < full; i++) {
    const count = i === 0 ? socketsPerClient - 2 : socketsPerClient
    await Promise.all(Array.from({ length: count }, () => connect(addressOf(i))))
  }
  const again = new Promise<unknown>((resolve) => honest.on('connected', resolve))
  const events = await subscribed(NEWCOMER, 1)
  expect(events.at(-1)).toMatchObject({ type: 'next' })
  expect(await closed).toMatchObject({ code: TRY_AGAIN_LATER })
  await again
  expect(busy.filter(({ type }) => type !== 'connection_ack')).toMatchObject([{ type: 'next' }])
  expect(opened[0]!.readyState).toBe(WebSocket.OPEN)
  await honest.dispose()
})

it('a newcomer gets the place of the oldest subscription of the address that has the most, whose client comes back', async () => {
  const asked = vi.spyOn(globalThis, 'fetch')
  const blocks = libraryClient({ url: `${api.url}/graphql` }).subscribe<{ blocks: { height: string } }>(
    'subscription ($after: BigInt) { blocks(after: $after) { height } }',
    { after: '0' },
    { resume: ({ blocks: { height } }) => ({ after: height }) },
  )
  await chain.commit([])
  expect((await blocks.next()).value).toEqual({ blocks: { height: '1' } })
  const next = blocks.next()
  const all: Message[][] = []
  for (let i = 0; i < MAX_SUBSCRIPTIONS / subscriptionsPerClient; i++)
    for (let left = subscriptionsPerClient - (i === 0 ? 1 : 0); left > 0; left -= PER_SOCKET)
      all.push(await subscribed(addressOf(i), Math.min(left, PER_SOCKET)))
  const [, event] = await subscribed(NEWCOMER, 1)
  expect(event).toMatchObject({ type: 'next', payload: { data: { chain: { name: 'test' } } } })
  // It comes again, and has as many as others then, whom it does not displace.
  await until(() => asked.mock.calls.length > 2)
  expect(all.flat().filter(({ payload }) => payload?.errors)).toEqual([])
  opened.at(-1)!.terminate()
  await chain.commit([])
  expect((await next).value).toEqual({ blocks: { height: '2' } })
  asked.mockRestore()
  await blocks.return(undefined)
})

it('a newcomer gets bytes of the address whose subscriptions hold the most; the one that ends says why, and when to come again', async () => {
  const long = `${QUERY} #${'x'.repeat(100_000)}`
  const bytes = heldBytes({ document: parse(long) } as ExecutionArgs)
  const perClient = Math.floor(subscriptionBytesPerClient / bytes)
  let room = Math.floor(MAX_SUBSCRIPTION_BYTES / bytes)
  const all: Message[][] = []
  for (let i = 0; room >= perClient; i++, room -= perClient)
    for (let left = perClient; left > 0; left -= PER_SOCKET)
      all.push(await subscribed(addressOf(i), Math.min(left, PER_SOCKET), long))
  const refused = () => all.flat().flatMap(({ payload }) => payload?.errors ?? [])
  await subscribed(NEWCOMER, room, long)
  expect(refused()).toEqual([])
  const [, event] = await subscribed(NEWCOMER, 1, long)
  expect(event).toMatchObject({ type: 'next', payload: { data: { chain: { name: 'test' } } } })
  const data = { reason: expect.stringContaining('fewer subscriptions'), retryAfterMs: 1_000 }
  await until(() => refused().length > 0)
  expect(refused()).toMatchObject([{ extensions: { code: 'TOO_MANY_REQUESTS', data } }])
})
