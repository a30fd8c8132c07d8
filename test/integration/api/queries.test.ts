import { beforeAll, describe, expect, it } from 'vitest'
import { encodeAddress } from '../../../src/crypto/address.ts'
import { ApiWorld } from '../../support/api/api-server.ts'
import { eddsaKey, rsaKey } from '../../support/ledger/ledger-world.ts'

const ann = eddsaKey('ann')
const bea = rsaKey()
let world: ApiWorld
let lot: bigint

beforeAll(async () => {
  world = await ApiWorld.open()
  lot = await world.lot(ann, 'LOT-1', 100n, { metadata: { farm: 'Finca' }, custody: 'segregated' })
  await world.chain.commit([world.move(ann, ann.account, bea.account, lot, 40n)], ['for the roastery'])
  await world.chain.commit([])
  await world.chain.commit([world.move(bea, bea.account, ann.account, lot, 15n)])
})

describe('query', () => {
  it('shows the chain with its counts', async () => {
    const { chain } = await world.data(`{ chain {
      chainId name height finalizedHeight era startTime eraMs delay ttl batchSize stateDepth firstPosition
      head { hash } validators { index name votingKey } genesis
      counts { blocks transfers assets holdings accounts batches } } }`)
    expect(chain).toMatchObject({ finalizedHeight: '5', era: '10', batchSize: 4, firstPosition: '0' })
    expect(Object.values(chain.counts)).toEqual(['6', '4', '1', '3', '3', '1'])
    expect(chain.genesis.name).toBe('test')
    expect(chain.startTime).toBe('2023-11-14T22:13:20.000Z')
  })

  it('shows a transfer with everything around it', async () => {
    const { transfers } = await world.data(`{ transfers(first: 3) { totalCount nodes {
      hash kind status height timestamp position from { address name } to { address } asset { code metadata unique custody issuer { address } }
      amount fromStart toStart era memo note noteMatches attested keyKind publicKey signature batch { index status count full proven attested }
      block { hash parentHash } } } }`)
    expect(transfers.totalCount).toBe('4')
    expect(transfers.nodes.map((t: { kind: string }) => t.kind)).toEqual(['REGISTER', 'ISSUE', 'TRANSFER'])
    expect(transfers.nodes[1].from.name).toBe('MINT')
    expect(transfers.nodes[1].publicKey).toBe(Buffer.from(ann.publicKey.bytes).toString('hex'))
    expect(transfers.nodes[2]).toMatchObject({
      status: 'FINAL',
      height: '3',
      amount: '40',
      from: { address: encodeAddress(ann.account) },
      to: { address: encodeAddress(bea.account) },
      asset: { code: 'LOT-1', metadata: { farm: 'Finca' }, unique: false, custody: 'SEGREGATED' },
      note: 'for the roastery',
      noteMatches: false,
      attested: false,
      keyKind: 'EDDSA',
      batch: { index: '0', count: 4, full: true, status: 'UNPROVEN', proven: 3, attested: 1 },
    })
  })

  it('shows holdings of an account and of an asset', async () => {
    const query = `query ($address: String!) {
      account(address: $address) { holdings { nodes { asset { code issued retired } balance inTotal outTotal index } } transfers { totalCount } }
      asset(by: { code: "LOT-1" }) { mintHolding { account { name } balance } retiredHolding { balance } holdings { nodes { balance } } transfers(last: 2) { nodes { amount } pageInfo { hasPreviousPage } totalCount } }
      holding(address: $address, asset: "LOT-1") { balance }
    }`
    const { account, asset, holding } = await world.data(query, { address: encodeAddress(ann.account) })
    expect(account.holdings.nodes).toEqual([
      {
        asset: { code: 'LOT-1', issued: '100', retired: '0' },
        balance: '75',
        inTotal: '115',
        outTotal: '40',
        index: '1',
      },
    ])
    expect(account.transfers.totalCount).toBe('4')
    expect(asset.holdings.nodes.map((h: { balance: string }) => h.balance)).toEqual(['75', '25'])
    expect(asset).toMatchObject({
      mintHolding: { account: { name: 'MINT' }, balance: '0' },
      retiredHolding: null,
    })
    expect(asset.transfers).toEqual({
      nodes: [{ amount: '40' }, { amount: '15' }],
      pageInfo: { hasPreviousPage: true },
      totalCount: '4',
    })
    expect(holding.balance).toBe('75')
  })

  it('answers null for what does not exist', async () => {
    const address = encodeAddress(12345n)
    const query = `query ($address: String!, $hash: String!) { block(by: { height: 99 }) { hash } transfer(hash: $hash) { hash }
      account(address: $address) { name } asset(by: { code: "NO-\\u0000-CODE" }) { id } holding(address: $address, asset: "LOT-1") { balance }
      batch(index: 77) { id } submission(hash: $hash) { status } }`
    const data = await world.data(query, { address, hash: `0${'a'.repeat(63)}` })
    expect(Object.values(data).every((value) => value === null)).toBe(true)
  })
})

