import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterAll, afterEach, beforeAll, expect, it, vi } from 'vitest'
import WebSocket from 'ws'
import { SLICE_MS } from '../../../src/api/budget/turns.ts'
import { serveWebSocket } from '../../../src/api/http/websocket.ts'
import { ApiWorld } from '../../support/api/api-server.ts'

/** Operations of the client that sends many: more than have a turn while a message crosses the loopback. */
const MANY = 200
const [FIRST, SECOND] = ['127.0.0.2', '127.0.0.3']

let world: ApiWorld
let sockets: ReturnType<typeof serveWebSocket>
const server = createServer()

beforeAll(async () => {
  world = await ApiWorld.open({}, {})
  world.api.services.limits.subscriptions = MANY
  sockets = serveWebSocket(server, '/graphql', world.api)
  await once(server.listen(0, '127.0.0.1'), 'listening')
})
afterEach(() => vi.restoreAllMocks())
afterAll(async () => {
  await sockets.stop()
  server.close()
})

/** A socket from an address, ready for operations. */
async function greet(localAddress: string): Promise<WebSocket> {
  const { port } = server.address() as AddressInfo
  const socket = new WebSocket(`ws://127.0.0.1:${port}/graphql`, 'graphql-transport-ws', { localAddress })
  await once(socket, 'open')
  socket.send('{"type":"connection_init"}')
  await once(socket, 'message')
  return socket
}

const subscribe = (id: number) =>
  JSON.stringify({ id: String(id), type: 'subscribe', payload: { query: '{ __typename }' } })

it('begins the operations of WebSockets in turns between clients', async () => {
  const [many, one] = [await greet(FIRST), await greet(SECOND)]
  const { clients } = world.api.services
  const { user, system } = process.cpuUsage()
  let usedMs = (user + system) / 1_000 // processor time never goes back
  vi.spyOn(process, 'cpuUsage').mockImplementation(() => ({ user: usedMs * 1_000, system: 0 }))
  vi.spyOn(performance, 'now').mockImplementation(() => usedMs)
  const begun: string[] = []
  /** How many had begun when the operation of the second client arrived. */
  let before: number | undefined
  const of = clients.of.bind(clients)
  vi.spyOn(clients, 'of').mockImplementation((name) => {
    if (name === SECOND) before ??= begun.length
    return of(name)
  })
  const { yoga } = world.api
  const envelop = yoga.getEnveloped.bind(yoga)
  vi.spyOn(yoga, 'getEnveloped').mockImplementation(((context: {
    req: { socket: { remoteAddress: string } }
  }) => {
    if (begun.length === 0) one.send(subscribe(0))
    begun.push(context.req.socket.remoteAddress)
    usedMs += SLICE_MS + 1
    return envelop(context as never)
  }) as never)
  for (let id = 0; id < MANY; id++) many.send(subscribe(id))
  await vi.waitUntil(() => begun.length === MANY + 1, { timeout: 120_000 })
  expect(before).toBeLessThan(MANY / 2)
  expect(begun.indexOf(SECOND) - before!).toBeLessThanOrEqual(1)
  many.terminate()
  one.terminate()
})
