import { EventEmitter, once } from 'node:events'
import { Agent, createServer, type IncomingHttpHeaders, type IncomingMessage, request } from 'node:http'
import type { AddressInfo } from 'node:net'
import { text } from 'node:stream/consumers'
import { createBrotliDecompress } from 'node:zlib'
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import { SLICE_MS, type Waiter } from '../../../src/api/budget/turns.ts'
import { type Direct, directExecution } from '../../../src/api/http/direct.ts'
import { plainExchange } from '../../../src/api/http/exchange.ts'
import { type RunningApi, startApi } from '../../../src/api/start.ts'
import { ApiWorld } from '../../support/api/api-server.ts'

let world: ApiWorld
let api: RunningApi
const agent = new Agent({ keepAlive: true, maxSockets: 1 })

beforeAll(async () => {
  world = await ApiWorld.open()
  const { services } = world.api
  api = await startApi({ ...services, host: '127.0.0.1', port: 0 })
})
afterAll(async () => {
  agent.destroy()
  await api.stop()
})

const never = () => {
  throw new Error('not for Yoga')
}

interface Sent {
  method?: string
  path?: string
  headers?: Record<string, string>
  body?: string | Buffer
}

interface Received {
  status: number | undefined
  headers: IncomingHttpHeaders
  body: string
}

/** Headers that are about the connection, not about the answer. */
const HOP_BY_HOP = ['date', 'connection', 'keep-alive', 'transfer-encoding', 'content-length']

async function send({ method = 'POST', path = '/graphql', headers = {}, body }: Sent): Promise<Received> {
  const sent = request(`${api.url}${path}`, { method, agent, headers })
  sent.end(body)
  const [response] = await once(sent, 'response')
  const kept = Object.entries(response.headers as IncomingHttpHeaders).filter(
    ([name]) => !HOP_BY_HOP.includes(name),
  )
  const isBrotli = response.headers['content-encoding'] === 'br'
  const plain = isBrotli ? response.pipe(createBrotliDecompress()) : response
  return { status: response.statusCode, headers: Object.fromEntries(kept), body: said(await text(plain)) }
}

/** Without the words of the JSON parser, to which Yoga adds the body, and without what is left to the client, which grows with time. */
const said = (body: string) => body.replace(/,"originalError":.*$/, '').replace(/"costLeft":[\d.]+/, '')

/**
 * The same request in the form that is answered without streams, and in one that Yoga answers itself. The former is sent three times: its document is
 * known the second time, and its body the third time, if the answer is kept. Both have to be the same answer.
 */
async function bothWays(sent: Sent): Promise<[plain: Received, streamed: Received]> {
  const headers = { 'content-type': 'application/json', ...sent.headers }
  if (sent.method === 'GET') {
    return [
      await send({ ...sent, headers }),
      await send({ ...sent, headers: { ...headers, 'content-length': '0' } }),
    ]
  }
  const known = { ...headers, 'content-length': String(Buffer.byteLength(sent.body ?? '')) }
  await send({ ...sent, headers: known })
  const plain = await send({ ...sent, headers: known })
  expect(await send({ ...sent, headers: known })).toEqual(plain)
  return [plain, await send({ ...sent, headers: { ...headers, 'transfer-encoding': 'chunked' } })]
}

const post = (body: unknown, headers: Record<string, string> = {}): Sent => ({
  body: typeof body === 'string' || Buffer.isBuffer(body) ? body : JSON.stringify(body),
  headers: { accept: 'application/json', ...headers },
})
const get = (query: Record<string, string>, headers: Record<string, string> = {}): Sent => ({
  method: 'GET',
  path: `/graphql?${new URLSearchParams(query)}`,
  headers: { accept: 'application/json', ...headers },
})
const BLOCK =
  'query B($h: BigInt!) { block(by: { height: $h }) { height hash transfers(first: 2) { nodes { hash } } } }'
const RESPONSE_JSON = { accept: 'application/graphql-response+json' }

