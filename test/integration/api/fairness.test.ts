import { beforeAll, describe, expect, it, vi } from 'vitest'
import { Clients } from '../../../src/api/budget/clients.ts'
import { SLICE_MS } from '../../../src/api/budget/turns.ts'
import { type ApiLimits, DEFAULT_LIMITS } from '../../../src/api/limits.ts'
import { MAX_WAITING_REFUSALS } from '../../../src/api/plugins/use-fairness.ts'
import { inputOf } from '../../../src/client/input.ts'
import { parseProxies } from '../../../src/http/client-address.ts'
import { type Answer, ApiWorld } from '../../support/api/api-server.ts'
import { Sse } from '../../support/api/sse.ts'
import { eddsaKey } from '../../support/ledger/ledger-world.ts'

const ann = eddsaKey('ann')
const FLOODER = '192.0.2.1'
const OTHER = '192.0.2.2'
const CHAIN = '{ chain { name head { hash } } }'

const clock = { ms: 0 }
const worldOf = (given: Partial<ApiLimits>) => {
  const limits = { ...DEFAULT_LIMITS, ...given }
  return ApiWorld.open(
    {},
    { limits, clients: new Clients(limits, () => clock.ms), proxies: parseProxies('10.0.0.1') },
  )
}
const answerOf = async (response: Response) => (await response.json()) as Answer

describe('a client that floods', () => {
  it('does not keep another one waiting: queries are served in turns', async () => {
    const world = await worldOf({
      executions: { running: 1, runningPerClient: 1, waiting: 100, waitingPerClient: 50 },
    })
    const served: string[] = []
    const ask = async (address: string) => {
      const response = await world.postFrom(address, CHAIN)
      expect(response.status).toBe(200)
      served.push(address)
    }
    const flood = Array.from({ length: 30 }, () => ask(FLOODER))
    await Promise.all([...flood, ask(OTHER)])
    expect(served.indexOf(OTHER)).toBeLessThanOrEqual(2)
    expect(served).toHaveLength(31)
  })

  it('is refused when too many of its queries wait, with a time to wait', async () => {
    const world = await worldOf({
      executions: { running: 1, runningPerClient: 1, waiting: 100, waitingPerClient: 5 },
    })
    const responses = await Promise.all(Array.from({ length: 20 }, () => world.postFrom(FLOODER, CHAIN)))
    const refused = responses.filter(({ status }) => status === 429)
    expect(responses.filter(({ status }) => status === 200)).toHaveLength(6)
    expect(refused).toHaveLength(14)
    expect(refused[0]!.headers.get('retry-after')).toBe('1')
    expect((await answerOf(refused[0]!)).errors?.[0]?.extensions).toMatchObject({
      code: 'TOO_MANY_REQUESTS',
      data: { retryAfterMs: 1_000 },
    })
    expect((await world.postFrom(FLOODER, CHAIN)).status).toBe(200)
  })
})

describe('requests that take long', () => {
  it('keep nobody waiting who asks for little, however many clients send them', async () => {
    const world = await worldOf({
      executions: { running: 4, runningPerClient: 4, waiting: 100, waitingPerClient: 50 },
    })
    await world.lot(ann, 'LONG', 10n)
    let release = () => {}
    const released = new Promise<void>((resolve) => {
      release = resolve
    })
    const { walks, clients } = world.api.services
    const holding = [1, 2].map(() =>
      walks.queries.run(clients.of('holder'), new AbortController().signal, () => released),
    )
    const trace = '{ trace(input: { start: { asset: "LONG" }, first: 1 }) { endCursor } }'
    const served: string[] = []
    const ask = async (name: string, address: string, query: string) => {
      expect((await world.postFrom(address, query)).status).toBe(200)
      served.push(name)
    }
    const traces = Array.from({ length: 8 }, (_, i) => ask('trace', `192.0.2.${10 + i}`, trace))
    await ask('light', OTHER, CHAIN)
    await ask('light', '192.0.2.10', CHAIN)
    expect(served).toEqual(['light', 'light'])
    release()
    await Promise.all([...traces, ...holding])
    expect(served).toHaveLength(10)
  })
})

