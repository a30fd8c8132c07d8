import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { createClient } from 'graphql-ws'
import { describe, expect, it } from 'vitest'
import WebSocket from 'ws'
import { serveWebSocket } from '../../../src/api/http/websocket.ts'
import { DEFAULT_LIMITS } from '../../../src/api/limits.ts'
import { ApiWorld } from '../../support/api/api-server.ts'
import { Sse } from '../../support/api/sse.ts'
import { eddsaKey } from '../../support/ledger/ledger-world.ts'
import { openForTest } from '../../support/storage/postgres.ts'

const ann = eddsaKey('ann')
const bea = eddsaKey('bea')
const MOVES = 20
const INPUT = '{ start: { asset: "LOT" }, direction: FORWARD, first: 10 }'

/** LOT with an issue and 20 moves, of which each is a hop. */
async function lotWorld(limits: Partial<typeof DEFAULT_LIMITS>): Promise<ApiWorld> {
  const world = await ApiWorld.open({}, { limits: { ...DEFAULT_LIMITS, ...limits } })
  const lot = await world.lot(ann, 'LOT', 100n)
  const moves = Array.from({ length: MOVES }, (_, i) =>
    world.move(ann, ann.account, bea.account, lot, 1n, BigInt(i)),
  )
  await world.chain.commit(moves)
  return world
}

describe('the traces of a request', () => {
  it('share one budget of records: beyond it, they have a code', async () => {
    const world = await lotWorld({ traceRecords: 45 })
    const aliases = Array.from(
      { length: 30 },
      (_, i) => `t${i}: trace(input: ${INPUT}) { truncated hops { unit } }`,
    )
    const { data, errors } = await world.ask(`{ ${aliases.join(' ')} }`)
    const answered = Object.values(data as Record<string, { hops: unknown[] } | null>).filter(
      (page) => page !== null,
    )
    // 10 hops of a page and the one behind it: four traces, the last of which ends early.
    expect(answered.map(({ hops }) => hops.length)).toEqual([10, 10, 10, 10, 1])
    expect(errors).toHaveLength(25)
    for (const { extensions } of errors!) {
      expect(extensions).toMatchObject({ code: 'QUERY_TOO_COSTLY', data: { what: 'trace', maxRecords: 45 } })
    }
    expect((await world.ask(`{ trace(input: ${INPUT}) { hops { unit } } }`)).errors).toBeUndefined()
  })

  it('of a subscription have a budget too', async () => {
    const world = await lotWorld({ traceRecords: 5 })
    const live = await Sse.open(
      (url, init) => world.api.yoga.fetch(url, init),
      'http://api/graphql',
      'subscription { trace(input: { start: { asset: "LOT" }, direction: FORWARD }) { hops { unit } } }',
      {},
    )
    expect((await live.next())?.errors?.[0]?.extensions.code).toBe('TOO_LARGE')
  })
})

/** No query times out before a test has failed. */
const PATIENT = { timeoutMs: 600_000 }

describe('the statements of a request', () => {
  /** A world whose records nobody can read until `release` is called. */
  async function locked(limits: Partial<typeof DEFAULT_LIMITS>) {
    const world = await lotWorld(limits)
    const { sql } = openForTest(world.url)
    let release = () => {}
    const held = new Promise<void>((resolve) => {
      release = resolve
    })
    let locks = () => {}
    const isLocked = new Promise<void>((resolve) => {
      locks = resolve
    })
    const lock = sql.begin(async (tx) => {
      await tx`LOCK TABLE transfer IN ACCESS EXCLUSIVE MODE`
      locks()
      await held
    })
    await isLocked
    const waiting = async () =>
      (
        await sql`SELECT FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'`
      ).length
    const unlock = async () => {
      release()
      await lock
    }
    return { world, waiting, unlock }
  }
  const query = `{ trace(input: ${INPUT}) { hops { unit } } }`

  it('are canceled when it times out', async () => {
    const { world, waiting, unlock } = await locked({ timeoutMs: 2_000 })
    const answer = await world.ask(query)
    expect(answer.errors?.[0]?.extensions.code).toBe('TIMEOUT')
    await expect.poll(waiting).toBe(0)
    await unlock()
    expect((await world.data(query)).trace.hops).toHaveLength(10)
  })

  it('are canceled when its client goes away', async () => {
    const { world, waiting, unlock } = await locked(PATIENT)
    const client = new AbortController()
    const answer = Promise.resolve(
      world.api.yoga.fetch('http://api/graphql', {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({ query }),
        signal: client.signal,
      }),
    ).catch(() => 'aborted')
    await expect.poll(waiting).toBe(1)
    client.abort()
    await expect.poll(waiting).toBe(0)
    await answer
    await unlock()
  })

  it('over WebSocket are heavy too, and are canceled when the client takes back the query or leaves', async () => {
    const { world, waiting, unlock } = await locked(PATIENT)
    const server = createServer()
    const sockets = serveWebSocket(server, '/graphql', world.api)
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
    const url = `ws://127.0.0.1:${(server.address() as AddressInfo).port}/graphql`
    const quiet = { retryAttempts: 0, onNonLazyError: () => {} }
    const client = createClient({ url, webSocketImpl: WebSocket, lazy: false, ...quiet })
    const ask = () => client.subscribe({ query }, { next() {}, error() {}, complete() {} })
    const takeBack = ask()
    for (const end of [takeBack, () => client.terminate()]) {
      await expect.poll(waiting).toBe(1)
      expect(world.api.services.heavyStatements.size.running).toBe(1)
      end()
      await expect.poll(waiting).toBe(0)
      if (end === takeBack) ask()
    }
    await unlock()
    await sockets.stop()
    server.close()
  })
})
