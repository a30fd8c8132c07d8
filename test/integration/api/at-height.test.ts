import { beforeAll, describe, expect, it } from 'vitest'
import { encodeAddress } from '../../../src/crypto/address.ts'
import { fieldToHex } from '../../../src/crypto/field.ts'
import { refreshHolders } from '../../../src/storage/holders.ts'
import { ApiWorld } from '../../support/api/api-server.ts'
import { eddsaKey } from '../../support/ledger/ledger-world.ts'

const BLOCKS = 24
const keys = ['ann', 'bea', 'cem'].map(eddsaKey)
const [ann, bea, cem] = keys as [(typeof keys)[0], (typeof keys)[0], (typeof keys)[0]]
let world: ApiWorld
let corn: bigint
let retirement: bigint
/** What every kind of read answered when each height was the newest one. */
const answers: Record<number, unknown>[] = []

const address = (key: (typeof keys)[0]) => encodeAddress(key.account)
const RECORD =
  'hash kind height position amount from { address } to { address } toBalanceAfter fromBalanceAfter usedBy { code }'
const EVERYTHING = () => `fragment Everything on Query {
  chain { finalizedHeight head { hash } counts { blocks transfers assets holdings accounts batches }
    activity(by: DAY, from: "2020-01-01T00:00:00Z", to: "2020-01-03T00:00:00Z") { records units } }
  first: block(by: { height: 1 }) { hash transferCount }
  late: block(by: { height: ${BLOCKS} }) { hash }
  blocks(last: 3) { totalCount height edges { cursor node { height } } }
  transfers(order: NEWEST_FIRST, first: 4) { totalCount pageInfo { endCursor hasNextPage } nodes { ${RECORD} } }
  mine: transfers(filter: { account: "${address(bea)}", asset: "CORN" }, first: 100) { nodes { position } }
  retired: transfer(hash: "${fieldToHex(retirement)}") { status ${RECORD} }
  assets(first: 10) { totalCount nodes { code issued retired } }
  meal: asset(by: { code: "MEAL" }) { code madeFrom { hash } }
  corn: asset(by: { code: "CORN" }) { issued retired
    holders(first: 10) { totalCount nodes { address balance inTotal outTotal } }
    holdings(first: 10, order: NEWEST_FIRST) { totalCount nodes { address balance } }
    activity(from: "2020-01-01T00:00:00Z", to: "2020-01-03T00:00:00Z") { records units holders }
    transfers(last: 2) { totalCount nodes { position } } }
  account(address: "${address(cem)}") { holdings(first: 10) { totalCount nodes { asset { code } balance } } transfers(first: 2) { totalCount nodes { position } } }
  holding(address: "${address(bea)}", asset: "CORN") { index balance inTotal outTotal height }
  search(text: "me") { matched node { ... on Asset { code } } }
  back: trace(input: { start: { holding: { address: "${address(bea)}", asset: "CORN" } }, first: 3 }) {
    height truncated endCursor hops { length depth unit transfer { position } } origins { length serialFrom } }
  forth: trace(input: { start: { asset: "CORN" }, direction: FORWARD }) {
    hops { length depth transfer { position } behind { code } } holders { address length asset { code } } }
  batches(first: 100) { totalCount nodes { index count full } }
}`
const now = () => `query { ...Everything } ${EVERYTHING()}`
const then = () => `query ($height: BigInt!) { at(height: $height) { ...Everything } } ${EVERYTHING()}`

