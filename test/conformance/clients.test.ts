import { ApolloClient, gql, HttpLink, InMemoryCache } from '@apollo/client'
import { relayStylePagination } from '@apollo/client/utilities'
import { Client, fetchExchange } from '@urql/core'
import { cacheExchange } from '@urql/exchange-graphcache'
import { relayPagination } from '@urql/exchange-graphcache/extras'
import { ClientError, GraphQLClient } from 'graphql-request'
import { createClient as createSseClient } from 'graphql-sse'
import { beforeAll, expect, it } from 'vitest'
import { encodeAddress } from '../../src/crypto/address.ts'
import { ApiWorld } from '../support/api/api-server.ts'
import { eddsaKey } from '../support/ledger/ledger-world.ts'

const URL = 'http://api/graphql'
const ann = eddsaKey('ann')
const bea = eddsaKey('bea')
const address = encodeAddress(ann.account)
let world: ApiWorld
let lot: bigint

beforeAll(async () => {
  world = await ApiWorld.open()
  lot = await world.lot(ann, 'LOT-1', 100n)
})

const fetchFn = ((url: string, init: RequestInit) => world.api.yoga.fetch(url, init)) as typeof fetch
const give = () => world.chain.commit([world.move(ann, ann.account, bea.account, lot, 1n)])

/** A page of the history, and the balance of its first sender. Each has objects that the other has too. */
const HISTORY = `query History($after: String) { transfers(first: 100, after: $after) {
  edges { cursor node { id kind amount from { id address } } } pageInfo { hasNextPage endCursor } } }`
const BALANCE = `query Balance($address: String!) { holding(address: $address, asset: "LOT-1") { id balance account { id address name } } }`
const HOLDINGS = `query Holdings($address: String!) { account(address: $address) { id holdings { nodes { id balance } } } }`

interface History {
  transfers: {
    edges: { node: { id: string; kind: string } }[]
    pageInfo: { hasNextPage: boolean; endCursor: string }
  }
}
interface Balance {
  holding: { balance: string }
}

it('Apollo keeps one copy of each object, and adds what is new to a list', async () => {
  const cache = new InMemoryCache({
    typePolicies: { Query: { fields: { transfers: relayStylePagination() } } },
  })
  const client = new ApolloClient({ cache, link: new HttpLink({ uri: URL, fetch: fetchFn }) })
  const history = client.watchQuery<History>({ query: gql(HISTORY) })
  const { data: first } = await history.refetch()
  const { data: before } = await client.query<Balance>({ query: gql(BALANCE), variables: { address } })
  await give()
  await client.query({ query: gql(HOLDINGS), variables: { address } })
  const after = cache.readQuery<Balance>({ query: gql(BALANCE), variables: { address } })
  expect(Number(before!.holding.balance) - Number(after!.holding.balance)).toBe(1)
  await history.fetchMore({ variables: { after: first!.transfers.pageInfo.endCursor } })
  const all = cache.readQuery<History>({ query: gql(HISTORY) })!.transfers.edges
  expect(all.slice(0, -1)).toEqual(first!.transfers.edges)
  expect(all.at(-1)!.node.kind).toBe('TRANSFER')
  const entries = Object.keys(cache.extract())
  expect(entries.filter((key) => key.startsWith('Transfer:'))).toHaveLength(all.length)
  expect(entries.filter((key) => key.startsWith('Holding:'))).toHaveLength(1)
})

it('urql keeps one copy of each object, and adds what is new to a list', async () => {
  const embedded = ['TransferConnection', 'TransferEdge', 'PageInfo', 'HoldingConnection', 'HoldingEdge']
  const keys = Object.fromEntries(embedded.map((name) => [name, () => null]))
  const cache = cacheExchange({ keys, resolvers: { Query: { transfers: relayPagination() } } })
  const client = new Client({
    url: URL,
    fetch: fetchFn,
    exchanges: [cache, fetchExchange],
    preferGetMethod: false,
  })
  const { data: first } = await client.query<History>(HISTORY, {}).toPromise()
  const { data: before } = await client.query<Balance>(BALANCE, { address }).toPromise()
  await give()
  await client.query(HOLDINGS, { address }).toPromise()
  const kept = { requestPolicy: 'cache-only' } as const
  const { data: after } = await client.query<Balance>(BALANCE, { address }, kept).toPromise()
  expect(Number(before!.holding.balance) - Number(after!.holding.balance)).toBe(1)
  const { data: all } = await client
    .query<History>(HISTORY, { after: first!.transfers.pageInfo.endCursor })
    .toPromise()
  expect(all!.transfers.edges).toHaveLength(first!.transfers.edges.length + 1)
})

it('graphql-request gets data, and errors with their code', async () => {
  const client = new GraphQLClient(URL, { fetch: fetchFn })
  expect(await client.request('{ chain { name } }')).toEqual({ chain: { name: 'test' } })
  const error = await client
    .request('{ account(address: "nobody") { id } }')
    .catch((thrown: unknown) => thrown)
  expect((error as ClientError).response.errors?.[0]?.extensions).toMatchObject({ code: 'BAD_ADDRESS' })
  expect(error).toBeInstanceOf(ClientError)
})

it('graphql-sse gets every block', async () => {
  const client = createSseClient({ url: URL, fetchFn })
  const seen: string[] = []
  const height = world.chain.header.height
  const query = `subscription { blocks(after: ${height - 1}) { id height } }`
  for await (const { data } of client.iterate<{ blocks: { id: string; height: string } }>({ query })) {
    seen.push(data!.blocks.height)
    if (seen.length === 3) break
    await give()
  }
  expect(seen).toEqual([height, height + 1, height + 2].map(String))
  client.dispose()
})
