import { readFileSync } from 'node:fs'
import { createClient } from 'graphql-ws'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import WebSocket from 'ws'
import { hashOf } from '../../../src/api/plugins/use-trusted-documents.ts'
import type { RunningApi } from '../../../src/api/start.ts'
import { readTrustedDocuments } from '../../../src/cli/files/trusted-documents.ts'
import * as operations from '../../../src/explorer/generated/operations.ts'
import type { Genesis } from '../../../src/ledger/genesis.ts'
import type { Database } from '../../../src/storage/database.ts'
import type { Answer } from '../../support/api/api-server.ts'
import { serveApi } from '../../support/api/served-api.ts'
import { genesisOf } from '../../support/ledger/ledger-world.ts'
import { chainDatabase } from '../../support/storage/postgres.ts'

const TRUSTED = 'query Block($height: BigInt!) { block(by: { height: $height }) { height } }'
const OTHER = '{ chain { name } }'
const [trusted, other] = [hashOf(TRUSTED), hashOf(OTHER)]
const variables = { height: '0' }
const found = { block: { height: '0' } }
const apq = (sha256Hash: unknown) => ({ persistedQuery: { version: 1, sha256Hash } })

/** As Apollo's generate-persisted-query-manifest 1.4.0 writes it for three operations of this schema. */
const APOLLO = new URL('../../vectors/apollo-manifest.json', import.meta.url).pathname
let open: RunningApi
let only: RunningApi
let services: { database: Database; genesis: Genesis }

beforeAll(async () => {
  const genesis = genesisOf()
  const { database } = await chainDatabase(genesis)
  services = { database, genesis }
  const start = (onlyThese: boolean) =>
    serveApi(database, genesis, {
      trusted: { texts: new Map([[trusted, TRUSTED]]), only: onlyThese },
    })
  open = await start(false)
  only = await start(true)
})
afterAll(() => Promise.all([open.stop(), only.stop()]))

async function post(api: RunningApi, body: object): Promise<Answer & { status: number }> {
  const init = {
    method: 'POST',
    headers: { 'content-type': 'application/json', accept: 'application/graphql-response+json' },
    body: JSON.stringify(body),
  }
  const response = await fetch(`${api.url}/graphql`, init)
  return { status: response.status, ...((await response.json()) as Answer) }
}

async function get(api: RunningApi, parameters: Record<string, unknown>): Promise<Answer> {
  const texts = Object.entries(parameters).map(([name, value]) => [
    name,
    typeof value === 'string' ? value : JSON.stringify(value),
  ])
  const response = await fetch(`${api.url}/graphql?${new URLSearchParams(texts)}`)
  return (await response.json()) as Answer
}

const codeOf = ({ errors }: Answer) => errors?.[0]?.extensions.code

describe('a document of the manifest', () => {
  it('runs when a request names its hash, with POST and GET', async () => {
    for (const names of [
      { extensions: apq(trusted) },
      { documentId: trusted },
      { documentId: `sha256:${trusted}` },
    ]) {
      expect((await post(open, { ...names, variables })).data).toEqual(found)
      expect((await get(open, { ...names, variables })).data).toEqual(found)
      expect((await post(only, { ...names, variables })).data).toEqual(found)
    }
  })

  it('is none that somebody types: GraphiQL is there only where others run too', async () => {
    const get = (api: RunningApi, path: string) => fetch(api.url + path, { headers: { accept: 'text/html' } })
    expect((await get(open, '/graphiql')).status).toBe(200)
    expect((await get(only, '/graphiql')).status).toBe(404)
    expect(await (await get(open, '/')).text()).toContain('/graphiql')
    expect(await (await get(only, '/')).text()).not.toContain('graphiql')
  })

  it('runs when it is sent, also where nothing else runs', async () => {
    expect((await post(only, { query: TRUSTED, variables })).data).toEqual(found)
    expect((await post(only, { query: TRUSTED, extensions: apq(trusted), variables })).data).toEqual(found)
  })
})

