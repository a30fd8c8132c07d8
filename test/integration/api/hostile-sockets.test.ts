import { EventEmitter, once } from 'node:events'
import { type AddressInfo, connect } from 'node:net'
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import WebSocket from 'ws'
import { createListener } from '../../../src/api/http/listener.ts'
import type { RunningApi } from '../../../src/api/start.ts'
import { type Hostile, LEAK, outcome } from '../../support/api/hostile.ts'
import { exchange, parseResponse, rawRequest } from '../../support/api/raw-http.ts'
import { serveApi } from '../../support/api/served-api.ts'
import { genesisOf } from '../../support/ledger/ledger-world.ts'
import { chainDatabase } from '../../support/storage/postgres.ts'

const BODY_BYTES = 20_000
let api: RunningApi

beforeAll(async () => {
  const genesis = genesisOf()
  const { database } = await chainDatabase(genesis)
  api = await serveApi(database, genesis, {
    limits: { bodyBytes: BODY_BYTES },
  })
})
afterAll(() => api.stop())

const UPGRADE = {
  connection: 'Upgrade',
  upgrade: 'websocket',
  'sec-websocket-version': '13',
  'sec-websocket-key': 'AAAAAAAAAAAAAAAAAAAAAA==',
  'sec-websocket-protocol': 'graphql-transport-ws',
}
const upgrade = (headers: Record<string, string | null> = {}, target = '/graphql') =>
  rawRequest('GET', target, { ...UPGRADE, ...headers })

const UPGRADES: Hostile[] = [
  ['a path without WebSockets', upgrade({}, '/health'), 404, 'NOT_FOUND'],
  ['no key', upgrade({ 'sec-websocket-key': null }), 400, 'BAD_REQUEST'],
  ['a short key', upgrade({ 'sec-websocket-key': 'AA==' }), 400, 'BAD_REQUEST'],
  ['an old version', upgrade({ 'sec-websocket-version': '7' }), 400, 'BAD_REQUEST'],
  ['a bad list of protocols', upgrade({ 'sec-websocket-protocol': ',,' }), 400, 'BAD_REQUEST'],
  ['another site', upgrade({ origin: 'https://evil.example' }), 403, 'BAD_REQUEST'],
  ['an origin that is none', upgrade({ origin: 'null' }), 403, 'BAD_REQUEST'],
  ['a Host that is none', upgrade({ host: 'a b' }), 400, 'BAD_REQUEST'],
  ['two Hosts', upgrade({ Host: 'b' }), 400, 'BAD_REQUEST'],
  ['POST', rawRequest('POST', '/graphql', UPGRADE), 400, 'BAD_REQUEST'],
]

const INIT = '{"type":"connection_init"}'
const subscription = (query: string, id = '1') =>
  JSON.stringify({ id, type: 'subscribe', payload: { query } })

/** What is sent over an open WebSocket, and the code that it is closed with, or that of the error that comes back. */
const MESSAGES: [name: string, messages: (string | Uint8Array)[], code: number | string][] = [
  ['no JSON', ['{'], 4400],
  ['bytes', [new Uint8Array([0, 255])], 4400],
  ['a list', ['[]'], 4400],
  ['an unknown type', ['{"type":"admin"}'], 4400],
  ['a subscription before the greeting', [subscription('{ chain { name } }')], 4401],
  ['two greetings', [INIT, INIT], 4429],
  ['an id given twice', [INIT, subscription('subscription { chain { name } }'), subscription('{ a }')], 4409],
  ['a message over the limit', [INIT, 'x'.repeat(BODY_BYTES + 1)], 1009],
  ['a query that is a number', [INIT, '{"id":"1","type":"subscribe","payload":{"query":7}}'], 4400],
  ['no GraphQL', [INIT, subscription('{')], 'GRAPHQL_PARSE_FAILED'],
  ['an unknown field', [INIT, subscription('{ x }')], 'GRAPHQL_VALIDATION_FAILED'],
  [
    'no operation',
    [INIT, subscription('fragment A on Query { chain { name } }')],
    'OPERATION_RESOLUTION_FAILURE',
  ],
  [
    'two operations',
    [INIT, subscription('query A { __typename } query B { __typename }')],
    'OPERATION_RESOLUTION_FAILURE',
  ],
  ['a field that fails', [INIT, subscription('{ account(address: "x") { address } }')], 'BAD_ADDRESS'],
  [
    'a costly selection',
    [INIT, subscription('{ blocks(first: 101) { nodes { height } } }')],
    'PAGE_TOO_LARGE',
  ],
  [
    'a subscription that fails',
    [INIT, subscription('subscription { blocks(after: 9) { height } }')],
    'HEIGHT_TOO_HIGH',
  ],
]

/** Sends messages. @returns the close code, or the code of the first error */
function converse(messages: readonly (string | Uint8Array)[]): Promise<number | string> {
  const socket = new WebSocket(`${api.url.replace('http', 'ws')}/graphql`, 'graphql-transport-ws')
  return new Promise((resolve) => {
    const [first, ...rest] = messages
    socket.on('open', () => socket.send(first!))
    socket.on('error', () => {})
    socket.on('close', resolve)
    socket.on('message', (data) => {
      const { type, payload } = JSON.parse(String(data))
      if (type === 'connection_ack') for (const message of rest) socket.send(message)
      const [error] = (type === 'error' ? payload : payload?.errors) ?? []
      if (error === undefined) return
      const isClean = error.extensions.http === undefined && !LEAK.test(String(data))
      resolve(isClean ? error.extensions.code : String(data))
      socket.close()
    })
  })
}

