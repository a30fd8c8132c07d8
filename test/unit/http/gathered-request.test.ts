import { createHash } from 'node:crypto'
import http, { type IncomingMessage } from 'node:http'
import { type AddressInfo, connect } from 'node:net'
import { text } from 'node:stream/consumers'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { createListener } from '../../../src/api/http/listener.ts'
import { GatheredRequest } from '../../../src/http/gathered-request.ts'

const BYTES = 100_000
let server: http.Server
/** Has the next request handled. */
let handle: (request: IncomingMessage) => Promise<string>
beforeAll(async () => {
  server = http.createServer({ IncomingMessage: GatheredRequest }, async (request, response) => {
    response.end(await handle(request))
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
})
afterAll(() => server.close())

/** Sends a body in chunks. @returns the body of the answer */
async function send(chunks: string[]): Promise<string> {
  const socket = connect((server.address() as AddressInfo).port, '127.0.0.1')
  socket.write('POST / HTTP/1.1\r\nhost: x\r\ntransfer-encoding: chunked\r\nconnection: close\r\n\r\n')
  socket.write(`${chunks.map((chunk) => `${chunk.length.toString(16)}\r\n${chunk}\r\n`).join('')}0\r\n\r\n`)
  return (await text(socket)).split('\r\n\r\n')[1]!
}
const digest = (body: string) => createHash('sha256').update(body).digest('hex')
const letters = Array.from({ length: BYTES }, (_, i) => String.fromCharCode(97 + (i % 26)))

describe('the body of a request', () => {
  it('comes in no more chunks than the socket delivers, however small those of the sender are', async () => {
    let chunks = 0
    handle = async (request) => {
      const body: Buffer[] = []
      for await (const chunk of request) body.push(chunk)
      chunks = body.length
      return digest(Buffer.concat(body).toString())
    }
    expect(await send(letters)).toContain(digest(letters.join('')))
    expect(chunks).toBeLessThan(BYTES / 100)
  })

  it('is whole and in order where small and large chunks take turns, and where its reader is slow', async () => {
    const chunks = Array.from({ length: 60 }, (_, i) => String(i).repeat(i % 3 === 0 ? 5_000 : 3))
    handle = async (request) => {
      let body = ''
      for await (const chunk of request) {
        body += chunk
        await new Promise(setImmediate)
      }
      return digest(body)
    }
    expect(await send(chunks)).toContain(digest(chunks.join('')))
  })

  it('waits in a bounded number of bytes until it is read', async () => {
    let waiting = 0
    handle = async (request) => {
      // Another connection's answer comes after all that this one's socket could deliver.
      for (let i = 0; i < 5; i++) await (await fetch(`http://127.0.0.1:${port()}/`)).text()
      waiting = request.readableLength
      return digest(await text(request))
    }
    const [first] = [handle]
    handle = (request) => (request.method === 'GET' ? Promise.resolve('') : first(request))
    expect(await send(letters)).toContain(digest(letters.join('')))
    expect(waiting).toBeGreaterThan(0)
    expect(waiting).toBeLessThan(BYTES)
  })

  it('is gathered by every listener of the api', async () => {
    const isGathered = new Promise((resolve) => {
      const listener = createListener((request, response) => {
        resolve(request instanceof GatheredRequest)
        response.end()
        listener.close()
      })
      listener.listen(0, '127.0.0.1', () =>
        fetch(`http://127.0.0.1:${(listener.address() as AddressInfo).port}/`).then((r) => r.text()),
      )
    })
    expect(await isGathered).toBe(true)
  })
})

const port = () => (server.address() as AddressInfo).port
