import { once } from 'node:events'
import { connect, type Socket } from 'node:net'
import { afterAll, afterEach, beforeAll, expect, it } from 'vitest'
import { WebSocket } from 'ws'
import type { RunningApi } from '../../../src/api/start.ts'
import { serveApi } from '../../support/api/served-api.ts'
import { genesisOf } from '../../support/ledger/ledger-world.ts'
import { until } from '../../support/shared/until.ts'
import { chainDatabase } from '../../support/storage/postgres.ts'

const LIMITS = { connectionsPerClient: 20, socketsPerClient: 2 }
const open: (Socket | WebSocket)[] = []
let api: RunningApi

beforeAll(async () => {
  const genesis = genesisOf()
  const { database } = await chainDatabase(genesis)
  api = await serveApi(database, genesis, { limits: LIMITS })
})
afterEach(closeAll)
afterAll(() => api.stop())

function closeAll(): void {
  for (const socket of open.splice(0)) {
    if (socket instanceof WebSocket) socket.terminate()
    else socket.destroy()
  }
}

/** Opens a connection and asks for /live on it. @returns whether it was answered */
async function connected(): Promise<boolean> {
  const { port, hostname } = new URL(api.url)
  const socket = connect(Number(port), hostname)
  socket.on('error', () => {})
  const answered = Promise.race([
    once(socket, 'data').then(() => true),
    once(socket, 'close').then(() => false),
  ])
  socket.write(`GET /live HTTP/1.1\r\nhost: ${hostname}\r\n\r\n`)
  const isOpen = await answered
  if (isOpen) open.push(socket)
  return isOpen
}

/** Opens a WebSocket. @returns the status of its refusal; 101 if it was not refused, 0 without an answer */
function upgraded(): Promise<number> {
  const socket = new WebSocket(`${api.url.replace('http', 'ws')}/graphql`, 'graphql-transport-ws')
  return new Promise((resolve) => {
    socket.on('error', () => resolve(0))
    socket.once('unexpected-response', (request, { statusCode }) => {
      resolve(statusCode!)
      request.destroy()
    })
    socket.once('open', () => {
      open.push(socket)
      resolve(101)
    })
  })
}

it('one client has no more WebSockets than it may, and another one once one of them is closed', async () => {
  for (let i = 0; i < LIMITS.socketsPerClient; i++) expect(await upgraded()).toBe(101)
  expect(await upgraded()).toBe(429)
  closeAll()
  await until(async () => (await upgraded()) === 101)
})

it('one client has no more connections than it may: the one that was idle for longest is closed for another one', async () => {
  for (let i = 0; i < LIMITS.connectionsPerClient + 5; i++) expect(await connected()).toBe(true)
  const isOpen = () => open.map((socket) => !(socket as Socket).destroyed)
  await until(() => isOpen().filter(Boolean).length === LIMITS.connectionsPerClient)
  expect(isOpen().lastIndexOf(false)).toBe(4)
})
