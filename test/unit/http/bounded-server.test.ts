import { once } from 'node:events'
import type http from 'node:http'
import { connect, type Socket } from 'node:net'
import { afterEach, describe, expect, test } from 'vitest'
import {
  boundedServer,
  type HttpTimeouts,
  listenAt,
  MAX_PIPELINED,
} from '../../../src/http/bounded-server.ts'
import { parseProxies } from '../../../src/http/client-address.ts'
import { until } from '../../support/shared/until.ts'

const NEVER_MS = 1_000_000
const NEVER: HttpTimeouts = {
  headersMs: NEVER_MS,
  requestMs: NEVER_MS,
  keepAliveMs: NEVER_MS,
  checkMs: 10,
  silenceMs: NEVER_MS,
}
const ASK = 'GET / HTTP/1.1\r\nhost: a\r\n\r\n'
const HANG = 'GET /hang HTTP/1.1\r\nhost: a\r\n\r\n'
const ENDLESS = 'GET /endless HTTP/1.1\r\nhost: a\r\n\r\n'
const HEADERS = 'GET / HTTP/1.1\r\nx: '
const BODY = 'POST /body HTTP/1.1\r\nhost: a\r\ncontent-length: 1000000000\r\n\r\n'

const closing: (() => Promise<unknown>)[] = []
afterEach(async () => {
  for (const close of closing.splice(0)) await close()
})

/**
 * A server that answers, except at /hang, at /endless without an end, and at /body when the body is here. It counts its requests and the
 * answers that were closed.
 */
async function serve(timeouts: Partial<HttpTimeouts>, inAll = 100, ofOne = 100, proxies = '') {
  const counts = { asked: 0, closed: 0 }
  const handle: http.RequestListener = (request, response) => {
    counts.asked += 1
    response.once('close', () => {
      counts.closed += 1
    })
    const fill = () => {
      while (response.write(Buffer.alloc(65_536)));
      response.once('drain', fill)
    }
    if (request.url === '/endless') fill()
    else if (request.url === '/body') request.resume().once('end', () => response.end('done'))
    else if (request.url !== '/hang') response.end('done')
  }
  const bounds = {
    timeouts: { ...NEVER, ...timeouts },
    connections: { inAll, ofOne },
    headerBytes: 10_000_000,
    proxies: parseProxies(proxies),
  }
  const server = boundedServer(bounds, handle)
  const port = await listenAt(server, '127.0.0.1', 0)
  closing.push(async () => {
    const closed = once(server, 'close')
    server.close()
    server.closeAllConnections()
    await closed
  })
  /** Connects from an address of this machine, and sends. */
  const dial = async (address: string, bytes = ''): Promise<Socket> => {
    const socket = connect({ host: '127.0.0.1', port, localAddress: address })
    socket.on('error', () => {})
    await once(socket, 'connect')
    socket.write(bytes)
    return socket
  }
  /** Asks on a connection of its own, which it keeps. @returns whether it was answered */
  const isServed = async (address: string): Promise<boolean> => {
    const socket = await dial(address, ASK)
    const answered = once(socket, 'data').then(() => true)
    return Promise.race([answered, once(socket, 'close').then(() => false)])
  }
  return { server, counts, dial, isServed }
}

/** Sends byte after byte, each when the one before has left, until the connection ends. */
function drip(socket: Socket): Promise<unknown> {
  const next = () => !socket.destroyed && socket.write('x', () => setImmediate(next))
  next()
  return once(socket.resume(), 'close')
}

