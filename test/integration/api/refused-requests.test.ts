import { once } from 'node:events'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import WebSocket from 'ws'
import { Clients } from '../../../src/api/budget/clients.ts'
import { DEFAULT_LIMITS, ROUTE_COST } from '../../../src/api/limits.ts'
import { createApi } from '../../../src/api/server.ts'
import type { RunningApi } from '../../../src/api/start.ts'
import { ApiWorld } from '../../support/api/api-server.ts'
import { exchange, parseResponse } from '../../support/api/raw-http.ts'
import { serveApi } from '../../support/api/served-api.ts'

const ADDRESS = '192.0.2.8'
const context = () => ({ req: { socket: { remoteAddress: ADDRESS }, headers: {} } })
const TOO_COSTLY =
  '{ blocks(first: 100) { nodes { transfers(first: 100) { nodes { from { holdings(first: 100) { nodes { asset { code } } } } } } } } }'
let world: ApiWorld
let api: ReturnType<typeof createApi>

beforeAll(async () => {
  world = await ApiWorld.open()
})
beforeEach(() => {
  // Budgets do not refill.
  const clients = new Clients(DEFAULT_LIMITS, () => 0)
  api = createApi({ ...world.api.services, clients, corsOrigins: ['https://page.example'] })
})

const paid = () => DEFAULT_LIMITS.bucket - api.services.clients.of(ADDRESS).left
const json = { 'content-type': 'application/json' }
const post = (body: string, headers: Record<string, string> = json) => ({ method: 'POST', headers, body })
const query = (text: string, more: object = {}) => post(JSON.stringify({ query: text, ...more }))

it.each<[string, RequestInit]>([
  ['that does not parse', query('{')],
  ['with too many tokens', query(`{${'a '.repeat(3_000)}}`)],
  ['that is not valid', query('{ nothing }')],
  ['that costs too much', query(TOO_COSTLY)],
  ['of no operation', query('{ service { version } }', { operationName: 'other' })],
  ['without a query', post('{}')],
  ['that is no JSON', post('{')],
  ['of a type that is not taken', post('x', { 'content-type': 'text/html' })],
  ['of a method that is not taken', { method: 'PUT' }],
  ['for what a page may ask', { method: 'OPTIONS', headers: { origin: 'https://page.example' } }],
])('a request %s is paid for as any that is not GraphQL', async (_, init) => {
  const response = await api.yoga.fetch('http://api/graphql', init, context())
  await response.text()
  expect(paid()).toBe(ROUTE_COST)
})

it('a request that is answered pays its cost alone', async () => {
  const response = await api.yoga.fetch('http://api/graphql', query('{ service { version } }'), context())
  const { extensions } = (await response.json()) as { extensions: { cost: number } }
  expect([response.status, paid()]).toEqual([200, extensions.cost])
})

it('a request of another origin for what it may do waits while its client has no budget', async () => {
  api.services.clients.of(ADDRESS).charge(DEFAULT_LIMITS.bucket)
  const giveUp = new AbortController()
  const init = { method: 'OPTIONS', headers: { origin: 'https://page.example' }, signal: giveUp.signal }
  let isAnswered = false
  const asked = Promise.resolve(api.yoga.fetch('http://api/graphql', init, context())).finally(() => {
    isAnswered = true
  })
  await api.yoga.fetch('http://api/health', {}, context())
  expect(isAnswered).toBe(false)
  giveUp.abort()
  await asked.catch(() => {})
})

/** Requests that each address can pay for. Budgets do not refill. */
const REQUESTS = 4
let served: RunningApi
beforeAll(async () => {
  const limits = { bucket: REQUESTS * ROUTE_COST, refillPerSecond: 1e-6 }
  served = await serveApi(world.database, world.api.services.genesis, { limits })
})
afterAll(() => served.stop())

describe('what the listener refuses', () => {
  it.each([
    ['a request without a good Host', 'GET / HTTP/1.1\r\nhost: a b\r\n\r\n', 400, '127.0.0.2'],
    ['an expectation', 'GET / HTTP/1.1\r\nhost: a\r\nexpect: more\r\n\r\n', 417, '127.0.0.3'],
    ['what is no HTTP', 'x\r\n\r\n', 400, '127.0.0.4'],
    ['CONNECT', 'CONNECT a:1 HTTP/1.1\r\nhost: a\r\n\r\n', 405, '127.0.0.5'],
    [
      'an upgrade elsewhere',
      'GET /other HTTP/1.1\r\nhost: a\r\nconnection: upgrade\r\nupgrade: websocket\r\n\r\n',
      404,
      '127.0.0.6',
    ],
  ])('is paid for, and not answered without budget: %s', async (_, bytes, status, address) => {
    const ask = () => exchange(served.url, bytes, undefined, address)
    for (let i = 0; i < REQUESTS; i++) expect(parseResponse(await ask()).status).toBe(status)
    expect(await ask()).toBe('')
  })
})

it.each([
  ['does not parse', '{', '127.0.0.7'],
  ['is not valid', '{ nothing }', '127.0.0.8'],
  ['costs too much', TOO_COSTLY, '127.0.0.9'],
])('an operation over WebSocket that %s is paid for', async (_, text, localAddress) => {
  const url = `${served.url.replace('http', 'ws')}/graphql`
  const socket = new WebSocket(url, 'graphql-transport-ws', { localAddress })
  const send = (message: object) => socket.send(JSON.stringify(message))
  await once(socket, 'open')
  send({ type: 'connection_init' })
  await once(socket, 'message')
  send({ type: 'subscribe', id: '1', payload: { query: text } })
  await once(socket, 'message')
  // The upgrade is paid for as well, and each message costs a little.
  const bad = () => exchange(served.url, 'x\r\n\r\n', undefined, localAddress)
  for (let i = 3; i < REQUESTS; i++) expect(await bad()).not.toBe('')
  expect(await bad()).toBe('')
  socket.terminate()
})
