import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest'
import WebSocket from 'ws'
import { Clients } from '../../../src/api/budget/clients.ts'
import { turns } from '../../../src/api/budget/turns.ts'
import { UNSENT_LIMITS, Unsent } from '../../../src/api/budget/unsent.ts'
import { MESSAGE_BYTES_PER_COST, MESSAGE_COST } from '../../../src/api/http/client-socket.ts'
import { serveWebSocket } from '../../../src/api/http/websocket.ts'
import { DEFAULT_LIMITS, ROUTE_COST } from '../../../src/api/limits.ts'
import { ApiWorld } from '../../support/api/api-server.ts'
import { idleNode } from '../../support/node/idle-node.ts'
import { until } from '../../support/shared/until.ts'

const ADDRESS = '127.0.0.1'
const OTHER = '127.0.0.2'
const PING = '{"type":"ping"}'
const clock = { ms: 0 }
const limits = { ...DEFAULT_LIMITS, subscriptionsPerClient: 4 }
let world: ApiWorld
let sockets: ReturnType<typeof serveWebSocket>
const server = createServer()
const opened: WebSocket[] = []

/** What the node answers when it is asked for an action. */
let askedForAction: () => Promise<undefined> = async () => undefined
const control = { ...idleNode('00'.repeat(32)), submission: () => askedForAction() }

beforeAll(async () => {
  const clients = new Clients(limits, () => clock.ms)
  const unsent = new Unsent({ ...UNSENT_LIMITS, perClient: 1024 * 1024 })
  world = await ApiWorld.open({}, { limits, clients, unsent, control })
  sockets = serveWebSocket(server, '/graphql', world.api)
  await once(server.listen(0, ADDRESS), 'listening')
})
beforeEach(() => {
  // Buckets are full.
  clock.ms += 1e6
})
afterEach(async () => {
  vi.restoreAllMocks()
  for (const socket of opened.splice(0)) socket.terminate()
  await until(() => account().open.sockets === 0)
})
afterAll(async () => {
  await sockets.stop()
  server.close()
})

const account = (address = ADDRESS) => world.api.services.clients.of(address)
const subscribe = (id: string, query: string) => JSON.stringify({ id, type: 'subscribe', payload: { query } })
const complete = (id: string) => JSON.stringify({ id, type: 'complete' })

/** A socket from an address, ready for operations, and what comes over it. */
async function greet(localAddress = ADDRESS, protocol = 'graphql-transport-ws') {
  const { port } = server.address() as AddressInfo
  const socket = new WebSocket(`ws://127.0.0.1:${port}/graphql`, protocol, { localAddress })
  socket.on('error', () => {})
  opened.push(socket)
  const messages: { type: string; id?: string; payload?: unknown }[] = []
  socket.on('message', (data) => messages.push(JSON.parse(String(data))))
  await once(socket, 'open')
  socket.send('{"type":"connection_init"}')
  const saw = (type: string, count = 1) =>
    until(async () => messages.filter((message) => message.type === type).length >= count)
  await saw('connection_ack')
  return { socket, messages, saw }
}

const costOf = (text: string) => MESSAGE_COST + Math.floor(text.length / MESSAGE_BYTES_PER_COST)

describe('what comes over a WebSocket is paid for', () => {
  it('the upgrade and the greeting', async () => {
    await greet()
    expect(limits.bucket - account().left).toBe(ROUTE_COST + costOf('{"type":"connection_init"}'))
  })

  it.each<[string, (socket: WebSocket) => void, number]>([
    ['a ping', (socket) => socket.ping(), MESSAGE_COST],
    ['a pong', (socket) => socket.pong('x'.repeat(125)), costOf('x'.repeat(125))],
    ['a ping of graphql-ws', (socket) => socket.send(PING), costOf(PING)],
    ['a pong of graphql-ws', (socket) => socket.send('{"type":"pong"}'), costOf('{"type":"pong"}')],
    ['the end of what never began', (socket) => socket.send(complete('a')), costOf(complete('a'))],
    [
      'a long message',
      (socket) => socket.send(`{"type":"pong","payload":{"a":"${'x'.repeat(10_000)}"}}`),
      costOf(`{"type":"pong","payload":{"a":"${'x'.repeat(10_000)}"}}`),
    ],
  ])('%s', async (_name, send, cost) => {
    const { socket } = await greet()
    const before = account().left
    for (let i = 0; i < 10; i++) send(socket)
    socket.send(PING)
    await until(() => before - account().left >= 10 * cost + costOf(PING))
    expect(before - account().left).toBe(10 * cost + costOf(PING))
  })

  it('is not read while its client owes something, and is when that is paid', async () => {
    const { socket, messages, saw } = await greet()
    const other = await greet(OTHER)
    account().charge(limits.bucket)
    socket.send(PING)
    await saw('pong')
    socket.send(PING)
    for (let i = 1; i <= 3; i++) {
      other.socket.send(PING)
      await other.saw('pong', i)
    }
    expect(messages.filter(({ type }) => type === 'pong')).toHaveLength(1)
    clock.ms += 10_000
    await saw('pong', 2)
  })
})

it('a client that sends pings and does not read is cut off; nothing waits for it then, and nothing is printed', async () => {
  const printed = vi.spyOn(console, 'error')
  const { socket } = await greet()
  socket.pause()
  const ping = JSON.stringify({ type: 'ping', payload: { a: 'x'.repeat(100_000) } })
  let wasClosed = false
  socket.once('close', () => {
    wasClosed = true
  })
  const flood = setInterval(() => socket.bufferedAmount < 1e6 && socket.send(ping), 1)
  await until(() => wasClosed || account().open.sockets === 0)
  clearInterval(flood)
  await until(() => account().open.sockets === 0)
  expect(account().open.unsentBytes).toBe(0)
  expect(printed).not.toHaveBeenCalled()
})

it('a subscription ends with its socket, even if another operation had its name and ended later', async () => {
  const { socket, saw } = await greet()
  let answer = () => {}
  const asked = new Promise<void>((resolve) => {
    askedForAction = () =>
      new Promise((answered) => {
        answer = () => answered(undefined)
        resolve()
      })
  })
  socket.send(subscribe('1', `{ submission(hash: "${'0'.repeat(64)}") { status } }`))
  await asked
  socket.send(complete('1'))
  socket.send(subscribe('1', 'subscription { chain { height } }'))
  await saw('next')
  expect(account().open.subscriptions).toBe(1)
  answer()
  await saw('complete')
  socket.terminate()
  await until(() => account().open.subscriptions === 0)
})

it('operations that were taken back before they began are bounded', async () => {
  const { socket, messages, saw } = await greet()
  const over = vi.spyOn(turns, 'isOverNow').mockReturnValue(true)
  let begin = () => {}
  const turn = new Promise<void>((resolve) => {
    begin = resolve
  })
  vi.spyOn(turns, 'next').mockReturnValue(turn)
  for (let i = 0; i < limits.subscriptionsPerClient; i++) {
    socket.send(subscribe('1', '{ __typename }'))
    socket.send(complete('1'))
  }
  socket.send(subscribe('2', '{ __typename }'))
  await saw('error')
  expect(messages.at(-1)).toMatchObject({ id: '2', payload: [{ extensions: { code: 'TOO_MANY_REQUESTS' } }] })
  over.mockReturnValue(false)
  begin()
  await until(() => account().open.beginning === 0)
})