describe('a connection ends', () => {
  test('that sends nothing', async () => {
    const { dial } = await serve({ headersMs: 50 })
    await once((await dial('127.0.0.2')).resume(), 'close')
  })

  test('that sends headers byte by byte', async () => {
    const { dial, counts } = await serve({ headersMs: 50 })
    await drip(await dial('127.0.0.2', HEADERS))
    expect(counts.asked).toBe(0)
  })

  test('that sends a body byte by byte', async () => {
    const { dial, counts } = await serve({ headersMs: 500, requestMs: 600 })
    await drip(await dial('127.0.0.2', BODY))
    await until(() => counts.closed === 1)
    expect(counts.asked).toBe(1)
  })

  test('that asks nothing more', async () => {
    const { dial, counts } = await serve({ keepAliveMs: 50 })
    await once((await dial('127.0.0.2', ASK)).resume(), 'close')
    expect(counts.closed).toBe(1)
  })

  test('that does not read its answer', async () => {
    const { dial, counts } = await serve({ silenceMs: 100 })
    const socket = await dial('127.0.0.2', ENDLESS)
    await until(() => counts.closed === 1)
    socket.destroy()
  })

  test('that has more requests unanswered than it may, which are not handled', async () => {
    const { dial, counts } = await serve({})
    await once(await dial('127.0.0.2', HANG.repeat(MAX_PIPELINED + 50)), 'close')
    await until(() => counts.closed === MAX_PIPELINED)
    expect(counts.asked).toBe(MAX_PIPELINED)
  })
})

test('as many requests as may be unanswered are answered in order', async () => {
  const { dial, counts } = await serve({})
  const socket = await dial('127.0.0.2', ASK.repeat(MAX_PIPELINED))
  let text = ''
  socket.on('data', (data) => {
    text += data
  })
  await until(() => text.split('done').length === MAX_PIPELINED + 1)
  expect(counts).toEqual({ asked: MAX_PIPELINED, closed: MAX_PIPELINED })
  socket.destroy()
})

test('answers that wait behind another one are closed with their connection', async () => {
  const { dial, counts } = await serve({})
  const socket = await dial('127.0.0.2', HANG.repeat(3))
  await until(() => counts.asked === 3)
  socket.destroy()
  await until(() => counts.closed === 3)
})

/** What strangers do to hold a connection, and whether the server is asked something by it. */
const HOLDERS: [what: string, bytes: string, requests: number][] = [
  ['nothing', '', 0],
  ['half of the headers', HEADERS, 0],
  ['half of a body', BODY, 1],
  ['one request', ASK, 1],
  ['a request whose answer takes long', HANG, 1],
  ['a request whose answer is not read', ENDLESS, 1],
  ['several requests at a time', HANG.repeat(5), 5],
]

describe.each(HOLDERS)('strangers that send %s', (_what, bytes, requests) => {
  test.each([1, 2, 4, 12])('from addresses, %s each, do not keep others out', async (each) => {
    const { counts, dial, isServed, server } = await serve({}, 12, 12)
    const strangers: Socket[] = []
    for (let i = 0; i < 12; i++) strangers.push(await dial(`127.0.0.${2 + Math.floor(i / each)}`, bytes))
    await until(() => counts.asked === 12 * requests)
    // One each, and all of them asked something that is not over: no stranger has more than whoever comes.
    const isFull = each === 1 && bytes.startsWith('GET /') && bytes !== ASK && bytes !== HEADERS
    expect(await isServed('127.0.0.200')).toBe(!isFull)
    expect(await new Promise((resolve) => server.getConnections((_, count) => resolve(count)))).toBe(12)
    for (const socket of strangers) socket.destroy()
  })
})

test('strangers lose idle connections before others lose theirs, and none in use of one that has fewer', async () => {
  const { counts, dial, isServed } = await serve({}, 6, 6)
  const honest = [await dial('127.0.0.200', HANG), await dial('127.0.0.200')]
  for (let i = 0; i < 4; i++) await dial('127.0.0.2', HANG)
  await until(() => counts.asked === 5)
  for (let i = 0; i < 2; i++) expect(await isServed(`127.0.1.${i}`)).toBe(true)
  expect(honest.map(({ destroyed }) => destroyed)).toEqual([false, false])
})

test('one address takes no more than its part, and a proxy all', async () => {
  const { server, isServed } = await serve({}, 12, 3, '127.0.0.7')
  const open = () => new Promise<number>((resolve) => server.getConnections((_, count) => resolve(count)))
  for (let i = 0; i < 20; i++) expect(await isServed('127.0.0.2')).toBe(true)
  await until(async () => (await open()) === 3)
  for (let i = 0; i < 20; i++) expect(await isServed('127.0.0.7')).toBe(true)
  await until(async () => (await open()) === 12)
})
