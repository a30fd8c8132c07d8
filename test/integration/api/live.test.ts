import { beforeAll, describe, expect, it } from 'vitest'
import { encodeAddress } from '../../../src/crypto/address.ts'
import { ApiWorld } from '../../support/api/api-server.ts'
import { Sse } from '../../support/api/sse.ts'
import { eddsaKey } from '../../support/ledger/ledger-world.ts'

const ann = eddsaKey('ann')
const bea = eddsaKey('bea')
let world: ApiWorld
let lot: bigint

beforeAll(async () => {
  world = await ApiWorld.open()
  lot = await world.lot(ann, 'LOT-1', 10_000n)
})

const subscribe = (query: string, variables?: Record<string, unknown>) =>
  Sse.open((url, init) => world.api.yoga.fetch(url, init), 'http://api/graphql', query, variables)

/** One block in which ann gives bea some units. */
const give = (amount = 1n) => world.chain.commit([world.move(ann, ann.account, bea.account, lot, amount)])

describe('subscription to blocks', () => {
  it('yields the chain at once and after every final block', async () => {
    const { height } = world.chain.header
    const live = await subscribe('subscription { chain { finalizedHeight } }')
    expect((await live.data()).chain.finalizedHeight).toBe(String(height))
    await world.chain.commit([])
    await world.chain.commit([])
    expect((await live.data()).chain.finalizedHeight).toBe(String(height + 1))
    const last = await live.next()
    expect(last).toEqual({
      data: { chain: { finalizedHeight: String(height + 2) } },
      extensions: { height: String(height + 2) },
    })
    await live.close()
  })

  it('replays blocks after a height, then continues live', async () => {
    const live = await subscribe('subscription { blocks(after: 0) { height } }')
    const { height } = world.chain.header
    for (let h = 1; h <= height; h++) expect((await live.data()).blocks.height).toBe(String(h))
    await world.chain.commit([])
    expect((await live.data()).blocks.height).toBe(String(height + 1))
    await live.close()
  })
})

describe('subscription to holdings', () => {
  it('yields a balance at once, then one update per block that changes it, also across a disconnect', async () => {
    const query = `subscription ($address: String!, $after: BigInt) {
      holding(address: $address, asset: "LOT-1", after: $after) { balance inTotal outTotal height } }`
    const address = encodeAddress(bea.account)
    const live = await subscribe(query, { address })
    const before = (await live.data()).holding
    await give(3n)
    await world.chain.commit([])
    const first = (await live.data()).holding
    await live.close()
    await world.chain.commit([])
    await give(4n)
    const resumed = await subscribe(query, { address, after: first.height })
    const second = (await resumed.data()).holding
    expect(Number(first.balance) - Number(before.balance)).toBe(3)
    expect(Number(second.balance) - Number(before.balance)).toBe(7)
    await world.chain.commit([])
    expect(await resumed.quiet(300)).toBe(true)
    await resumed.close()
  })

  it('yields a balance of 0 for an account that never held the asset, then its first receipt', async () => {
    const cem = eddsaKey('cem')
    const query = `subscription { holding(address: "${encodeAddress(cem.account)}", asset: "LOT-1") { balance index } }`
    const live = await subscribe(query)
    expect((await live.data()).holding).toEqual({ balance: '0', index: null })
    await world.chain.commit([world.move(ann, ann.account, cem.account, lot, 5n)])
    expect((await live.data()).holding).toMatchObject({ balance: '5' })
    await live.close()
  })

  it('yields every balance of an account, as of the block that changed it', async () => {
    const dov = eddsaKey('dov')
    const other = await world.lot(ann, 'LOT-2', 50n)
    await world.chain.commit([world.move(ann, ann.account, dov.account, lot, 2n)])
    const query =
      'subscription ($address: String!, $after: BigInt) { holdings(address: $address, after: $after) { asset { code } balance height } }'
    const address = encodeAddress(dov.account)
    const live = await subscribe(query, { address })
    const start = (await live.data()).holdings
    expect(start).toMatchObject({ asset: { code: 'LOT-1' }, balance: '2' })
    await world.chain.commit([
      world.move(ann, ann.account, dov.account, lot, 1n),
      world.move(ann, ann.account, dov.account, other, 9n),
    ])
    await world.chain.commit([world.move(ann, ann.account, dov.account, lot, 1n)])
    const expected = [
      { asset: { code: 'LOT-1' }, balance: '3' },
      { asset: { code: 'LOT-2' }, balance: '9' },
      { asset: { code: 'LOT-1' }, balance: '4' },
    ]
    for (const update of expected) expect((await live.data()).holdings).toMatchObject(update)
    await live.close()
    const replay = await subscribe(query, { address, after: start.height })
    for (const update of expected) expect((await replay.data()).holdings).toMatchObject(update)
    await replay.close()
  })
})