beforeAll(async () => {
  world = await ApiWorld.open({ startTime: Date.parse('2020-01-01T12:00:00Z') })
  retirement = 0n
  const { action, id } = world.register(ann, { code: 'CORN', cap: '1000' })
  corn = id
  await commit([action])
  let seed = 7
  const random = (below: number) => {
    seed = (seed * 48_271) % 2_147_483_647
    return seed % below
  }
  while (world.chain.header.height < BLOCKS - 2) {
    const before = world.chain.state
    const actions = keys.flatMap((key) => {
      const holding = before.holding(key.account, corn)
      const balance = holding ? holding.inTotal - holding.outTotal : 0n
      const others = keys.filter((other) => other !== key)
      // All of it now and then, so that holders come and go.
      const amount = random(3) === 0 ? balance : BigInt(1 + random(9))
      if (amount === 0n || balance < amount || random(3) === 0) return []
      return [world.move(key, key.account, others[random(2)]!.account, corn, amount)]
    })
    await commit([world.issue(ann, ann.account, corn, BigInt(5 + random(5))), ...actions])
  }
  const most = keys.find(
    (key) =>
      (world.chain.state.holding(key.account, corn)?.inTotal ?? 0n) >
      (world.chain.state.holding(key.account, corn)?.outTotal ?? 0n),
  )!
  const retiring = world.retire(most, corn, 1n)
  retirement = retiring.hash
  await commit([retiring])
  await commit([world.register(most, { code: 'MEAL', cap: '1', madeFrom: [fieldToHex(retirement)] }).action])
  expect(world.chain.header.height).toBe(BLOCKS)
  await refreshHolders(world.database)
})

/** Adds a block, and asks everything as of it. */
async function commit(actions: Parameters<ApiWorld['chain']['commit']>[0]): Promise<void> {
  await world.chain.commit(actions)
  answers[world.chain.header.height] = await world.data(now())
}

describe('at', () => {
  it('answers every kind of read as it was answered when the height was the newest', async () => {
    for (const [height, answer] of answers.entries()) {
      if (answer !== undefined) expect((await world.data(then(), { height })).at).toEqual(answer)
    }
    const { at } = await world.data(
      '{ at(height: 0) { chain { counts { transfers } } assets { nodes { code } } } }',
    )
    expect(at).toEqual({ chain: { counts: { transfers: '0' } }, assets: { nodes: [] } })
  })

  it('reads a trace by its own argument as inside it', async () => {
    const trace = 'hops { length transfer { position usedBy { code } } } holders { length account { id } }'
    const start = '{ asset: "CORN" }, direction: FORWARD'
    const { at, own, present } =
      await world.data(`{ at(height: 5) { trace(input: { start: ${start} }) { ${trace} } }
      own: trace(input: { start: ${start}, atHeight: 5 }) { ${trace} } present: trace(input: { start: ${start} }) { ${trace} } }`)
    expect(own).toEqual(at.trace)
    expect(own).not.toEqual(present)
  })

  it('reads several heights in one answer, which is as of the newest outside', async () => {
    const { data, extensions } = await world.ask(`{ chain { finalizedHeight }
      early: at(height: 2) { chain { finalizedHeight } at(height: 1) { chain { finalizedHeight } } }
      late: at(height: 5) { chain { finalizedHeight } } }`)
    const chain = (height: number) => ({ finalizedHeight: `${height}` })
    expect(data).toEqual({
      chain: chain(BLOCKS),
      early: { chain: chain(2), at: { chain: chain(1) } },
      late: { chain: chain(5) },
    })
    expect(extensions?.height).toBe(`${BLOCKS}`)
  })

  it('gives objects ids of their own, which lead back to them as of the height', async () => {
    const holding = `holding(address: "${address(ann)}", asset: "CORN") { id balance account { id } asset { id issued } }`
    const { at, holding: present } = await world.data(`{ ${holding} at(height: 4) { ${holding} } }`)
    const past = at.holding
    expect(past.balance).not.toBe(present.balance)
    const ids = [past.id, past.account.id, past.asset.id]
    expect(ids).not.toContain(present.id)
    const query = `query ($ids: [ID!]!, $id: ID!) { nodes(ids: $ids) { __typename id ... on Holding { balance } ... on Asset { issued } }
      node(id: $id) { ... on Holding { balance } } }`
    const { nodes, node } = await world.data(query, { ids: [...ids, present.id], id: past.id })
    expect(nodes).toEqual([
      { __typename: 'Holding', id: past.id, balance: past.balance },
      { __typename: 'Account', id: past.account.id },
      { __typename: 'Asset', id: past.asset.id, issued: past.asset.issued },
      { __typename: 'Holding', id: present.id, balance: present.balance },
    ])
    expect(node).toEqual({ balance: past.balance })
    const bytes = Buffer.from(past.id, 'base64url')
    bytes.writeBigUInt64BE(BigInt(BLOCKS + 1), 1)
    expect((await world.data(query, { ids: [], id: bytes.toString('base64url') })).node).toBeNull()
  })

  it('goes on in a list with the cursor of a page as of the same height, and sees nothing later', async () => {
    const pages = async (height: number) => {
      const positions: string[] = []
      let after: string | null = null
      do {
        const {
          at,
        }: {
          at: {
            transfers: {
              nodes: { position: string }[]
              pageInfo: { endCursor: string; hasNextPage: boolean }
            }
          }
        } = await world.data(
          'query ($height: BigInt!, $after: String) { at(height: $height) { transfers(first: 3, after: $after) { nodes { position } pageInfo { endCursor hasNextPage } } } }',
          { height, after },
        )
        positions.push(...at.transfers.nodes.map(({ position }) => position))
        after = at.transfers.pageInfo.hasNextPage ? at.transfers.pageInfo.endCursor : null
      } while (after !== null)
      return positions
    }
    const { at } = await world.data('{ at(height: 6) { chain { counts { transfers } } } }')
    expect(await pages(6)).toHaveLength(Number(at.chain.counts.transfers))
    const { blocks } = await world.data('{ blocks(last: 1) { edges { cursor } } }')
    const query =
      'query ($before: String) { at(height: 6) { blocks(last: 1, before: $before) { nodes { height } } } }'
    const { errors } = await world.ask(query, { before: blocks.edges[0].cursor })
    expect(errors?.[0]?.extensions).toMatchObject({ code: 'BAD_CURSOR', data: { reason: 'height' } })
  })
})