describe('query of what is empty or unknown', () => {
  it('shows empty holdings only on request, and retired units apart', async () => {
    const other = await ApiWorld.open()
    const id = await other.lot(ann, 'LOT-2', 10n)
    await other.chain.commit([other.move(ann, ann.account, bea.account, id, 10n)])
    await other.chain.commit([other.retire(bea, id, 4n)])
    const { asset } = await other.data(`{ asset(by: { code: "LOT-2" }) {
      retiredHolding { balance } holdings { nodes { address } } all: holdings(empty: true) { nodes { balance } } } }`)
    expect(asset).toEqual({
      retiredHolding: { balance: '4' },
      holdings: { nodes: [{ address: encodeAddress(bea.account) }] },
      all: { nodes: [{ balance: '0' }, { balance: '6' }] },
    })
  })

  it('hints at what does not exist, and answers everything else', async () => {
    const hash = `0${'a'.repeat(63)}`
    const { data, errors, extensions } = await world.ask(`{ chain { name }
      transfers(filter: { asset: "NO-CODE" }) { nodes { hash } pageInfo { hasNextPage endCursor } totalCount }
      a: trace(input: { start: { asset: "NO-CODE" } }) { height } b: trace(input: { start: { transfer: "${hash}" } }) { height } }`)
    expect(errors).toBeUndefined()
    const pageInfo = { hasNextPage: false, endCursor: null }
    const transfers = { nodes: [], pageInfo, totalCount: '0' }
    expect(data).toEqual({ chain: { name: 'test' }, transfers, a: null, b: null })
    const unknown = { code: 'UNKNOWN_ASSET', message: expect.any(String), data: { asset: 'NO-CODE' } }
    expect(extensions?.hints).toHaveLength(3)
    expect(extensions?.hints).toEqual(
      expect.arrayContaining([
        { ...unknown, path: ['transfers'] },
        { ...unknown, path: ['a'] },
        expect.objectContaining({ code: 'NOT_FOUND', path: ['b'] }),
      ]),
    )
    const many = Array.from(
      { length: 20 },
      (_, i) => `t${i}: trace(input: { start: { asset: "X${i}" } }) { height }`,
    )
    expect((await world.ask(`{ ${many.join(' ')} }`)).extensions?.hints).toHaveLength(16)
    expect((await world.ask('{ chain { name } }')).extensions?.hints).toBeUndefined()
  })
})

describe('query with a filter', () => {
  it('filters transfers by every condition', async () => {
    const query =
      'query ($filter: TransferFilter) { transfers(filter: $filter) { totalCount nodes { position } } }'
    const positions = async (filter: object) => {
      const { transfers } = await world.data(query, { filter })
      return [
        transfers.nodes.map((t: { position: string }) => Number(t.position)),
        transfers.totalCount && Number(transfers.totalCount),
      ]
    }
    const [a, b] = [encodeAddress(ann.account), encodeAddress(bea.account)]
    expect(await positions({ account: b })).toEqual([[2, 3], 2])
    expect(await positions({ from: a })).toEqual([[0, 2], 2])
    expect(await positions({ to: a })).toEqual([[1, 3], 2])
    expect(await positions({ asset: 'LOT-1' })).toEqual([[0, 1, 2, 3], 4])
    expect(await positions({ kind: 'ISSUE' })).toEqual([[1], null])
    expect(await positions({ from: 'MINT' })).toEqual([[1], 1])
    expect(await positions({ heightFrom: 3, heightTo: '4' })).toEqual([[2], null])
    expect(await positions({ account: a, kind: 'TRANSFER', asset: 'LOT-1' })).toEqual([[2, 3], null])
    expect(await positions({ memo: `0${'f'.repeat(63)}` })).toEqual([[], null])
  })
})

it('shows evidence against a validator, with when it was seen', async () => {
  await world.database.sql`
    INSERT INTO evidence (validator, view, kind, bytes) VALUES (0, 5, 0, ${Uint8Array.of(1, 2)})`
  const { chain } = await world.data('{ chain { evidence { validator { name } view kind bytes seenAt } } }')
  expect(chain.evidence).toEqual([
    {
      validator: { name: 'one' },
      view: '5',
      kind: 'VOTES',
      bytes: '0102',
      seenAt: expect.stringMatching(/^\d{4}-\d\d-\d\dT.*Z$/),
    },
  ])
})
