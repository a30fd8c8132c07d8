import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { refusalBody, refusalOfStatus } from '../../../src/api/http/refusal.ts'
import { createClient } from '../../../src/client/client.ts'
import { MAX_ANSWER_BYTES } from '../../../src/client/graphql.ts'
import { MAX_EVENT_LENGTH } from '../../../src/client/subscribe.ts'
import { type EndlessAnswer, type EndlessServer, serveEndless } from '../../support/client/endless-server.ts'

/** More than the buffers of a connection hold, at both of its ends. */
const BUFFERED = 16 * 1024 * 1024
let server: EndlessServer
beforeAll(async () => {
  server = await serveEndless()
})
beforeEach(() => {
  server.sent = 0
})
afterAll(() => server.close())

const client = () => createClient({ url: `${server.url}graphql` })
const EVENTS = { headers: { 'content-type': 'text/event-stream' } }
const subscribed = (answer: EndlessAnswer) => {
  server.answer = answer
  return client().subscribe('subscription { chain { height } }', {}, { resume: () => ({}) })
}

describe('a client of a server that lies', () => {
  it.each<[what: string, answer: EndlessAnswer]>([
    ['a line', { ...EVENTS, begin: 'data: ' }],
    ['lines of one event', { ...EVENTS, next: () => 'data: x\n'.repeat(1_000) }],
  ])('takes no event that has no end: %s', async (_, answer) => {
    await expect(subscribed(answer).next()).rejects.toMatchObject({ code: 'RESPONSE_TOO_LARGE' })
    expect(server.sent).toBeLessThan(MAX_EVENT_LENGTH + BUFFERED)
  })

  it('takes an event that is as long as it may be', async () => {
    const longest = `data: {"data":"${'x'.repeat(MAX_EVENT_LENGTH)}`.slice(0, MAX_EVENT_LENGTH - 3)
    const next = (i: number) => (i === 0 ? `${longest}"}\n\n` : undefined)
    const { value } = await subscribed({ ...EVENTS, next }).next()
    expect(value).toHaveLength(longest.length - 'data: {"data":"'.length)
  })

  it('says that an event of another kind cannot be read', async () => {
    const next = (i: number) => (i === 0 ? 'data: [\n\n' : undefined)
    server.answer = { ...EVENTS, next }
    const events = client().subscribe('subscription { chain { height } }')
    await expect(events.next()).rejects.toMatchObject({ code: 'API_UNREACHABLE' })
  })

  it.each([
    ['an api at a path that is not its own', 404, refusalBody(refusalOfStatus(404))],
    ['errors of another form', 200, '{"errors":{}}'],
    ['neither data nor errors', 200, '{"status":"ok"}'],
    ['a page', 200, '<!doctype html>'],
    ['nothing', 204, ''],
  ])('says that it is no API where it answers with %s', async (_, status, text) => {
    server.answer = { status, next: (i: number) => (i === 0 && text !== '' ? text : undefined) }
    const refused = {
      code: 'API_UNREACHABLE',
      message: `${server.url}graphql does not answer as an API of Inpigritas (HTTP ${status})`,
    }
    await expect(client().query('{ chain { height } }')).rejects.toMatchObject(refused)
    const events = client().subscribe('subscription { chain { height } }')
    await expect(events.next()).rejects.toMatchObject(refused)
  })

  it('takes no answer that has no end, neither to a query nor in place of events', async () => {
    server.answer = { headers: { 'content-type': 'application/json' } }
    const refused = { code: 'RESPONSE_TOO_LARGE' }
    await expect(client().query('{ chain { height } }')).rejects.toMatchObject(refused)
    await expect(subscribed(server.answer).next()).rejects.toMatchObject(refused)
    expect(server.sent).toBeLessThan(2 * (MAX_ANSWER_BYTES + BUFFERED))
  })
})