it('of a manifest of Apollo runs under its id', async () => {
  const { texts } = readTrustedDocuments({ trustedDocuments: APOLLO })!
  const { database, genesis } = services
  const api = await serveApi(database, genesis, { trusted: { texts, only: true } })
  const { operations } = JSON.parse(readFileSync(APOLLO, 'utf8'))
  const all = { height: '0', code: 'NONE' }
  const answers: Record<string, unknown> = {}
  for (const { id, name, type } of operations) {
    if (type !== 'query') continue
    const { data } = await post(api, { operationName: name, extensions: apq(id), variables: all })
    answers[name] = data
  }
  await api.stop()
  expect(answers).toEqual({
    Block: { block: { height: '0', hash: expect.any(String), __typename: 'Block' } },
    Holders: { asset: null },
  })
})

describe('a document of the page', () => {
  const texts: string[] = Object.values(operations)

  it('runs where nothing else runs, without being in a manifest', async () => {
    for (const text of texts.filter((each) => each.startsWith('query')))
      expect([text, codeOf(await post(only, { documentId: hashOf(text), variables: {} }))]).not.toContain(
        'PERSISTED_QUERY_NOT_FOUND',
      )
    expect((await post(only, { query: operations.ServedGenesisDocument })).data).toMatchObject({
      chain: { genesis: { name: 'test' } },
    })
    expect(codeOf(await post(only, { query: `${operations.ServedGenesisDocument} ` }))).toBe(
      'UNTRUSTED_DOCUMENT',
    )
  })

  it('does not run where the page is not served', async () => {
    const { database, genesis } = services
    const trusted = { texts: new Map(), only: true }
    const api = await serveApi(database, genesis, { trusted, switches: { explorer: false } })
    expect(codeOf(await post(api, { query: operations.ServedGenesisDocument }))).toBe('UNTRUSTED_DOCUMENT')
    await api.stop()
  })
})

describe('another document', () => {
  it('is not found by its hash, with the code after which clients send the text, and runs then', async () => {
    for (const hash of [other, '', 'constructor', 5, { a: 1 }])
      expect(await post(open, { extensions: apq(hash) })).toMatchObject({
        status: 400,
        errors: [{ extensions: { code: 'PERSISTED_QUERY_NOT_FOUND' } }],
      })
    expect((await post(open, { query: OTHER, extensions: apq(other) })).data).toEqual({
      chain: { name: 'test' },
    })
    expect(codeOf(await post(open, { extensions: apq(other) }))).toBe('PERSISTED_QUERY_NOT_FOUND')
  })

  it('is refused under a hash that is not its own', async () => {
    expect(codeOf(await post(open, { query: OTHER, extensions: apq(trusted) }))).toBe('BAD_INPUT')
    expect(codeOf(await post(only, { query: OTHER, documentId: trusted }))).toBe('BAD_INPUT')
  })

  it('is refused where only trusted documents run, over every transport', async () => {
    expect(await post(only, { query: OTHER })).toMatchObject({
      status: 400,
      errors: [{ extensions: { code: 'UNTRUSTED_DOCUMENT' } }],
    })
    expect(codeOf(await get(only, { query: OTHER }))).toBe('UNTRUSTED_DOCUMENT')
    expect(codeOf(await get(only, { query: `${TRUSTED} `, variables }))).toBe('UNTRUSTED_DOCUMENT')
    expect(codeOf(await post(only, {}))).toBe('BAD_REQUEST')
    const socket = createClient({
      url: `${only.url.replace('http', 'ws')}/graphql`,
      webSocketImpl: WebSocket,
      retryAttempts: 0,
    })
    const ask = (payload: {
      query: string
      extensions?: Record<string, unknown>
      variables?: typeof variables
    }) => socket.iterate(payload).next()
    await expect(ask({ query: OTHER })).rejects.toMatchObject([
      { extensions: { code: 'UNTRUSTED_DOCUMENT' } },
    ])
    const { value } = await ask({ query: '', extensions: apq(trusted), variables })
    expect(value).toMatchObject({ data: found })
    await socket.dispose()
  })
})
