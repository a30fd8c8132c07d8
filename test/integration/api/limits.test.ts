import { getIntrospectionQuery } from 'graphql'
import { beforeAll, describe, expect, it } from 'vitest'
import { LIGHT_COST } from '../../../src/api/budget/weigh.ts'
import { MAX_CONNECTIONS } from '../../../src/api/http/listener.ts'
import {
  DEFAULT_LIMITS,
  MAX_LIVE_HOPS,
  MAX_OPERATIONS,
  MAX_SOCKETS,
  MAX_SUBSCRIPTION_BYTES,
  MAX_SUBSCRIPTIONS,
  REQUESTED_PROOFS,
} from '../../../src/api/limits.ts'
import { ApiWorld } from '../../support/api/api-server.ts'
import { Sse } from '../../support/api/sse.ts'
import { eddsaKey } from '../../support/ledger/ledger-world.ts'

const ann = eddsaKey('ann')
let world: ApiWorld

beforeAll(async () => {
  world = await ApiWorld.open()
  await world.lot(ann, 'LOT-1', 100n)
})

const codeOf = async (query: string, variables?: Record<string, unknown>) =>
  (await world.ask(query, variables)).errors?.[0]?.extensions.code

describe('limits', () => {
  it('bounds depth, through fragments too', async () => {
    const nest = (levels: number) =>
      `${'asset { issuer { holdings { nodes { '.repeat(levels)}balance${' } } } }'.repeat(levels)}`
    expect(await codeOf(`{ holding(address: "MINT", asset: "LOT-1") { ${nest(4)} } }`)).toBe('QUERY_TOO_DEEP')
    const fragments = `{ holding(address: "MINT", asset: "LOT-1") { ...A } }
      fragment A on Holding { asset { issuer { holdings(first: 1) { nodes { ...B } } } } }
      fragment B on Holding { asset { issuer { holdings(first: 1) { nodes { ...C } } } } }
      fragment C on Holding { asset { issuer { holdings(first: 1) { nodes { asset { issuer { holdings { nodes { balance } } } } } } } } }`
    expect(await codeOf(fragments)).toBe('QUERY_TOO_DEEP')
  })

  it('bounds cost: fields times page sizes, variables included', async () => {
    const query =
      'query ($n: Int) { blocks(first: $n) { nodes { transfers(first: $n) { nodes { hash kind amount era memo } } } } }'
    expect(await codeOf(query, { n: 50 })).toBeUndefined()
    expect(await codeOf(query, { n: 100 })).toBe('QUERY_TOO_COSTLY')
    const nodes = `query ($ids: [ID!]!) { nodes(ids: $ids) {
      ... on Block { transfers(first: 100) { nodes { hash kind amount era memo } } } } }`
    expect(await codeOf(nodes, { ids: Array(50).fill('x') })).toBeUndefined()
    expect(await codeOf(nodes, { ids: Array(100).fill('x') })).toBe('QUERY_TOO_COSTLY')
  })

  it('computes the cost of fragments that spread each other many times without walking them all', async () => {
    const fragments = Array.from(
      { length: 12 },
      (_, i) => `fragment F${i} on Chain { name ${`...F${i + 1} `.repeat(8)} }`,
    )
    const started = performance.now()
    const code = await codeOf(`{ chain { ...F0 } } ${fragments.join(' ')} fragment F12 on Chain { name }`)
    expect(code).toBe('QUERY_TOO_COSTLY')
    // Walking all 8^12 would take hours.
    expect(performance.now() - started).toBeLessThan(30_000)
  })

  it('bounds aliases, tokens and operations', async () => {
    const aliases = Array.from({ length: 31 }, (_, i) => `a${i}: chain { name }`).join(' ')
    expect(await codeOf(`{ ${aliases} }`)).toBe('TOO_MANY_ALIASES')
    expect(await codeOf(`{ ${'chain { name } '.repeat(1_000)} }`)).toBe('TOO_MANY_TOKENS')
    const operations = Array.from({ length: 11 }, (_, i) => `query Q${i} { chain { name } }`).join(' ')
    const answer = await world.ask(operations, {}, 'Q0')
    expect(answer.errors?.[0]?.extensions).toMatchObject({
      code: 'QUERY_TOO_COSTLY',
      data: { maxOperations: 10 },
    })
  })

  it('bounds pages', async () => {
    const answer = await world.ask('{ transfers(first: 101) { nodes { hash } } }')
    expect(answer.errors?.[0]?.extensions).toEqual({ code: 'PAGE_TOO_LARGE', data: { max: 100, got: 101 } })
    expect(await codeOf('{ transfers(last: 101) { nodes { hash } } }')).toBe('PAGE_TOO_LARGE')
    expect(await codeOf('{ transfers(first: -1) { nodes { hash } } }')).toBe('BAD_INPUT')
    expect(await codeOf('{ transfers(first: 1, last: 1) { nodes { hash } } }')).toBe('BAD_INPUT')
    expect(await codeOf('{ transfers(first: 0) { nodes { hash } } }')).toBeUndefined()
  })

  it('bounds time', async () => {
    const slow = await ApiWorld.open({}, { limits: { ...DEFAULT_LIMITS, timeoutMs: 100, waitMs: 100 } })
    slow.api.services.control.pool = () => new Promise(() => {})
    const answer = await slow.ask('{ pool { size } }')
    expect(answer.errors?.[0]?.extensions.code).toBe('TIMEOUT')
  })

  it('lets introspection through, at its cost', async () => {
    const { __schema } = await world.data(getIntrospectionQuery())
    expect(__schema.types.length).toBeGreaterThan(40)
    const types =
      '__schema { types { fields { name description args { name description type { name kind } } type { name kind ofType { name } } } } }'
    const many = Array.from({ length: 29 }, (_, i) => `a${i}: ${types}`).join(' ')
    expect(await codeOf(`{ ${types} }`)).toBeUndefined()
    expect(await codeOf(`{ ${many} }`)).toBe('QUERY_TOO_COSTLY')
  })
})

