import { once } from 'node:events'
import { connect } from 'node:net'
import { createClient } from 'graphql-ws'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import WebSocket from 'ws'
import type { RunningApi } from '../../../src/api/start.ts'
import { hashAction } from '../../../src/ledger/action-hash.ts'
import { chainIdOf } from '../../../src/ledger/genesis.ts'
import type { Database } from '../../../src/storage/database.ts'
import { serveApi } from '../../support/api/served-api.ts'
import { Sse } from '../../support/api/sse.ts'
import { poseidon } from '../../support/crypto/poseidon.ts'
import { definitionOf, eddsaKey, genesisOf, signRegister } from '../../support/ledger/ledger-world.ts'
import { chainDatabase } from '../../support/storage/postgres.ts'
import { StoredChain } from '../../support/storage/stored-chain.ts'

const genesis = genesisOf()
const ann = eddsaKey('ann')
let database: Database
let chain: StoredChain
let api: RunningApi

beforeAll(async () => {
  ;({ database } = await chainDatabase(genesis))
  chain = new StoredChain(database, genesis)
  api = await serveApi(database, genesis, { limits: { subscriptions: 3, bodyBytes: 20_000 } })
})
afterAll(() => api.stop())

const block = () => {
  const era = chain.header.era + 1
  const definition = definitionOf(ann, { code: `LOT-${era}` })
  return chain.commit([
    hashAction(poseidon, signRegister(ann, { chainId: chainIdOf(genesis), definition, era })),
  ])
}

describe('HTTP', () => {
  it('answers GET and POST on /graphql', async () => {
    const get = await fetch(`${api.url}/graphql?query=${encodeURIComponent('{ chain { name } }')}`)
    expect(await get.json()).toEqual({
      data: { chain: { name: 'test' } },
      extensions: { height: '0', cost: expect.any(Number), costLeft: expect.any(Number) },
    })
  })

  it('reports on /health whether database and node answer', async () => {
    const response = await fetch(`${api.url}/health`)
    expect(response.status).toBe(200)
    expect(await response.json()).toMatchObject({ status: 'ok', database: 'ok', node: 'READY' })
  })

  it('takes JSON only, so that no form on another page can act', async () => {
    for (const type of [
      'text/plain',
      'application/x-www-form-urlencoded',
      'multipart/form-data; boundary=x',
      'application/graphql',
    ]) {
      const response = await fetch(`${api.url}/graphql`, {
        method: 'POST',
        headers: { 'content-type': type },
        body: '{"query":"mutation { requestProof(index: 0) { index } }"}',
      })
      expect(response.status).toBe(415)
    }
    const get = await fetch(
      `${api.url}/graphql?query=${encodeURIComponent('mutation { requestProof(index: 0) { index } }')}`,
    )
    expect(get.status).toBe(405)
  })

  it('does not let pages of other origins read answers, and sets security headers', async () => {
    const response = await fetch(`${api.url}/graphql?query={__typename}`, {
      headers: { origin: 'https://evil.example' },
    })
    expect(response.headers.get('access-control-allow-origin')).toBeNull()
    expect(response.headers.get('x-content-type-options')).toBe('nosniff')
    expect(response.headers.get('content-security-policy')).toContain("default-src 'none'")
  })

  it('rejects bodies over the limit and lists of requests', async () => {
    const post = (body: string) =>
      fetch(`${api.url}/graphql`, { method: 'POST', headers: { 'content-type': 'application/json' }, body })
    const large = await post(JSON.stringify({ query: `{ chain { name } } #${'x'.repeat(30_000)}` }))
    expect(large.status).toBe(413)
    expect(await large.json()).toMatchObject({ errors: [{ extensions: { code: 'BODY_TOO_LARGE' } }] })
    const batch = await post(JSON.stringify([{ query: '{ __typename }' }, { query: '{ __typename }' }]))
    expect(batch.status).toBe(400)
  })

  it('says what to do when the port is taken', async () => {
    const port = Number(new URL(api.url).port)
    await expect(serveApi(database, genesis, { port })).rejects.toMatchObject({
      code: 'PORT_TAKEN',
      hint: expect.stringContaining('--port'),
    })
  })
})

describe('Server-Sent Events', () => {
  it('streams over POST, and over GET as curl -N does', async () => {
    const live = await Sse.open(
      fetch,
      `${api.url}/graphql`,
      'subscription { transfers { node { asset { code } } } }',
    )
    const query = encodeURIComponent('subscription { blocks { height } }')
    const got = await Sse.open(
      (url) => fetch(`${url}?query=${query}`, { headers: { accept: 'text/event-stream' } }),
      `${api.url}/graphql`,
      '',
    )
    await block()
    expect((await live.data()).transfers.node.asset.code).toBe(`LOT-${chain.header.era}`)
    expect((await got.data()).blocks.height).toBe(String(chain.header.height))
    await Promise.all([live.close(), got.close()])
  })
})