describe('subscription to records and batches', () => {
  it('yields each record exactly once to a client that disconnects and resumes 200 times during blocks', async () => {
    const query = `subscription ($after: String) { transfers(filter: { asset: "LOT-1" }, after: $after) { cursor node { position } } }`
    const start = world.chain.records.length
    const page = await world.data('{ transfers(last: 1, filter: { asset: "LOT-1" }) { edges { cursor } } }')
    let after: string = page.transfers.edges[0].cursor
    const seen: number[] = []
    let disconnects = 0
    const client = async () => {
      while (disconnects < 200) {
        const live = await subscribe(query, { after })
        const events = 1 + (disconnects % 3)
        for (let i = 0; i < events; i++) {
          const { cursor, node } = (await live.data()).transfers
          seen.push(Number(node.position))
          after = cursor
        }
        await live.close()
        disconnects += 1
      }
    }
    let done = false
    const running = client().finally(() => {
      done = true
    })
    while (!done) {
      const ahead = [0n, 1n, 2n].slice(0, 1 + (world.chain.header.height % 3))
      await world.chain.commit(ahead.map((n) => world.move(ann, ann.account, bea.account, lot, 1n, n)))
    }
    await running
    const made = world.chain.records.slice(start).map(({ position }) => position)
    expect(seen).toEqual(made.slice(0, seen.length))
    expect(seen.length).toBeGreaterThanOrEqual(399)
  }, 120_000)

  it('rejects cursors of another filter and heights above the tip', async () => {
    const page = await world.data('{ transfers(last: 1) { edges { cursor } } }')
    const [{ cursor }] = page.transfers.edges
    const other = await subscribe(
      'subscription ($after: String) { transfers(filter: { kind: ISSUE }, after: $after) { cursor } }',
      { after: cursor },
    )
    expect((await other.next())?.errors?.[0]?.extensions.code).toBe('BAD_CURSOR')
    const high = await subscribe('subscription { blocks(after: 1000000) { height } }')
    expect((await high.next())?.errors?.[0]?.extensions.code).toBe('HEIGHT_TOO_HIGH')
  })

  it('yields batches as they fill', async () => {
    const { batches } = await world.data('{ batches(first: 100) { edges { cursor node { index full } } } }')
    const full = batches.edges.filter((edge: { node: { full: boolean } }) => edge.node.full)
    const live = await subscribe(
      'subscription ($after: String) { batches(after: $after) { node { index full count } } }',
      {
        after: full.at(-1).cursor,
      },
    )
    const next = full.length
    for (let i = 0; i < 5; i++) await give()
    expect((await live.data()).batches.node).toEqual({ index: String(next), full: true, count: 4 })
    await live.close()
  })

  it('frees its resources when clients disconnect', async () => {
    const live = await Promise.all([1, 2, 3].map(() => subscribe('subscription { transfers { cursor } }')))
    const pending = live.map((sse) => sse.next().catch(() => undefined))
    const { heights } = world.api.services as unknown as { heights: { waiting: number } }
    await expect.poll(() => heights.waiting).toBe(3)
    await Promise.all(live.map((sse) => sse.close()))
    await Promise.all(pending)
    await expect.poll(() => heights.waiting).toBe(0)
  })
})