describe('the bucket of a client', () => {
  it('pays for each operation; answers say what it cost and what is left', async () => {
    const world = await worldOf({ bucket: 1_000, refillPerSecond: 100, cost: 900 })
    const first = (await answerOf(await world.postFrom(FLOODER, CHAIN))).extensions!
    expect(first.cost).toBeGreaterThan(0)
    expect(first.costLeft).toBe(1_000 - first.cost!)
    const asked = Math.floor(first.costLeft! / first.cost!)
    for (let i = 0; i < asked; i++) expect((await world.postFrom(FLOODER, CHAIN)).status).toBe(200)
    const refused = await world.postFrom(FLOODER, CHAIN)
    expect(refused.status).toBe(429)
    const { data } = (await answerOf(refused)).errors![0]!.extensions
    expect(data).toMatchObject({ cost: first.cost, retryAfterMs: expect.any(Number) })
    expect((await world.postFrom(OTHER, CHAIN)).status).toBe(200)
    clock.ms += Number(data!.retryAfterMs)
    expect((await world.postFrom(FLOODER, CHAIN)).status).toBe(200)
  })

  it('is that of the client behind a trusted proxy, and of the /64 of an IPv6 address', async () => {
    const world = await worldOf({ bucket: 1_000_000, refillPerSecond: 1 })
    const leftOf = async (address: string, forwardedFor?: string) => {
      const response = await world.postFrom(
        address,
        CHAIN,
        forwardedFor === undefined ? {} : { forwardedFor },
      )
      return (await answerOf(response)).extensions!.costLeft!
    }
    const one = await leftOf('10.0.0.1', '203.0.113.1')
    expect(await leftOf('10.0.0.1', '203.0.113.2')).toBe(one)
    expect(await leftOf('203.0.113.1')).toBeLessThan(one)
    expect(await leftOf('198.51.100.1', '203.0.113.9')).toBe(one)
    expect(await leftOf('198.51.100.1', '203.0.113.10')).toBeLessThan(one)
    expect(await leftOf('2001:db8::1')).toBe(one)
    expect(await leftOf('2001:db8::2')).toBeLessThan(one)
  })
})

describe('a client without budget', () => {
  const refuse = async (world: ApiWorld, address: string) => {
    const response = await world.postFrom(address, CHAIN)
    expect(response.status).toBe(429)
  }

  it('is refused after others are answered who ask later, up to a number of refusals', async () => {
    const world = await worldOf({ bucket: 1_000, refillPerSecond: 1 })
    const client = world.api.services.clients.of(FLOODER)
    client.take(1_000)
    const answered: string[] = []
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] })
    try {
      const refused = refuse(world, FLOODER).then(() => answered.push('refused'))
      await vi.waitFor(() => expect(client.open.refusals).toBe(1))
      expect((await world.postFrom(OTHER, CHAIN)).status).toBe(200)
      answered.push('other')
      vi.advanceTimersByTime(100)
      await refused
    } finally {
      vi.useRealTimers()
    }
    expect(answered).toEqual(['other', 'refused'])
    expect(client.open.refusals).toBe(0)

    client.open.refusals = MAX_WAITING_REFUSALS
    await refuse(world, FLOODER)
    expect(client.open.refusals).toBe(MAX_WAITING_REFUSALS)
  })
})

describe('subscriptions of a client', () => {
  let world: ApiWorld
  beforeAll(async () => {
    world = await worldOf({
      subscriptionsPerClient: 2,
      bucket: 1_000_000,
      refillPerSecond: 1,
    })
  })

  const subscribe = (address: string) =>
    Sse.open(
      (url, init) =>
        world.api.yoga.fetch(url, init, { req: { socket: { remoteAddress: address }, headers: {} } }),
      'http://api/graphql',
      'subscription { chain { finalizedHeight } }',
    )

  it('are bounded; others still get theirs', async () => {
    const open = [await subscribe(FLOODER), await subscribe(FLOODER)]
    for (const live of open) await live.data()
    const third = await (await subscribe(FLOODER)).next()
    expect(third?.errors).toMatchObject([{ extensions: { code: 'TOO_MANY_REQUESTS', data: { max: 2 } } }])
    const other = await subscribe(OTHER)
    expect((await other.next())?.extensions).toEqual({ height: '0' })
    await Promise.all([...open, other].map((live) => live.close()))
    await expect.poll(() => world.api.services.clients.of(FLOODER).open.subscriptions).toBe(0)
    await (await subscribe(FLOODER)).close()
  })

  it('are bounded in the bytes of their documents and variables', async () => {
    const small = await worldOf({ subscriptionBytesPerClient: 50_000 })
    const open = (address: string, comment: number) =>
      Sse.open(
        (url, init) =>
          small.api.yoga.fetch(url, init, { req: { socket: { remoteAddress: address }, headers: {} } }),
        'http://api/graphql',
        `subscription { chain { name } } #${'x'.repeat(comment)}`,
      )
    const client = small.api.services.clients.of(FLOODER)
    const first = await open(FLOODER, 30_000)
    await first.data()
    expect(client.open.subscriptionBytes).toBeGreaterThan(30_000)
    const refused = await (await open(FLOODER, 30_001)).next()
    expect(refused?.errors).toMatchObject([
      { extensions: { code: 'TOO_MANY_REQUESTS', data: { max: 50_000 } } },
    ])
    const other = await open(OTHER, 30_002)
    await other.data()
    await Promise.all([first.close(), other.close()])
    await expect.poll(() => client.open.subscriptionBytes).toBe(0)
    const again = await open(FLOODER, 30_003)
    await again.data()
    await again.close()
  })
})