describe('errors', () => {
  it('have stable codes', async () => {
    expect(await codeOf('{')).toBe('GRAPHQL_PARSE_FAILED')
    expect(await codeOf('{ nothing }')).toBe('GRAPHQL_VALIDATION_FAILED')
    expect(await codeOf('query ($h: BigInt!) { block(by: { height: $h }) { hash } }', { h: '-1' })).toBe(
      'BAD_NUMBER',
    )
    expect(await codeOf('{ block(by: { height: "00" }) { hash } }')).toBe('BAD_NUMBER')
    expect(await codeOf('query ($h: BigInt!) { block(by: { height: $h }) { hash } }', { h: 2 ** 60 })).toBe(
      'BAD_NUMBER',
    )
    expect(await codeOf(`{ block(by: { height: "${'9'.repeat(40)}" }) { hash } }`)).toBe('BAD_NUMBER')
    expect(await codeOf('query ($h: String!) { transfer(hash: $h) { hash } }', {})).toBe('BAD_INPUT')
    expect(await codeOf('{ transfer(hash: "0x12") { hash } }')).toBe('MALFORMED')
    expect(await codeOf(`{ transfer(hash: "${'f'.repeat(64)}") { hash } }`)).toBe('NOT_CANONICAL')
    expect(await codeOf('{ account(address: "inp1nobody") { address } }')).toBe('BAD_ADDRESS')
    expect(await codeOf('{ asset(by: { assetId: "12" }) { code } }')).toBe('MALFORMED')
    expect(await codeOf('mutation { requestProof(index: 99) { index } }')).toBe('UNKNOWN_BATCH')
  })

  it('mask internal errors, and give the id under which the log has them', async () => {
    const broken = await ApiWorld.open()
    broken.api.services.control.pool = async () => {
      throw new TypeError('secret: /etc/passwd')
    }
    const answer = await broken.ask('{ pool { size } }')
    expect(JSON.stringify(answer)).not.toContain('secret')
    expect(answer.errors?.[0]?.extensions).toMatchObject({
      code: 'INTERNAL',
      data: { requestId: expect.any(String) },
    })
  })

  it('carry the height, as answers do', async () => {
    const height = String(world.chain.header.height)
    expect((await world.ask('{ asset(by: { assetId: "12" }) { code } }')).extensions).toMatchObject({
      height,
    })
    expect((await world.ask('{ chain { name } }')).extensions).toMatchObject({ height })
  })
})

describe('what is the same for many parents', () => {
  it('is read and computed once: the records of a batch and their root', async () => {
    const lots = await ApiWorld.open({ batchSize: 4 })
    for (let i = 0; i < 3; i++) await lots.lot(ann, `LOT-${i}`, 100n)
    const { poseidon } = lots.api.services
    let hashes = 0
    lots.api.services.poseidon = {
      ...poseidon,
      hash: (inputs) => {
        hashes += 1
        return poseidon.hash(inputs)
      },
    }
    const query = (n: number) =>
      `{ transfers(first: ${n}) { nodes { batch { recordsRoot proven attested count status } } } }`
    await lots.data(query(1))
    const one = hashes
    hashes = 0
    const { transfers } = await lots.data(query(4))
    expect(hashes).toBe(one)
    expect(new Set(transfers.nodes.map(({ batch }: { batch: object }) => JSON.stringify(batch))).size).toBe(1)
  })

  it('still costs what a batch can have', async () => {
    const query =
      '{ blocks(first: 90) { nodes { transfers(first: 100) { nodes { batch { recordsRoot } } } } } }'
    expect(await codeOf(query)).toBe('QUERY_TOO_COSTLY')
  })
})

