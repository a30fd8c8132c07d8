import { readFileSync } from 'node:fs'
import { buildSchema, getNamedType, isObjectType } from 'graphql'
import { describe, expect, it } from 'vitest'
import { ApiWorld } from '../../support/api/api-server.ts'

/** Int has 31 bits. These fields stay below: genesis, the protocol or the server's limits bound them. */
const BOUNDED = new Set([
  'Chain.eraMs',
  'Chain.delay',
  'Chain.ttl',
  'Chain.batchSize',
  'Chain.stateDepth',
  'FinalityTimes.blocks',
  'ReservationRules.delay',
  'ReservationRules.life',
  'Validator.index',
  'Block.transferCount',
  'Pool.size',
  'PoolLimits.entries',
  'PoolLimits.perSigner',
  'Asset.decimals',
  'Certificate.records',
  'Prover.threads',
  'Prover.secondsAgo',
  'Hop.depth',
  'Batch.size',
  'Batch.count',
  'Batch.proven',
  'Batch.attested',
])

/** Types of the server's own limits, which are set below 31 bits. */
const OWN_LIMITS = new Set(['ServiceLimits', 'ExecutionLimits'])

const schema = buildSchema(readFileSync(new URL('../../../schema.graphql', import.meta.url), 'utf8'))

describe('whole numbers', () => {
  it('are BigInt wherever a chain can outgrow 31 bits', () => {
    const ints = Object.values(schema.getTypeMap())
      .filter((type) => isObjectType(type) && !type.name.startsWith('__') && !OWN_LIMITS.has(type.name))
      .flatMap((type) =>
        Object.values(isObjectType(type) ? type.getFields() : {})
          .filter((field) => getNamedType(field.type).name === 'Int')
          .map((field) => `${type.name}.${field.name}`),
      )
    expect(ints.filter((name) => !BOUNDED.has(name))).toEqual([])
  })

  it('are answered beyond 31 bits', async () => {
    const world = await ApiWorld.open()
    const { control, database } = world.api.services
    const many = 3_000_000_000
    const pool = await control.pool()
    control.pool = async () => ({ ...pool, bytes: many, limits: { ...pool.limits, bytes: 2 ** 40 } })
    const status = await control.status()
    control.status = async () => ({ ...status, hashLag: many, clockOffsetMs: -1_700_000_000_000 })
    await database.sql`ALTER TABLE block DISABLE TRIGGER ALL`
    await database.sql`UPDATE block SET total_records = ${many}`
    const data = await world.data(`{ chain { counts { transfers } } transfers(first: 0) { totalCount }
      pool { bytes limits { bytes } } service { node { hashLag clockOffsetMs } } }`)
    expect(data).toEqual({
      chain: { counts: { transfers: String(many) } },
      transfers: { totalCount: String(many) },
      pool: { bytes: String(many), limits: { bytes: String(2 ** 40) } },
      service: { node: { hashLag: String(many), clockOffsetMs: -1_700_000_000_000 } },
    })
  })
})