describe('events of a client with many subscriptions', () => {
  it('delay those of another one by a slice, not by their number', async () => {
    const world = await worldOf({})
    const { heights, genesis } = world.api.services
    const received: string[] = []
    // Documents differ, so that no answer is shared.
    const open = async (address: string, i: number) => {
      const live = await Sse.open(
        (url, init) =>
          world.api.yoga.fetch(url, init, { req: { socket: { remoteAddress: address }, headers: {} } }),
        'http://api/graphql',
        `subscription { chain { name a${i}: finalizedHeight } }`,
      )
      if ((await live.next())?.errors) return undefined
      return async () => {
        await live.data()
        received.push(address)
        await live.close()
      }
    }
    const max = DEFAULT_LIMITS.subscriptionsPerClient
    const asked = await Promise.all(Array.from({ length: max + 20 }, (_, i) => open(FLOODER, i)))
    const events = asked.filter((event) => event !== undefined)
    expect(events).toHaveLength(max)
    events.push((await open(OTHER, 0))!)
    const waiting = events.map((event) => event())
    await expect.poll(() => (heights as unknown as { waiting: number }).waiting).toBe(max + 1)

    // Each event takes more than a slice.
    const { user, system } = process.cpuUsage()
    let usedMs = (user + system) / 1_000 // processor time never goes back
    vi.spyOn(process, 'cpuUsage').mockImplementation(() => ({ user: usedMs * 1_000, system: 0 }))
    vi.spyOn(performance, 'now').mockImplementation(() => usedMs)
    const { name } = genesis
    Object.defineProperty(genesis, 'name', {
      get() {
        usedMs += SLICE_MS + 1
        return name
      },
    })
    await world.lot(ann, 'NEWS', 1n)
    await Promise.all(waiting)
    vi.restoreAllMocks()
    // One event is made before any has to wait; then both clients have their turns.
    expect(received.indexOf(OTHER)).toBeLessThanOrEqual(2)
  })
})

describe('mutations', () => {
  it.each([
    ['of a client', FLOODER, OTHER, {}],
    ['of all clients together', '192.0.2.3', undefined, { submissionsPerClient: 256, submissionsInAll: 2 }],
  ])('wait for blocks only so many at a time: %s', async (_name, refused, taken, given) => {
    const world = await worldOf({ submissionsPerClient: 2, ...given })
    let release = () => {}
    const released = new Promise<void>((resolve) => {
      release = resolve
    })
    world.api.services.control.submit = async () => {
      await released
      return { hash: '0'.repeat(64), status: 'ACCEPTED' }
    }
    const register = 'mutation ($input: SignedAssetInput!) { registerAsset(input: $input) { status } }'
    const submit = (address: string) =>
      world.postFrom(address, register, { variables: { input: registration(world) } })
    const open = [submit(FLOODER), submit(FLOODER)]
    await expect.poll(() => world.api.services.clients.of(FLOODER).open.submissions).toBe(2)
    expect((await submit(refused)).status).toBe(429)
    if (taken !== undefined) open.push(submit(taken))
    release()
    for (const { status } of await Promise.all(open)) expect(status).toBe(200)
    expect((await submit(refused)).status).toBe(200)
  })
})

/** The signed registration of an asset as input. */
function registration(world: ApiWorld): Record<string, unknown> {
  const { action } = world.register(ann)
  return inputOf(action.action)
}
