import { EventEmitter, once } from 'node:events'
import type { ServerResponse } from 'node:http'
import { type AddressInfo, connect } from 'node:net'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { createListener } from '../../../src/api/http/listener.ts'
import { rawRequest } from '../../support/api/raw-http.ts'

const came = new EventEmitter()
const handled: string[] = []
const responses: ServerResponse[] = []
const server = createListener((request, response) => {
  handled.push(request.url!)
  responses.push(response)
  came.emit(request.url!)
})
let arrived = 0
server.on('request', () => came.emit(`arrived ${++arrived}`))

beforeAll(async () => {
  await once(server.listen(0, '127.0.0.1'), 'listening')
})
afterAll(() => void server.close())

/** Sends requests over one connection at once. */
function send(...targets: string[]) {
  const socket = connect((server.address() as AddressInfo).port, '127.0.0.1')
  arrived = 0
  handled.length = 0
  responses.length = 0
  socket.write(
    Buffer.concat(targets.map((target) => rawRequest('GET', target, { connection: 'keep-alive' }))),
  )
  return socket
}

it('requests of one connection are handled one by one, in their order', async () => {
  const socket = send('/1', '/2', '/3')
  await once(came, 'arrived 3')
  expect(handled).toEqual(['/1'])
  const second = once(came, '/2')
  responses[0]!.end('one')
  await second
  const third = once(came, '/3')
  responses[1]!.end('two')
  await third
  expect(handled).toEqual(['/1', '/2', '/3'])
  socket.destroy()
})

it('requests that wait when their connection ends are not handled', async () => {
  const socket = send('/1', '/2')
  await once(came, 'arrived 2')
  const closed = once(responses[0]!, 'close')
  socket.destroy()
  await closed
  const last = connect((server.address() as AddressInfo).port, '127.0.0.1')
  last.write(rawRequest('GET', '/last'))
  await once(came, '/last')
  expect(handled).toEqual(['/1', '/last'])
  last.destroy()
})
