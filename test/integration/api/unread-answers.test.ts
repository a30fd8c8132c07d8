import { once } from 'node:events'
import { connect, type Socket } from 'node:net'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { UNSENT_LIMITS } from '../../../src/api/budget/unsent.ts'
import { ROUTE_BYTES_PER_COST } from '../../../src/api/limits.ts'
import type { RunningApi } from '../../../src/api/start.ts'
import { exchange, parseResponse, rawRequest } from '../../support/api/raw-http.ts'
import { serveApi } from '../../support/api/served-api.ts'
import { genesisOf } from '../../support/ledger/ledger-world.ts'
import { until } from '../../support/shared/until.ts'
import { chainDatabase } from '../../support/storage/postgres.ts'

/** A small query whose answer has some 10 MB: its name is repeated for each type of the schema. */
const LARGE = JSON.stringify({ query: `{ __schema { types { ${'a'.repeat(100_000)}: name } } }` })
const SMALL = JSON.stringify({ query: '{ chain { name } }' })
let api: RunningApi

beforeAll(async () => {
  const genesis = genesisOf()
  const { database } = await chainDatabase(genesis)
  api = await serveApi(database, genesis)
})
afterAll(() => api.stop())

/** Asks for a large answer, and reads no more than its beginning. @returns the status, and the connection */
async function askAndStop(): Promise<{ status: number; socket: Socket }> {
  const { port, hostname } = new URL(api.url)
  const socket = connect(Number(port), hostname)
  socket.on('error', () => {})
  socket.write(rawRequest('POST', '/graphql', {}, LARGE))
  const [begin] = await once(socket, 'data')
  socket.pause()
  return { status: parseResponse(String(begin)).status, socket }
}

it('a large answer costs its client its length, though its query is small', async () => {
  const answer = await exchange(api.url, rawRequest('POST', '/graphql', {}, LARGE), undefined, '127.0.0.3')
  const [, cost] = /"extensions":{"cost":(\d+)/.exec(answer.slice(-200))!
  expect(Number(cost)).toBeGreaterThan(8e6 / ROUTE_BYTES_PER_COST)
})

/** Asks for a small answer from an address. @returns the status */
async function ask(localAddress: string): Promise<number> {
  return parseResponse(
    await exchange(api.url, rawRequest('POST', '/graphql', {}, SMALL), undefined, localAddress),
  ).status
}

it('a client that does not read has no more waiting for it than its share', async () => {
  const sockets: Socket[] = []
  let statuses: number[] = []
  do {
    const { status, socket } = await askAndStop()
    sockets.push(socket)
    statuses = [...statuses, status]
  } while (statuses.at(-1) === 200 && statuses.length < 10)
  // Each answer is larger than 8 MB.
  expect(statuses.filter((status) => status === 200).length * 8e6).toBeLessThanOrEqual(
    UNSENT_LIMITS.perClient,
  )
  expect(statuses.at(-1)).toBe(429)
  expect(await ask('127.0.0.2')).toBe(200)
  for (const socket of sockets) socket.destroy()
  await until(async () => {
    const { status, socket } = await askAndStop()
    socket.destroy()
    return status === 200
  })
})
