import { fork } from 'node:child_process'
import { once } from 'node:events'
import { rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { genesisToJson } from '../../../src/ledger/genesis.ts'
import { openLog } from '../../../src/telemetry/log.ts'
import { type Deliverer, startDeliverer, type WebhookLimits } from '../../../src/webhooks/deliverer.ts'
import { webhookRoutes } from '../../../src/webhooks/operator.ts'
import type { WebhookView } from '../../../src/webhooks/wire.ts'
import { ApiWorld } from '../../support/api/api-server.ts'
import { eddsaKey } from '../../support/ledger/ledger-world.ts'
import { testFolder } from '../../support/shared/test-folder.ts'
import { until } from '../../support/shared/until.ts'
import { openForTest } from '../../support/storage/postgres.ts'
import { serverIdentity } from '../../support/webhooks/certificate.ts'
import { isGenuine, Receiver } from '../../support/webhooks/receiver.ts'

const ann = eddsaKey('ann')
const bob = eddsaKey('bob')
const TOKEN = 'operator-token'
let world: ApiWorld
let lot: bigint
let receiver: Receiver
let routes: ReturnType<typeof webhookRoutes>
/** What runs in the present test. */
const running: Deliverer[] = []

beforeAll(async () => {
  world = await ApiWorld.open()
  lot = await world.lot(ann, 'LOT-1', 100_000n)
  const onChange = () => {
    for (const deliverer of running) deliverer.wake()
  }
  routes = webhookRoutes(world.database, { token: TOKEN, log: openLog('api', 'error'), onChange })
})
beforeEach(async () => {
  receiver = await new Receiver().open()
})
afterEach(async () => {
  receiver.close()
  await Promise.all(running.splice(0).map((deliverer) => deliverer.stop()))
  await world.database.sql`DELETE FROM webhook`
})
afterAll(() => receiver.close())

/** Failed messages are tried again almost at once; no other look at the webhooks helps. */
const QUICK = { pauseMs: () => 1, sweepMs: 600_000 }

async function start(limits: Partial<WebhookLimits> = {}): Promise<Deliverer> {
  const deliverer = await startDeliverer({
    database: openForTest(world.url, 1),
    session: openForTest(world.url, 1),
    genesis: world.api.services.genesis,
    log: openLog('webhooks', 'silent'),
    version: 'test',
    limits: { ...QUICK, ...limits },
  })
  running.push(deliverer)
  return deliverer
}

/** A deliverer in a process of its own. */
const DELIVERER = fileURLToPath(new URL('../../support/webhooks/deliverer-process.mjs', import.meta.url))
const processArguments = () => [world.url, JSON.stringify(genesisToJson(world.api.services.genesis))]

async function operator(method: string, body: object, token = TOKEN) {
  const url = `http://api/webhooks/${method}`
  const headers = { authorization: `Bearer ${token}` }
  const request = new Request(url, { method: 'POST', headers, body: JSON.stringify(body) })
  const response = await routes(request, new URL(url))
  // biome-ignore lint/suspicious/noExplicitAny: tests know what they asked for
  return { status: response!.status, body: (await response!.json()) as any }
}

const add = async (rest: object = {}): Promise<WebhookView & { secret: string }> =>
  (await operator('add', { url: receiver.url, filter: {}, allowPrivate: true, ...rest })).body
const list = async (): Promise<WebhookView[]> => (await operator('list', {})).body.webhooks

/** Commits blocks of `size` transfers each. @returns the positions of their records */
async function blocks(count: number, size = 1): Promise<number[]> {
  const positions: number[] = []
  for (let i = 0; i < count; i++) {
    const actions = Array.from({ length: size }, (_, j) =>
      world.move(ann, ann.account, bob.account, lot, 1n, BigInt(j)),
    )
    positions.push(...(await world.chain.commit(actions)).map(({ position }) => position))
  }
  return positions
}
const arrived = (positions: readonly number[]) =>
  until(
    () => receiver.newPositions.length >= positions.length,
    () => `${receiver.newPositions.length} of ${positions.length} records arrived`,
  )

describe('a webhook', () => {
  it('gets the final transfers of its filter: one signed message per block, with the rows of exports', async () => {
    await start()
    const { secret } = await add({ filter: { asset: 'LOT-1', kind: 'TRANSFER' } })
    const first = await blocks(1, 3)
    await world.lot(bob, 'OTHER', 5n)
    const positions = [...first, ...(await blocks(2, 2))]
    await arrived(positions)
    expect(receiver.positions).toEqual(positions)
    expect(receiver.received.map(({ data }) => data.transfers.length)).toEqual([3, 2, 2])
    for (const { headers, body } of receiver.received) expect(isGenuine(secret, headers, body)).toBe(true)
    const [{ headers, body }] = receiver.received as [Receiver['received'][0]]
    expect(isGenuine(secret, headers, body.replace('LOT-1', 'LOT-2'))).toBe(false)
    expect(JSON.parse(body)).toMatchObject({
      type: 'transfers.final',
      data: {
        chain: expect.stringMatching(/^[0-9a-f]{64}$/),
        more: false,
        transfers: [{ kind: 'TRANSFER' }, {}, {}],
      },
    })
    await until(async () => (await list())[0]!.deliveredAt !== null && (await list())[0]!.behind === 0)
  })

  it('gets a large block in several messages, in order', async () => {
    const positions = await blocks(1, 7)
    await start({ maxRecords: 3 })
    await add({ fromHeight: world.chain.header.height })
    await arrived(positions)
    expect(receiver.positions).toEqual(positions)
    expect(receiver.received.map(({ data }) => data.more)).toEqual([true, true, false])
  })

  it('gets everything from a past block on', async () => {
    await start()
    await add({ fromHeight: 0 })
    const expected = world.chain.records.map(({ position }) => position)
    await arrived(expected)
    expect(receiver.positions).toEqual(expected)
  })
})

describe('a receiver in trouble', () => {
  it('gets every message again until it takes it, in order, when it answers 500, hangs, or closes the connection', async () => {
    const trouble: ((response: Parameters<Receiver['answer']>[0]) => void)[] = [
      (response) => response.writeHead(500).end(),
      () => {},
      (response) => response.destroy(),
      (response) => response.writeHead(503).write('x'.repeat(200_000)),
    ]
    receiver.answer = (response, number) =>
      number % 2 === 0 ? response.end() : trouble[(number >> 1) % 4]!(response)
    await start({ timeoutMs: 1_500 })
    await add()
    const positions = await blocks(6)
    await arrived(positions)
    await until(async () => (await list())[0]!.behind === 0)
    expect(receiver.newPositions).toEqual(positions)
    expect(receiver.received.map(({ id }) => id)).toEqual(
      positions.flatMap((position) => Array(2).fill(expect.stringMatching(`_${position}$`))),
    )
  })

  it('is not followed to another place', async () => {
    const other = await new Receiver().open()
    receiver.answer = (response, number) =>
      number === 1 ? response.writeHead(307, { location: other.url }).end() : response.end()
    await start()
    await add()
    await arrived(await blocks(1))
    await until(() => receiver.received.length === 2)
    expect(other.received).toEqual([])
    other.close()
  })

  it('is given up after a number of attempts, which the list shows, until the operator resumes it', async () => {
    receiver.answer = (response) => response.writeHead(500).end()
    await start({ maxAttempts: 3 })
    const { id } = await add()
    const positions = await blocks(2)
    await until(async () => (await list())[0]!.state === 'failed')
    expect((await list())[0]).toMatchObject({ attempts: 3, error: 'HTTP 500', behind: 2 })
    expect(receiver.received.length).toBe(3)
    receiver.answer = (response) => response.end()
    await operator('resume', { id })
    await arrived(positions)
    expect(receiver.newPositions).toEqual(positions)
  })

  it('that says 410 is given up at once', async () => {
    receiver.answer = (response) => response.writeHead(410).end()
    await start()
    await add()
    await blocks(1)
    await until(async () => (await list())[0]!.state === 'failed')
    expect(receiver.received.length).toBe(1)
  })
})

describe('a receiver with HTTPS', () => {
  it('gets messages if its certificate is trusted, and none otherwise', async () => {
    const tls = serverIdentity('localhost')
    const secure = await new Receiver(tls).open()
    const own = new URL(secure.url)
    await start({ pauseMs: () => 60_000 })
    await add({ url: own.href })
    const positions = await blocks(1)
    await until(async () => (await list())[0]!.attempts > 0)
    expect((await list())[0]).toMatchObject({ error: 'DEPTH_ZERO_SELF_SIGNED_CERT', behind: 1 })
    expect(secure.received).toEqual([])
    await running.splice(0)[0]!.stop()
    // The operator trusts it, as docs/operating.md says.
    const folder = testFolder('webhook')
    writeFileSync(join(folder, 'ca.pem'), tls.cert)
    const trusting = fork(DELIVERER, processArguments(), {
      env: { ...process.env, NODE_EXTRA_CA_CERTS: join(folder, 'ca.pem') },
    })
    await operator('remove', { id: (await list())[0]!.id })
    await add({ url: own.href, fromHeight: world.chain.header.height })
    await blocks(1)
    await until(() => secure.received.length > 0)
    expect(secure.positions[0]).toBe(positions[0])
    // A trusted certificate is one for its own name.
    await operator('remove', { id: (await list())[0]!.id })
    await add({ url: own.href.replace('localhost', '127.0.0.1') })
    await blocks(1)
    await until(async () => (await list())[0]!.attempts > 0)
    expect((await list())[0]!.error).toBe('ERR_TLS_CERT_ALTNAME_INVALID')
    trusting.kill('SIGKILL')
    await once(trusting, 'exit')
    secure.close()
    rmSync(folder, { recursive: true })
  })
})

describe('several deliverers', () => {
  it('deliver to each webhook from one process, and another one takes over when that ends', async () => {
    const one = await start({ sweepMs: 20 })
    await add()
    await arrived(await blocks(1))
    await start({ sweepMs: 20 })
    const before = await blocks(5)
    await until(async () => (await list())[0]!.behind === 0)
    expect(receiver.positions.slice(1)).toEqual(before)
    await one.stop()
    await world.database.sql`
      SELECT pg_terminate_backend(pid) FROM pg_locks WHERE locktype = 'advisory' AND objsubid = 2`
    const after = await blocks(3)
    await until(async () => (await list())[0]!.behind === 0)
    expect(receiver.positions.slice(1)).toEqual([...before, ...after])
  })

  it('repeat a message, but lose and swap none, when one is killed after each delivery', async () => {
    const args = processArguments()
    let child = fork(DELIVERER, args)
    await add()
    // The receiver has the message, and the process dies before it learns so.
    receiver.answer = (response, number) => {
      if (number % 2 === 0) return response.end()
      child.kill('SIGKILL')
      return once(child, 'exit').then(() => {
        response.destroy()
        child = fork(DELIVERER, args)
      })
    }
    const positions = await blocks(3)
    await arrived(positions)
    await until(async () => (await list())[0]!.behind === 0)
    child.kill('SIGKILL')
    await once(child, 'exit')
    expect(receiver.newPositions).toEqual(positions)
    expect(receiver.positions).toEqual(positions.flatMap((position) => [position, position]))
  })
})

describe('the operator', () => {
  it('needs the token, and sees the secret once', async () => {
    expect((await operator('list', {}, 'wrong')).status).toBe(401)
    const { id, secret } = await add({ filter: { kind: 'ISSUE' } })
    expect(secret).toMatch(/^whsec_[A-Za-z0-9+/]{43}=$/)
    expect(await list()).toMatchObject([{ id, state: 'active', filter: { kind: 'ISSUE' } }])
    expect(JSON.stringify(await list())).not.toContain('secret')
  })

  it('pauses, resumes and removes', async () => {
    await start()
    const { id } = await add()
    expect((await operator('pause', { id })).body.state).toBe('paused')
    const positions = await blocks(2)
    expect((await operator('resume', { id })).body.state).toBe('active')
    await arrived(positions)
    expect((await operator('remove', { id })).status).toBe(200)
    expect(await list()).toEqual([])
    for (const method of ['pause', 'resume', 'remove'])
      expect((await operator(method, { id })).body.code).toBe('UNKNOWN_WEBHOOK')
  })

  it.each([
    [{ url: 'http://hooks.example/', allowPrivate: false }, 'BAD_INPUT'],
    [{ url: 'ftp://hooks.example/' }, 'BAD_INPUT'],
    [{ url: 'https://user:secret@hooks.example/' }, 'BAD_INPUT'],
    [{ url: 'https://hooks.example/#part' }, 'BAD_INPUT'],
    [{ url: 'hooks.example' }, 'MALFORMED'],
    [{ filter: { color: 'red' } }, 'MALFORMED'],
    [{ filter: { kind: 'issue' } }, 'BAD_INPUT'],
    [{ filter: { asset: 'NO-SUCH' } }, 'UNKNOWN_ASSET'],
    [{ filter: { account: 'bob' } }, 'BAD_ADDRESS'],
    [{ fromHeight: 1_000_000 }, 'HEIGHT_TOO_HIGH'],
  ])('cannot add %j', async (rest, code) => {
    expect((await add(rest)) as object).toMatchObject({ code })
  })

  it('cannot add a URL of more than 2,048 characters', async () => {
    const url = (length: number) => `https://hooks.example/${'x'.repeat(length - 22)}`
    expect(await add({ url: url(2_048) })).toMatchObject({ state: 'active' })
    expect(await add({ url: url(2_049) })).toMatchObject({ code: 'MALFORMED' })
  })

  it('cannot add more than 64', async () => {
    const answers = []
    for (let i = 0; i < 65; i++) answers.push((await add()) as { code?: string })
    expect(answers.map(({ code }) => code)).toEqual([...Array(64).fill(undefined), 'TOO_MANY_WEBHOOKS'])
  })
})
