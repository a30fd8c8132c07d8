import http from 'node:http'
import type { AddressInfo } from 'node:net'
import { json } from 'node:stream/consumers'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { createClient } from '../../../src/client/client.ts'
import { type ClientError, remedyOf } from '../../../src/client/graphql.ts'
import { eddsaKey, signTransfer } from '../../support/ledger/ledger-world.ts'

/** An api behind a load balancer: it says what becomes of actions, and its answers are as of `height`. */
let status = 'FINAL'
let height = 0
/** The heights that requests had to see. */
let wanted: (string | undefined)[] = []
const server = http.createServer(async (request, response) => {
  const { query } = (await json(request)) as { query: string }
  const minHeight = request.headers['inpigritas-min-height']?.toString()
  wanted.push(minHeight)
  const result = { hash: '00'.repeat(32), status, rejection: null }
  const data = query.includes('submission')
    ? { submission: result }
    : query.includes('mutation')
      ? { result }
      : {}
  const isBehind = Number(minHeight ?? 0) > height
  const errors = [{ message: 'not yet', extensions: { code: 'HEIGHT_NOT_REACHED', data: {} } }]
  response.writeHead(isBehind ? 503 : 200, { 'content-type': 'application/json' })
  response.end(JSON.stringify(isBehind ? { errors } : { data, extensions: { height: `${height}` } }))
})
beforeAll(() => new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve)))
afterAll(() => server.close())
beforeEach(() => {
  wanted = []
  status = 'FINAL'
})

const clientOf = (options: object) =>
  createClient({ url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/graphql`, ...options })
const ann = eddsaKey('ann')
const action = signTransfer(ann, {
  ...{ chainId: 1n, from: ann.account, to: eddsaKey('bea').account, assetId: 7n },
  ...{ amount: 1n, fromStart: 0n, era: 1, memo: 0n },
})

describe('a client that reads its own writes', () => {
  it('asks for the block of what it knows to be final, and of no other', async () => {
    const client = clientOf({ readYourWrites: true })
    height = 7
    await client.query('{ a }')
    status = 'ACCEPTED'
    await client.submit(action)
    await client.query('{ a }')
    status = 'FINAL'
    await client.submit(action, { wait: 'FINAL' })
    height = 9
    await client.query('{ a }')
    await client.submit(action, { wait: 'FINAL' })
    await client.query('{ a }')
    expect(wanted).toEqual([undefined, undefined, undefined, undefined, '7', '7', '9'])
  })

  it('learns that an api is behind, and that the same query may be sent again', async () => {
    const client = clientOf({ readYourWrites: true })
    height = 7
    await client.submit(action, { wait: 'FINAL' })
    height = 6
    const error = await client.query('{ a }').catch((thrown: ClientError) => thrown)
    expect(error).toMatchObject({ code: 'HEIGHT_NOT_REACHED' })
    expect(remedyOf(error as ClientError)).toBe('later')
  })
})

it('a client asks for no height unless it is told to', async () => {
  const client = clientOf({})
  height = 7
  await client.submit(action, { wait: 'FINAL' })
  await client.query('{ a }')
  expect(wanted).toEqual([undefined, undefined])
})