describe('the size of an answer', () => {
  const metadata = Object.fromEntries(Array.from({ length: 20 }, (_, i) => [`key-${i}`, 'x'.repeat(300)]))
  const definitions = (aliases: number) =>
    `{ assets(first: 3) { nodes { ${Array.from({ length: aliases }, (_, i) => `a${i}: definition`).join(' ')} } } }`

  it('is bounded while it is built', async () => {
    const responseBytes = 100_000
    const small = await ApiWorld.open({}, { limits: { ...DEFAULT_LIMITS, responseBytes } })
    await small.lot(ann, 'LARGE', 1n, { metadata })
    expect((await small.ask(definitions(10))).errors).toBeUndefined()
    const answer = await small.ask(definitions(20))
    expect(answer.data).toBeUndefined()
    expect(answer.errors?.map(({ extensions }) => extensions)).toEqual([
      { code: 'RESPONSE_TOO_LARGE', data: { max: responseBytes } },
    ])
  })

  it('is bounded however long its names are: in answers and in events', async () => {
    const max = 100_000
    const limits = { ...DEFAULT_LIMITS, responseBytes: max, eventBytes: max }
    const small = await ApiWorld.open({}, { limits })
    const selection = (n: number) => `{ chain { ${'a'.repeat(n)}: name ${'b'.repeat(n)}: name } }`
    const subscribed = async (n: number) => {
      const live = await Sse.open(
        (url, init) => small.api.yoga.fetch(url, init),
        'http://api/graphql',
        `subscription ${selection(n)}`,
      )
      const event = await live.next()
      await live.close()
      return event
    }
    for (const ask of [(n: number) => small.ask(selection(n)), subscribed]) {
      expect((await ask(max / 2 - 100))?.errors).toBeUndefined()
      const answer = await ask(max / 2)
      expect(answer?.data === undefined).toBe(true)
      expect(answer?.errors?.map(({ extensions }) => extensions)).toEqual([
        { code: 'RESPONSE_TOO_LARGE', data: { max } },
      ])
    }
  })

  it('does not change the answer: large ones are encoded in pieces', async () => {
    const large = await ApiWorld.open()
    for (let i = 0; i < 3; i++) await large.lot(ann, `LOT-${i}`, 1n, { metadata })
    const { assets } = await large.data(definitions(30))
    const one = (await large.data(definitions(1))).assets
    expect(JSON.stringify(assets).length).toBeGreaterThan(500_000)
    for (const [i, node] of assets.nodes.entries())
      expect(Object.values(node)).toEqual(Array(30).fill(one.nodes[i].a0))
  })
})

describe('arguments', () => {
  it('nest at most 8 levels, in variables and literals', async () => {
    const nested = (levels: number) => JSON.parse(`${'['.repeat(levels)}1${']'.repeat(levels)}`)
    const query = 'query ($height: BigInt) { transfers(filter: { heightFrom: $height }) { totalCount } }'
    expect(await codeOf(query, { height: nested(8) })).toBe('BAD_NUMBER')
    expect(await codeOf(query, { height: nested(9) })).toBe('INPUT_TOO_DEEP')
    const body = `{"query":"${query}","variables":{"height":${'['.repeat(60_000)}${']'.repeat(60_000)}}}`
    const headers = { 'content-type': 'application/json', accept: 'application/json' }
    const response = await world.api.yoga.fetch('http://api/graphql', { method: 'POST', headers, body })
    expect(await response.json()).toMatchObject({ errors: [{ extensions: { code: 'INPUT_TOO_DEEP' } }] })
    const literal = (levels: number) =>
      `{ transfers(filter: { heightFrom: ${'['.repeat(levels)}1${']'.repeat(levels)} }) { totalCount } }`
    const codes = async (levels: number) =>
      (await world.ask(literal(levels))).errors?.map(({ extensions }) => extensions.code)
    expect(await codes(7)).toEqual(['BAD_NUMBER'])
    expect(await codes(8)).toContain('INPUT_TOO_DEEP')
    expect(await codes(900)).toContain('INPUT_TOO_DEEP')
  })
})

describe('service.limits', () => {
  it('announces every limit', async () => {
    const scalars = Object.keys(DEFAULT_LIMITS).filter((name) => name !== 'executions')
    const queue = Object.keys(DEFAULT_LIMITS.executions)
    const { service } = await world.data(
      `{ service { limits { ${scalars.join(' ')} executions { ${queue.join(' ')} heavyAbove }
        operations liveHops requestedProofs requestedProofsPerClient subscriptionsInAll subscriptionBytesInAll socketsInAll connectionsInAll } } }`,
    )
    expect(service.limits).toMatchObject(DEFAULT_LIMITS)
    expect(service.limits).toMatchObject({
      executions: { heavyAbove: LIGHT_COST },
      operations: MAX_OPERATIONS,
      liveHops: MAX_LIVE_HOPS,
      requestedProofs: REQUESTED_PROOFS.inAll,
      requestedProofsPerClient: REQUESTED_PROOFS.perClient,
      subscriptionsInAll: MAX_SUBSCRIPTIONS,
      subscriptionBytesInAll: MAX_SUBSCRIPTION_BYTES,
      socketsInAll: MAX_SOCKETS,
      connectionsInAll: MAX_CONNECTIONS,
    })
  })
})
