import { createClient as createWsClient } from 'graphql-ws'
import { beforeAll, describe, expect, it } from 'vitest'
import WebSocket from 'ws'
import { type ApiOptions, DRAIN_MS } from '../../../src/api/start.ts'
import type { Database } from '../../../src/storage/database.ts'
import { serveApi } from '../../support/api/served-api.ts'
import { Sse } from '../../support/api/sse.ts'
import { genesisOf } from '../../support/ledger/ledger-world.ts'
import { idleNode } from '../../support/node/idle-node.ts'
import { chainDatabase } from '../../support/storage/postgres.ts'

const genesis = genesisOf()
let database: Database
beforeAll(async () => {
  ;({ database } = await chainDatabase(genesis))
})

const start = (rest: Partial<ApiOptions> = {}) => serveApi(database, genesis, rest)

describe('an api that stops', () => {
  it('turns /ready to 503, finishes running requests, tells subscribers to reconnect, and closes', async () => {
    let finish = () => {}
    const control = idleNode('00'.repeat(32))
    const asked = new Promise<void>((resolve) => {
      control.pool = async () => {
        resolve()
        await new Promise<void>((done) => {
          finish = done
        })
        return { ...(await idleNode('').pool()), size: 7 }
      }
    })
    const api = await start({ control })
    const url = `${api.url}/graphql`
    const live = await Sse.open(fetch, url, 'subscription { chain { name } }')
    await live.data()
    const socket = new WebSocket(url.replace('http', 'ws'), 'graphql-transport-ws')
    const closed = new Promise<number>((resolve) => socket.on('close', resolve))
    await new Promise((resolve) => socket.on('open', resolve))
    const running = fetch(`${url}?query={pool{size}}`)
    await asked

    const stopped = api.stop()
    const { errors } = (await live.next())!
    expect(errors).toMatchObject([{ extensions: { code: 'STOPPING', data: { retry: true } } }])
    expect(await closed).toBe(1012)
    const ready = await fetch(`${api.url}/ready`)
    expect([ready.status, ready.headers.get('connection'), await ready.json()]).toMatchObject([
      503,
      'close',
      { status: 'stopping' },
    ])
    finish()
    expect(await (await running).json()).toMatchObject({ data: { pool: { size: 7 } } })
    await stopped
    await expect(fetch(`${api.url}/live`)).rejects.toThrow()
    expect(DRAIN_MS).toBe(5_000)
  })

  it('is followed by clients of graphql-ws, which reconnect to its successor without losing their subscription', async () => {
    const first = await start()
    const port = Number(new URL(first.url).port)
    const client = createWsClient({
      url: `ws://127.0.0.1:${port}/graphql`,
      webSocketImpl: WebSocket,
      retryAttempts: 100,
      shouldRetry: () => true,
      retryWait: () => new Promise((resolve) => setTimeout(resolve, 20)),
    })
    const events = client.iterate({ query: 'subscription { chain { name } }' })
    await events.next()
    await first.stop()
    const second = await start({ port })
    expect((await events.next()).value).toMatchObject({ data: { chain: { name: 'test' } } })
    await client.dispose()
    await second.stop()
  })
})

describe('an api without pages and introspection', () => {
  it('serves none of them, and answers everything else', async () => {
    const api = await start({ switches: { explorer: false, graphiql: false, introspection: false } })
    const ask = async (query: string) =>
      (await fetch(`${api.url}/graphql?query=${encodeURIComponent(query)}`)).json()
    for (const path of ['/', '/blocks', '/explorer/main.js', '/graphiql'])
      expect((await fetch(`${api.url}${path}`, { headers: { accept: 'text/html' } })).status).toBe(404)
    for (const query of ['{ __schema { queryType { name } } }', '{ a: __type(name: "Query") { name } }'])
      expect(await ask(query)).toMatchObject({ errors: [{ extensions: { code: 'INTROSPECTION_OFF' } }] })
    expect(await ask('{ __typename chain { name } }')).toMatchObject({ data: { __typename: 'Query' } })
    await api.stop()
  })
})