const REQUESTS: Record<string, Sent> = {
  'a query': post({ query: '{ chain { name finalizedHeight } }' }),
  'variables and a name': post({
    query: `${BLOCK} query C { chain { name } }`,
    variables: { h: 0 },
    operationName: 'B',
  }),
  'the newer media type': post({ query: BLOCK, variables: { h: '0' } }, RESPONSE_JSON),
  'media types in an order': post(
    { query: BLOCK, variables: { h: '0' } },
    { accept: 'application/graphql-response+json, application/json;q=0.9' },
  ),
  'a charset that is not served': post(
    { query: '{ __typename }' },
    { accept: 'application/json; charset=latin1' },
  ),
  'an answer that is compressed': post(
    { query: '{ service { limits { pageSize } } __schema { types { name } } }' },
    { 'accept-encoding': 'gzip, br' },
  ),
  'extensions, and no variables': post({ query: BLOCK, extensions: { a: 1 }, variables: null }),
  'a name that is no text': post({ query: '{ __typename }', operationName: 7 }),
  'variables that are a list': post({ query: '{ __typename }', variables: [] }),
  'variables that nest too deep': post({
    query: BLOCK,
    variables: { h: [[[[[[[[[[[1]]]]]]]]]]] },
  }),
  'a height that is not there yet': post({ query: '{ __typename }' }, { 'inpigritas-min-height': 'soon' }),
  'any media type': post({ query: '{ __typename }' }, { accept: '*/*' }),
  'no media type that is served': post({ query: '{ __typename }' }, { accept: 'text/plain' }),
  'text that is not ASCII': post({ query: '{ asset(by: { code: "Käse" }) { name } }' }),
  'an answer that is not ASCII': post({ query: '{ account(address: "Käse ☕") { address } }' }),
  'an answer to GET that is not ASCII': get({ query: '{ account(address: "Käse ☕") { address } }' }),
  'a syntax error': post({ query: '{ chain { ' }),
  'a syntax error, in the newer media type': post({ query: '{ chain { ' }, RESPONSE_JSON),
  'an unknown field': post({ query: '{ nothing }' }),
  'a bad variable': post({ query: BLOCK, variables: { h: 'x' } }, RESPONSE_JSON),
  'an unknown operation': post({ query: '{ __typename }', operationName: 'X' }),
  'too many aliases': post({
    query: `{ ${Array.from({ length: 40 }, (_, i) => `a${i}: __typename`).join(' ')} }`,
  }),
  'a rejection': post({ query: '{ account(address: "nobody") { address } }' }),
  'an empty object': post({}),
  'a list': post('[]'),
  null: post('null'),
  'a query that is no text': post({ query: 7 }),
  'no body': post(''),
  'bytes that are not UTF-8': post(Buffer.from([0x7b, 0xff, 0x7d])),
  'a parameter that is unknown': post({ query: '{ __typename }', more: 1 }),
  'a subscription without a stream': post({ query: 'subscription { chain { name } }' }),
  introspection: post({ query: '{ __schema { queryType { name } } }' }),
  'a settled GET': get({ query: BLOCK, variables: '{"h":"0"}' }),
  'a GET of the newest': get({ query: '{ chain { name } }' }),
  'a GET of a mutation': get({ query: 'mutation { requestProof(batch: "x") { id } }' }),
  'a GET without a query': get({}),
}

describe('an answer without streams', () => {
  it.each(Object.entries(REQUESTS))('is the one that Yoga gives: %s', async (_name, sent) => {
    const [plain, streamed] = await bothWays(sent)
    expect(plain).toEqual(streamed)
    expect(plain.body).not.toBe('')
  })

  it('is made without Yoga if it has no errors and its document was checked before', async () => {
    let handled = 0
    const handle: typeof world.api.yoga.handleRequest = (...given) => {
      handled += 1
      return world.api.yoga.handleRequest(...given)
    }
    const waiter: Waiter = { waiting: [], weight: 'light' }
    const plain = plainExchange(handle as never, directExecution(world.api), '/graphql', 10_000, () => waiter)
    const server = createServer(plain).listen(0, '127.0.0.1')
    await once(server, 'listening')
    const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/graphql`
    const ask = async (query: string) => {
      const headers = { 'content-type': 'application/json', accept: 'application/json' }
      const response = await fetch(url, { method: 'POST', headers, body: JSON.stringify({ query }) })
      return (await response.json()) as { data: unknown }
    }
    for (let i = 0; i < 3; i++)
      expect(await ask('{ chain { name } }')).toMatchObject({ data: { chain: { name: 'test' } } })
    expect(handled).toBe(1)
    for (let i = 0; i < 3; i++) await ask('{ account(address: "nobody") { address } }')
    expect(handled).toBe(4)
    server.close()
  })

  it('is begun in turns between clients, when more requests arrive than one slice has room for', async () => {
    let usedMs = Object.values(process.cpuUsage()).reduce((a, b) => a + b) / 1_000 // it never goes back
    vi.spyOn(process, 'cpuUsage').mockImplementation(() => ({ user: usedMs * 1_000, system: 0 }))
    vi.spyOn(performance, 'now').mockImplementation(() => usedMs)
    const begun: string[] = []
    const direct: Direct = async (request) => {
      usedMs += SLICE_MS + 1
      begun.push(String(request.headers.from))
      return {}
    }
    const lines = new Map<unknown, Waiter>()
    const lineOf = ({ headers: { from } }: IncomingMessage) => {
      const line: Waiter = lines.get(from) ?? { waiting: [], weight: 'light' }
      lines.set(from, line)
      return line
    }
    const plain = plainExchange(never as never, direct, '/graphql', 10_000, lineOf)
    const arrive = (from: string) => {
      const headers = { from, 'content-type': 'application/json', 'content-length': '0' }
      const request = Object.assign(new EventEmitter(), { method: 'POST', url: '/graphql', headers })
      plain(request as never, { destroyed: true } as never)
      request.emit('end')
    }
    await new Promise((resolve) => setImmediate(resolve)) // the slice of what ran before is over
    for (let i = 0; i < 100; i++) arrive('many')
    arrive('one')
    await vi.waitUntil(() => begun.length === 101)
    vi.restoreAllMocks()
    // The first request needs no turn, and each turn begins one.
    expect(begun.indexOf('one')).toBeLessThanOrEqual(2)
  })

  it('names its length', async () => {
    const sent = request(`${api.url}/graphql`, {
      method: 'POST',
      agent,
      headers: { 'content-type': 'application/json', accept: 'application/json', 'content-length': '24' },
    })
    sent.end('{"query":"{__typename}"}')
    const [response] = await once(sent, 'response')
    const body = await text(response)
    expect(JSON.parse(body).data).toEqual({ __typename: 'Query' })
    expect(response.headers['content-length']).toBe(String(body.length))
  })

  it('is not given to a body that is too long, which is refused', async () => {
    const [plain, streamed] = await bothWays(
      post(JSON.stringify({ query: `{ __typename } #${'x'.repeat(200_000)}` })),
    )
    expect([plain.status, streamed.status]).toEqual([413, 413])
  })
})
