import http from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterAll, beforeAll, expect, it, vi } from 'vitest'
import { createClient } from '../../../src/client/client.ts'
import { reject } from '../../../src/ledger/rejection.ts'
import { people, transfer } from '../../support/mempool/pool-world.ts'

/** A server that refuses each request twice, and says when to come again. */
let requests = 0
let withTime = true
const server = http.createServer((request, response) => {
  request.resume()
  requests += 1
  const data = withTime ? { retryAfterMs: 5 } : {}
  const refused = { errors: [{ message: 'busy', extensions: { code: 'TOO_MANY_REQUESTS', data } }] }
  const isRefused = requests % 3 !== 0
  response.writeHead(isRefused ? 429 : 200, { 'content-type': 'application/json' })
  response.end(JSON.stringify(isRefused ? refused : { data: { answer: 42 } }))
})
beforeAll(() => new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve)))
afterAll(() => server.close())

const ask = () =>
  createClient({ url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/graphql` }).query(
    '{ answer }',
  )

it('waits as long as a busy server asks for, and sends the request again', async () => {
  await expect(ask()).resolves.toEqual({ answer: 42 })
  expect(requests).toBe(3)
})

it('reports a refusal that names no time', async () => {
  withTime = false
  requests = 0
  await expect(ask()).rejects.toMatchObject({ code: 'TOO_MANY_REQUESTS' })
  expect(requests).toBe(1)
})

it('subscribes again after the time that a busy server asks for', async () => {
  const event = 'event: next\ndata: {"data":{"n":1}}\n\n'
  const answers = [event, undefined, `${event}event: complete\ndata: \n\n`]
  const lossy = http.createServer((request, response) => {
    request.resume()
    const answer = answers.shift()
    const type = answer === undefined ? 'application/json' : 'text/event-stream'
    response.writeHead(answer === undefined ? 429 : 200, { 'content-type': type })
    const extensions = { code: 'TOO_MANY_REQUESTS', data: { retryAfterMs: 321 } }
    response.end(answer ?? JSON.stringify({ errors: [{ message: 'busy', extensions }] }))
  })
  await new Promise<void>((resolve) => lossy.listen(0, '127.0.0.1', resolve))
  const client = createClient({ url: `http://127.0.0.1:${(lossy.address() as AddressInfo).port}/graphql` })
  const timers = vi.spyOn(globalThis, 'setTimeout')
  const events = client.subscribe<{ n: number }>('subscription { n }', {}, { resume: () => ({}) })
  await events.next()
  await events.next()
  expect(timers.mock.calls.map(([, ms]) => ms)).toContain(321)
  timers.mockRestore()
  await events.return(undefined)
  lossy.close()
})

it('subscribes again after longer and longer pauses, until a connection held', async () => {
  const served = http.createServer((request, response) => {
    request.resume()
    response.writeHead(200, { 'content-type': 'text/event-stream' })
    response.end('event: next\ndata: {"data":{"n":1}}\n\n')
  })
  await new Promise<void>((resolve) => served.listen(0, '127.0.0.1', resolve))
  const url = `http://127.0.0.1:${(served.address() as AddressInfo).port}/graphql`
  const silenceMs = 30_001
  const clock = vi.spyOn(performance, 'now').mockReturnValue(0)
  vi.spyOn(Math, 'random').mockReturnValue(1)
  const timers = vi.spyOn(globalThis, 'setTimeout')
  const pauses = () =>
    timers.mock.calls.map(([, ms]) => ms).filter((ms) => [100, 200, 400].includes(ms as number))
  const events = createClient({ url }).subscribe('subscription { n }', {}, { silenceMs, resume: () => ({}) })
  for (let i = 0; i < 4; i++) await events.next()
  expect(pauses()).toEqual([100, 200, 400])
  clock.mockReturnValue(5_001)
  await events.next()
  expect(pauses()).toEqual([100, 200, 400, 100])
  vi.restoreAllMocks()
  await events.return(undefined)
  served.close()
})

it('submits an action that is ahead of others again until they have come', async () => {
  const [ann, bob] = people.map(({ account }) => account) as [bigint, bigint]
  const rejection = reject('STALE_START', { expected: 0n, got: 70n })
  const answers = [
    { hash: null, status: 'REJECTED', rejection },
    { hash: 'ab', status: 'PARKED', rejection },
    { hash: 'ab', status: 'ACCEPTED', rejection: null },
    { hash: 'ab', status: 'REJECTED', rejection: reject('STALE_START', { expected: 71n, got: 70n }) },
  ]
  const behind = http.createServer((request, response) => {
    request.resume()
    response.writeHead(200, { 'content-type': 'application/json' })
    response.end(JSON.stringify({ data: { result: answers.shift() } }))
  })
  await new Promise<void>((resolve) => behind.listen(0, '127.0.0.1', resolve))
  const { submit } = createClient({
    url: `http://127.0.0.1:${(behind.address() as AddressInfo).port}/graphql`,
  })
  const { action } = transfer({ from: ann, to: bob, fromStart: 70n })
  await expect(submit(action)).resolves.toMatchObject({ status: 'ACCEPTED' })
  // One that is behind has been overtaken: trying again cannot help.
  await expect(submit(action)).resolves.toMatchObject({ status: 'REJECTED' })
  expect(answers).toEqual([])
  behind.close()
})