describe('WebSocket', () => {
  const connectAs = (origin?: string) =>
    createClient({
      url: `${api.url.replace('http', 'ws')}/graphql`,
      webSocketImpl: class extends WebSocket {
        constructor(url: string, protocols: string[]) {
          super(url, protocols, origin === undefined ? {} : { origin })
        }
      },
      retryAttempts: 0,
    })

  it('answers queries and streams subscriptions, each with its height', async () => {
    const client = connectAs()
    const answers = client.iterate({ query: 'subscription { chain { finalizedHeight } }' })
    const before = chain.header.height
    expect((await answers.next()).value).toMatchObject({
      data: { chain: { finalizedHeight: String(before) } },
    })
    await block()
    expect((await answers.next()).value).toMatchObject({ extensions: { height: String(before + 1) } })
    await answers.return?.()
    const query = client.iterate({ query: '{ chain { name } }' })
    expect((await query.next()).value).toMatchObject({ data: { chain: { name: 'test' } } })
    await client.dispose()
  })

  it('rejects what HTTP rejects, with the same codes', async () => {
    const client = connectAs()
    const refusalOf = async (query: string) => {
      try {
        const { value } = await client.iterate({ query }).next()
        return (value as { errors: { extensions: { code: string } }[] }).errors[0]?.extensions.code
      } catch (errors) {
        return (errors as { extensions: { code: string } }[])[0]?.extensions.code
      }
    }
    expect(await refusalOf('{ chain')).toBe('GRAPHQL_PARSE_FAILED')
    expect(await refusalOf('{ nothing }')).toBe('GRAPHQL_VALIDATION_FAILED')
    expect(await refusalOf('{ blocks(first: 1000) { nodes { height } } }')).toBe('PAGE_TOO_LARGE')
    expect(await refusalOf('subscription { blocks(after: 100000) { height } }')).toBe('HEIGHT_TOO_HIGH')
    await client.dispose()
  })

  it('bounds the subscriptions of one socket', async () => {
    const client = connectAs()
    const query = 'subscription { chain { name } }'
    const running = [1, 2, 3].map(() => client.iterate({ query }))
    for (const answers of running) await answers.next()
    await expect(client.iterate({ query }).next()).rejects.toMatchObject([
      { extensions: { code: 'TOO_MANY_REQUESTS' } },
    ])
    await running[0]!.return?.()
    // The server hears of the end of a subscription a moment later.
    const another = () => client.iterate({ query }).next()
    await expect
      .poll(() =>
        another().then(
          ({ value }) => value,
          () => undefined,
        ),
      )
      .toMatchObject({ data: { chain: { name: 'test' } } })
    await client.dispose()
  })

  it('rejects pages of other origins', async () => {
    await expect(
      connectAs('https://evil.example').iterate({ query: '{ __typename }' }).next(),
    ).rejects.toBeDefined()
    const own = connectAs(api.url).iterate({ query: '{ __typename }' })
    expect((await own.next()).value).toMatchObject({ data: { __typename: 'Query' } })
  })
})

describe('what a client holds open', () => {
  it('is bounded per client: WebSockets', async () => {
    const small = await serveApi(database, genesis, { limits: { socketsPerClient: 2 } })
    const open = (): Promise<WebSocket | number> => {
      const socket = new WebSocket(`${small.url.replace('http', 'ws')}/graphql`, 'graphql-transport-ws')
      return new Promise((resolve) => {
        socket.on('open', () => resolve(socket))
        socket.on('unexpected-response', (_request, response) => resolve(response.statusCode ?? 0))
        socket.on('error', () => resolve(0))
      })
    }
    const [one, two] = [await open(), await open()]
    expect(one).toBeInstanceOf(WebSocket)
    expect(two).toBeInstanceOf(WebSocket)
    expect(await open()).toBe(429)
    ;(one as WebSocket).terminate()
    await expect.poll(async () => (await open()) instanceof WebSocket).toBe(true)
    await small.stop()
  })
  it('is bounded per client: TCP connections', async () => {
    const small = await serveApi(database, genesis, { limits: { connectionsPerClient: 2 } })
    const { hostname, port } = new URL(small.url)
    const dial = () => connect(Number(port), hostname)
    const kept = [dial(), dial()]
    await Promise.all(kept.map((socket) => once(socket, 'connect')))
    // One of these is closed for the third.
    const closed = Promise.race(kept.map((socket) => once(socket.resume(), 'close')))
    kept.push(dial())
    await closed
    expect(kept.filter(({ destroyed }) => destroyed)).toHaveLength(1)
    for (const socket of kept) socket.destroy()
    await small.stop()
  })
})