describe('at, asked for what it cannot answer,', () => {
  it('is refused for a height that is not final yet, and where the schema is asked for', async () => {
    const codeOf = async (query: string) => (await world.ask(query)).errors?.[0]?.extensions.code
    expect(await codeOf(`{ at(height: ${BLOCKS + 1}) { chain { name } } }`)).toBe('HEIGHT_TOO_HIGH')
    expect(await codeOf('{ at(height: "99999999999999999999") { chain { name } } }')).toBe('HEIGHT_TOO_HIGH')
    expect(
      await codeOf('{ __schema { queryType { name } } at(height: 1) { chain { finalizedHeight } } }'),
    ).toBe('BAD_INPUT')
  })

  it('is refused beyond 16 heights in a request, however they are named', async () => {
    const ids: string[] = []
    for (let height = 1; height <= 17; height++)
      ids.push((await world.data(`{ at(height: ${height}) { chain { head { id } } } }`)).at.chain.head.id)
    const query = 'query ($ids: [ID!]!) { nodes(ids: $ids) { __typename } }'
    expect((await world.data(query, { ids: [...ids.slice(0, 16), ids[0]] })).nodes).toHaveLength(17)
    const { errors } = await world.ask(query, { ids })
    expect(errors?.[0]?.extensions).toMatchObject({ code: 'QUERY_TOO_COSTLY', data: { max: 16 } })
  })

  it('says of an unknown name where in the answer it is', async () => {
    const { data, extensions } = await world.ask(
      '{ at(height: 3) { trace(input: { start: { asset: "MEAL" } }) { height } } }',
    )
    expect(data).toEqual({ at: { trace: null } })
    expect(extensions?.hints).toMatchObject([{ path: ['at', 'trace'], code: 'UNKNOWN_ASSET' }])
  })
})
