import { readFileSync } from 'node:fs'
import { beforeAll, describe, expect, it } from 'vitest'
import { batchesWithStatus, MAX_BATCHES_LOOKED_AT } from '../../../src/storage/reads/batch-status.ts'
import { ApiWorld } from '../../support/api/api-server.ts'
import { definitionOf, eddsaKey } from '../../support/ledger/ledger-world.ts'

const ann = eddsaKey('ann')
const shippedKey = JSON.parse(
  readFileSync(new URL('../../../circuits/generated/batch-4-12.vkey.json', import.meta.url), 'utf8'),
)
const STATUSES = ['GENESIS', 'WAITING', 'UNPROVEN', 'QUEUED', 'PROVING', 'PROVEN', 'FAILED', 'DEAD']
/** Full batches, and what is stored for those whose index modulo 8 is this; the others have nothing. */
const FULL = 20
const prover = { name: 'p:1', version: '1.2.3', backend: 'ENGINE', threads: 8, batch: 7 } as const
const does = { stage: 'proof 42%', secondsAgo: 3 }
let world: ApiWorld
let first: number

/** Stores a proof of `count` records. */
const prove = (from: number, to: number, count: number) => world.database.sql`
  INSERT INTO batch_proof (batch, count, proof, public_signals, vk_hash)
  SELECT batch, ${count}, '{}', '[]', '\\x00' FROM generate_series(${from}::bigint, ${to}::bigint) AS batch`

beforeAll(async () => {
  world = await ApiWorld.open(
    { definitions: [definitionOf(ann, { code: 'GENESIS', cap: '5' })] },
    { verificationKey: shippedKey, provers: () => [{ ...prover, ...does }] },
  )
  const lot = await world.lot(ann, 'LOT', 1_000n)
  first = Number((await world.data('{ chain { firstPosition } }')).chain.firstPosition) / 4
  const moves = 4 * FULL + 1 - 2
  for (let i = 0; i < moves; i++)
    await world.chain.commit([world.move(ann, ann.account, eddsaKey('bea').account, lot, 1n)])
  const { sql } = world.database
  for (let batch = first; batch < first + FULL; batch++) {
    const kind = batch % 8
    if (kind === 1) await prove(batch, batch, 4)
    if (kind === 2) await prove(batch, batch, 3) // of a tail that has become full since
    if (kind === 7) await prove(batch, batch, 4) // and requested again meanwhile
    const job = { dead: kind === 3, error: kind === 4 ? 'no memory' : null }
    const lease = kind === 5 || kind === 3 ? sql`now() + interval '1 hour'` : sql`now() - interval '1 hour'`
    if (kind >= 3)
      await sql`INSERT INTO batch_job (batch, dead, error, lease_until) VALUES (${batch}, ${job.dead}, ${job.error}, ${lease})`
  }
})

/** The indexes of a list with these arguments, over all its pages. */
async function indexes(args: string, size: 'first' | 'last' = 'first'): Promise<number[]> {
  const found: number[] = []
  for (let cursor = ''; ; ) {
    const { batches } = await world.data(`{ batches(${args}, ${size}: 2${cursor}) {
      nodes { index } pageInfo { startCursor endCursor hasNextPage hasPreviousPage } } }`)
    const page = batches.nodes.map(({ index }: { index: string }) => Number(index))
    if (size === 'first') found.push(...page)
    else found.unshift(...page)
    const { hasNextPage, hasPreviousPage, startCursor, endCursor } = batches.pageInfo
    if (!(size === 'first' ? hasNextPage : hasPreviousPage)) return found
    cursor = size === 'first' ? `, after: "${endCursor}"` : `, before: "${startCursor}"`
  }
}

describe('batches with a status', () => {
  it.each(STATUSES)('%s are those that say so themselves, from either end', async (status) => {
    const { batches } = await world.data('{ batches(first: 100) { nodes { index status } } }')
    const all = batches.nodes.filter((batch: { status: string }) => batch.status === status)
    const expected = all.map(({ index }: { index: string }) => Number(index))
    expect(expected.length).toBeGreaterThan(0)
    expect(await indexes(`status: ${status}`)).toEqual(expected)
    expect(await indexes(`status: ${status}`, 'last')).toEqual(expected)
    expect(await indexes(`status: ${status}, order: NEWEST_FIRST`)).toEqual(expected.toReversed())
  })

  it('do not take the cursors of other statuses', async () => {
    const list = (status: string, after = '') =>
      `{ batches(status: ${status}, first: 1${after}) { pageInfo { endCursor } totalCount } }`
    const { batches } = await world.data(list('PROVEN'))
    const { errors } = await world.ask(list('DEAD', `, after: "${batches.pageInfo.endCursor}"`))
    expect(errors?.[0]?.extensions.code).toBe('BAD_CURSOR')
    expect([batches.totalCount, (await world.data(list('WAITING'))).batches.totalCount]).toEqual([null, '1'])
  })

  it('are looked for in a bounded number of batches, and the search goes on where it stopped', async () => {
    const { database } = world
    const low = 100_000
    const beyond = low + MAX_BATCHES_LOOKED_AT
    const search = { first: low, end: beyond + 2, size: 4, next: 4 * (beyond + 2), limit: 3 }
    const up = { ...search, backward: false }
    await prove(low, beyond - 1, 4)
    await prove(beyond, beyond + 1, 3)
    expect(await batchesWithStatus(database, 'UNPROVEN', up)).toEqual({ batches: [], lookedTo: beyond - 1 })
    expect(await batchesWithStatus(database, 'UNPROVEN', { ...up, first: beyond })).toEqual({
      batches: [beyond, beyond + 1],
      lookedTo: undefined,
    })
    const down = { ...search, backward: true }
    expect(await batchesWithStatus(database, 'UNPROVEN', down)).toEqual({
      batches: [beyond + 1, beyond],
      lookedTo: low + 2,
    })
    expect((await batchesWithStatus(database, 'PROVEN', down)).batches).toEqual(
      [1, 2, 3].map((n) => beyond - n),
    )
    await database.sql`
      INSERT INTO batch_job (batch, dead) SELECT batch, true FROM generate_series(${low}::bigint, ${beyond}::bigint) AS batch`
    expect(await batchesWithStatus(database, 'DEAD', up)).toEqual({ batches: [], lookedTo: beyond - 1 })
    expect((await batchesWithStatus(database, 'DEAD', down)).batches).toEqual([beyond])
  })
})

it('comes with the verification key that proofs are checked with', async () => {
  const { service } = await world.data('{ service { verificationKeys { json } } }')
  expect(service.verificationKeys).toEqual([{ json: shippedKey }])
})

it('comes with the provers that report to the server', async () => {
  const { service } = await world.data(
    '{ service { proving { proofs provers { name version backend threads batch stage secondsAgo } } } }',
  )
  expect(service.proving.provers).toEqual([{ ...prover, ...does, batch: '7' }])
  expect(Number(service.proving.proofs)).toBeGreaterThan(0)
})