/** What curl --http2 sends beside a request. */
const H2C = { connection: 'Upgrade, HTTP2-Settings', upgrade: 'h2c', 'http2-settings': 'AAMAAABkAAQAAP__' }
const QUERY = '{"query":"{ chain { name } }"}'

/** Opens a WebSocket and sends bytes of frames. @returns the code of the frame that closes it; undefined without one */
async function closedBy(frames: readonly Buffer[]): Promise<number | undefined> {
  const socket = connect(Number(new URL(api.url).port), '127.0.0.1')
  socket.on('error', () => {})
  socket.write(upgrade({ connection: 'Upgrade' }))
  await once(socket, 'data')
  let seen = Buffer.alloc(0)
  socket.on('data', (part: Buffer) => {
    seen = Buffer.concat([seen, part])
  })
  socket.write(Buffer.concat(frames))
  await once(socket, 'close')
  return seen[0] === 0x88 ? seen.readUInt16BE(2) : undefined
}
/** A frame of a client, with a mask of zeros. */
const frame = (first: number, text = '') =>
  Buffer.concat([Buffer.from([first, 0x80 | text.length, 0, 0, 0, 0]), Buffer.from(text)])

it.each([
  [
    'in more fragments than it may have',
    [frame(0x01, '{'), ...Array.from({ length: 128 }, () => frame(0x00))],
    1008,
  ],
  ['that is compressed', [frame(0xc1, 'x')], 1002],
  ['without a mask', [Buffer.from([0x81, 0x01, 0x78])], 1002],
  ['of reserved type', [frame(0x83, 'x')], 1002],
  ['that continues none', [frame(0x80, 'x')], 1002],
  ['that is a ping of 126 bytes', [Buffer.from([0x89, 0xfe, 0, 126])], 1002],
  ['of 2^62 bytes', [Buffer.from([0x81, 0xff, 0x40, 0, 0, 0, 0, 0, 0, 0])], 1009],
  ['that is no UTF-8', [Buffer.from([0x81, 0x81, 0, 0, 0, 0, 0xff])], 1007],
])('a message %s closes its socket with a code', async (_, frames, code) => {
  expect(await closedBy(frames)).toBe(code)
})

describe('an upgrade to another protocol than WebSocket', () => {
  it.each([
    ['GET', '/graphql?query={chain{name}}', ''],
    ['POST', '/graphql', QUERY],
    ['GET', '/ready', ''],
    ['GET', '/nowhere', ''],
  ])('is answered as if nobody had asked for it: %s %s', async (method, target, body) => {
    const seen = async (headers: Record<string, string>) => {
      const answer = await exchange(api.url, rawRequest(method, target, headers, body))
      const { headers: given, status, body: text } = parseResponse(answer)
      // What the client has left depends on the time.
      return {
        status,
        text: text.replace(/"costLeft":\d+/, ''),
        connection: given.get('connection'),
        type: given.get('content-type'),
      }
    }
    expect(await seen(H2C)).toEqual(await seen({}))
  })

  it('ends its connection, and no later request there is handled', async () => {
    const handled: (string | undefined)[] = []
    const came = new EventEmitter()
    const server = createListener((request, response) => {
      handled.push(request.url)
      came.once('second', () => response.end('first'))
      came.emit('first')
    })
    let requests = 0
    server.on('request', () => ++requests === 2 && came.emit('second'))
    await once(server.listen(0, '127.0.0.1'), 'listening')
    const socket = connect((server.address() as AddressInfo).port, '127.0.0.1')
    let text = ''
    socket.on('data', (part) => {
      text += part
    })
    came.once('first', () => socket.write(rawRequest('GET', '/second', { connection: 'keep-alive' })))
    socket.write(rawRequest('GET', '/first', H2C))
    await once(socket, 'close')
    server.close()
    expect(handled).toEqual(['/first'])
    expect(parseResponse(text)).toMatchObject({ status: 200, body: expect.stringContaining('first') })
  })

  it('leaves WebSockets and CONNECT what they are', async () => {
    const answers = [rawRequest('GET', '/graphql', UPGRADE), rawRequest('CONNECT', 'api:1', H2C)]
    const [open, proxy] = await Promise.all(answers.map((bytes) => exchange(api.url, bytes, '\r\n\r\n')))
    expect(parseResponse(open!).status).toBe(101)
    expect(parseResponse(proxy!).status).toBe(405)
  })
})

describe('over WebSocket', () => {
  it('every upgrade that is refused has a status and a code', async () => {
    const outcomes = await Promise.all(UPGRADES.map((request) => outcome(api.url, request)))
    expect(outcomes.map(({ seen }) => seen)).toEqual(outcomes.map(({ expected }) => expected))
  })

  it.each(MESSAGES)('%s ends with a code, and prints nothing', async (_name, messages, code) => {
    const printed = vi.spyOn(console, 'error')
    expect(await converse(messages)).toBe(code)
    expect(printed).not.toHaveBeenCalled()
    printed.mockRestore()
  })
})
