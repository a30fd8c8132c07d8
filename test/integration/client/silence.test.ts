import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { createClient } from '../../../src/client/client.ts'

/** A server whose first connection goes silent after one event, as one does whose other end has vanished. */
let server: Server
let url: string
const asked: Record<string, unknown>[] = []

beforeAll(async () => {
  server = createServer((request, response) => {
    const parts: Buffer[] = []
    request.on('data', (part: Buffer) => parts.push(part))
    request.on('end', () => {
      const { variables } = JSON.parse(Buffer.concat(parts).toString())
      asked.push(variables)
      response.writeHead(200, { 'content-type': 'text/event-stream' })
      response.write(`event: next\ndata: {"data":{"blocks":{"height":"${asked.length}"}}}\n\n`)
    })
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/graphql`
})
afterAll(() => {
  server.closeAllConnections()
  server.close()
})

describe('a subscription on a connection that goes silent', () => {
  it('continues on a new one after the last event', async () => {
    const heights: string[] = []
    const events = createClient({ url }).subscribe<{ blocks: { height: string } }>(
      'subscription ($after: BigInt) { blocks(after: $after) { height } }',
      { after: '0' },
      { silenceMs: 500, resume: ({ blocks }) => ({ after: blocks.height }) },
    )
    for await (const { blocks } of events) {
      heights.push(blocks.height)
      if (heights.length === 3) break
    }
    expect(heights).toEqual(['1', '2', '3'])
    expect(asked).toEqual([{ after: '0' }, { after: '1' }, { after: '2' }])
  })

  it('fails with a code if it cannot continue', async () => {
    const events = createClient({ url }).subscribe('subscription { chain { name } }', {}, { silenceMs: 500 })
    await events.next()
    await expect(events.next()).rejects.toMatchObject({ code: 'API_UNREACHABLE' })
  })
})
