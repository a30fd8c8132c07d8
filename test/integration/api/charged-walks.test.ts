import { beforeEach, describe, expect, it } from 'vitest'
import { Clients } from '../../../src/api/budget/clients.ts'
import { COST_PER_TRACED_RECORD, DEFAULT_LIMITS, DEFAULT_TRACE_HOPS } from '../../../src/api/limits.ts'
import { encodeAddress } from '../../../src/crypto/address.ts'
import { type Answer, ApiWorld } from '../../support/api/api-server.ts'
import { Sse } from '../../support/api/sse.ts'
import { eddsaKey } from '../../support/ledger/ledger-world.ts'

const ann = eddsaKey('ann')
const bea = eddsaKey('bea')
const MANY = '192.0.2.1'
const OTHER = '192.0.2.2'
const LIVE =
  'subscription { trace(input: { start: { asset: "LOT" }, direction: FORWARD }) { holders { length } } }'

/** Buckets that do not refill by themselves: what is left is what was not charged. */
const clock = { ms: 0 }
let world: ApiWorld
let lot: bigint

beforeEach(async () => {
  world = await ApiWorld.open({}, { clients: new Clients(DEFAULT_LIMITS, () => clock.ms) })
  lot = await world.lot(ann, 'LOT', 1_000n)
})

/** Unit after unit moves to bea: a hop each. */
const moveUnits = (count: number) =>
  world.chain.commit(
    Array.from({ length: count }, (_, i) => world.move(ann, ann.account, bea.account, lot, 1n, BigInt(i))),
  )

const subscribe = (address: string) =>
  Sse.open(
    (url, init) =>
      world.api.yoga.fetch(url, init, { req: { socket: { remoteAddress: address }, headers: {} } }),
    'http://api/graphql',
    LIVE,
  )

describe('a trace', () => {
  it('costs more for each record that it looks up beyond a record per hop of its page', async () => {
    // The whole lot goes to and fro, so the path of each unit has 21 hops.
    for (let i = 0; i < 20; i++) {
      const [from, to] = i % 2 === 0 ? [ann, bea] : [bea, ann]
      await world.chain.commit([world.move(from, from.account, to.account, lot, 1_000n)])
    }
    const page = async (after: string | null) => {
      const query = `query ($address: String!, $after: String) {
        trace(input: { start: { holding: { address: $address, asset: "LOT" } }, first: 1, after: $after }) { endCursor } }`
      const variables = { address: encodeAddress(ann.account), after }
      const answer = (await (await world.postFrom(OTHER, query, { variables })).json()) as Answer
      const { endCursor } = answer.data!.trace as { endCursor: string | null }
      return { endCursor, ...answer.extensions! }
    }
    const first = await page(null)
    let { endCursor } = first
    let last = first
    let before = first
    while (endCursor !== null) {
      before = last
      last = await page(endCursor)
      endCursor = last.endCursor
    }
    // The path in which the page begins is looked up again.
    expect(last.cost! - first.cost!).toBeGreaterThanOrEqual(18 * COST_PER_TRACED_RECORD)
    expect((last.cost! - first.cost!) % COST_PER_TRACED_RECORD).toBe(0)
    expect(before.costLeft! - last.costLeft!).toBe(last.cost)
  })
})

describe('a live trace', () => {
  it('pays for what it looks up, also after blocks that change nothing that it shows', async () => {
    await moveUnits(DEFAULT_TRACE_HOPS + 50)
    const client = world.api.services.clients.of(OTHER)
    const { left } = client
    const live = await subscribe(OTHER)
    await live.next()
    const cost = left - client.left
    await moveUnits(1)
    await live.next()
    // The subscription has paid for the first trace's 200, nothing for those of the second.
    const more = left - 2 * cost - client.left
    expect(more).toBeGreaterThanOrEqual(DEFAULT_TRACE_HOPS * COST_PER_TRACED_RECORD)
    expect(more).toBeLessThanOrEqual((DEFAULT_TRACE_HOPS + 10) * COST_PER_TRACED_RECORD)
    await live.close()
  })

  it('of one client waits for one of a client that has many', async () => {
    let release = () => {}
    const released = new Promise<void>((resolve) => {
      release = resolve
    })
    const { walks, clients } = world.api.services
    const holding = walks.live.run(clients.of('holder'), new AbortController().signal, () => released)
    const served: string[] = []
    const ask = async (address: string) => {
      const live = await subscribe(address)
      await live.next()
      served.push(address)
      return live
    }
    const asked = [...Array.from({ length: 30 }, () => ask(MANY)), ask(OTHER)]
    await expect.poll(() => clients.of(OTHER).open.subscriptions).toBe(1)
    release()
    await holding
    const lives = await Promise.all(asked)
    expect(served.indexOf(OTHER)).toBeLessThanOrEqual(4)
    await Promise.all(lives.map((live) => live.close()))
  })
})
