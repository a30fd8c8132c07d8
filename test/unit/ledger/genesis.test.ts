import { describe, expect, it } from 'vitest'
import { parseJson } from '../../../src/codec/canonical-json.ts'
import { fieldToHex } from '../../../src/crypto/field.ts'
import type { Admission } from '../../../src/ledger/admission.ts'
import { applyGenesis } from '../../../src/ledger/apply-genesis.ts'
import { assetIdOf } from '../../../src/ledger/definition.ts'
import {
  chainIdOf,
  type Genesis,
  genesisToJson,
  paramsHashOf,
  parseGenesis,
} from '../../../src/ledger/genesis.ts'
import { registerHash, transferHash } from '../../../src/ledger/hashes.ts'
import { MINT, RETIRED } from '../../../src/ledger/params.ts'
import { RejectionError } from '../../../src/ledger/rejection.ts'
import { poseidon } from '../../support/crypto/poseidon.ts'
import { capacityOf, definitionOf, genesisOf } from '../../support/ledger/ledger-world.ts'

const coffee = definitionOf(5n, { code: 'COFFEE', cap: '1000' })
const art = definitionOf(6n, { code: 'ART', cap: '1' })
const genesis = genesisOf({
  admission: {
    capacity: capacityOf(12),
    sponsors: [
      { account: 5n, budgets: { assets: 2, bytes: 20_000, holdings: 2 ** 12, retirements: 3 } },
      { account: 6n, budgets: { assets: 1, bytes: 10_000, holdings: 2, retirements: 0 } },
    ],
    share: undefined,
  },
  definitions: [coffee, art],
  allocations: [
    { to: 8n, asset: 'ART', amount: 1n },
    { to: 8n, asset: 'COFFEE', amount: 30n },
    { to: 9n, asset: 'COFFEE', amount: 70n },
  ],
  reservations: { delay: 30, life: 5_000 },
  parent: { chainId: fieldToHex(77n), block: 'cd'.repeat(32) },
})
const json = genesisToJson(genesis) as Record<string, unknown>

function rejectionOf(run: () => unknown) {
  try {
    run()
  } catch (error) {
    if (error instanceof RejectionError) return error.rejection
    throw error
  }
  return undefined
}

describe('a genesis', () => {
  it('parses what it serialized', () => {
    expect(parseGenesis(parseJson(JSON.stringify(json), 1_000_000))).toEqual(genesis)
  })

  it('serializes integers as decimal strings', () => {
    expect(json).toMatchObject({
      format: '2',
      startTime: '1700000000000',
      ttl: '150',
      limits: { maxRecords: '4096' },
    })
    expect(JSON.stringify(json)).not.toMatch(/:\d/)
  })

  it('has a chainId that depends on every field, and a paramsHash that depends on validators, limits and keys', () => {
    const changes: Partial<Genesis>[] = [
      { salt: '5b'.repeat(32) },
      { name: 'other' },
      { eraMs: 2_001 },
      { admission: { ...genesis.admission, share: 1 } },
      { allocations: [] },
      { reservations: { delay: 30, life: 5_001 } },
    ]
    const ids = [genesis, ...changes.map((change) => ({ ...genesis, ...change }))].map(chainIdOf)
    expect(new Set(ids).size).toBe(changes.length + 1)
    const params: Partial<Genesis>[] = [
      { provingKey: { kind: 'production', vkHash: 'ab'.repeat(32) } },
      { limits: { ...genesis.limits, poolEntries: 1 } },
      { validators: [{ ...genesis.validators[0]!, name: 'two' }] },
    ]
    const hashes = [genesis, ...params.map((change) => ({ ...genesis, ...change }))].map(paramsHashOf)
    expect(new Set(hashes.map(String)).size).toBe(params.length + 1)
    expect(paramsHashOf({ ...genesis, name: 'other' })).toEqual(paramsHashOf(genesis))
  })

  const validator = (json.validators as object[])[0]!
  it.each<[string, unknown, string?]>([
    ['format', '1'],
    ['format', 1],
    ['name', ''],
    ['salt', 'ab'],
    ['startTime', '-1'],
    ['startTime', 1_700_000_000_000],
    ['eraMs', '9'],
    ['ttl', '0'],
    ['batchSize', '8'],
    ['batchSize', '2'],
    ['batchSize', '5'],
    ['stateDepth', '17'],
    ['stateDepth', '0'],
    ['limits', { ...(json.limits as object), maxRecords: '0' }, 'limits.maxRecords'],
    ['limits', { ...(json.limits as object), other: '1' }, 'limits.other'],
    ['limits', {}, 'limits.maxRecords'],
    ['validators', []],
    ['validators', [validator, validator]],
    ['validators', [{ ...validator, transportKey: '01'.repeat(32) }]],
    ['validators', [{ ...validator, logKey: '02'.repeat(32) }]],
    ['validators', [{ ...validator, logKey: undefined }], 'validators.logKey'],
    ['validators', [{ ...validator, votingKey: '01' }], 'validators.votingKey'],
    ['provingKey', { kind: 'toy', vkHash: 'ab'.repeat(32) }, 'provingKey.kind'],
    ['provingKey', { kind: 'production', vkHash: 'AB'.repeat(32) }, 'provingKey.vkHash'],
    ['allocations', [{ to: fieldToHex(8n), asset: 'ART', amount: '0' }], 'allocations.amount'],
    ['allocations', [{ to: 8, asset: 'ART', amount: '1' }], 'allocations.to'],
    ['parent', { chainId: fieldToHex(1n) }, 'parent.block'],
    ['reservations', { delay: '0', life: '9' }, 'reservations.delay'],
    ['reservations', { delay: '100001', life: '1000000' }, 'reservations.delay'],
    ['reservations', { delay: '9', life: '8' }, 'reservations.life'],
    ['reservations', { delay: '9', life: '1000001' }, 'reservations.life'],
    ['extra', 1, 'genesis.extra'],
  ])('is rejected with the %s %j: BAD_GENESIS', (field, value, path = field) => {
    expect(rejectionOf(() => parseGenesis({ ...json, [field]: value }))).toMatchObject({
      code: 'BAD_GENESIS',
      data: { path },
    })
  })

  it.each(Object.keys(json).filter((field) => !['parent', 'reservations'].includes(field)))(
    'is rejected without %s',
    (field) => {
      const { [field]: _, ...less } = json
      expect(rejectionOf(() => parseGenesis(less))?.code).toBe('BAD_GENESIS')
    },
  )
})

const stranger = definitionOf(7n, { code: 'TEA' })
/** Room for one holder of coffee. */
const tight: Admission = {
  ...genesis.admission,
  sponsors: genesis.admission.sponsors.map((sponsor, i) =>
    i === 0 ? { ...sponsor, budgets: { ...sponsor.budgets, holdings: 2 } } : sponsor,
  ),
}

/** What parses but does not apply: the change, the path of the error, the ledger rule behind it. */
const INVALID: [what: string, change: Partial<Genesis>, path: string, rule?: string][] = [
  ['an unknown code', { allocations: [{ to: 8n, asset: 'TEA', amount: 1n }] }, 'allocations.0'],
  [
    'more than the cap',
    { allocations: [{ to: 8n, asset: 'ART', amount: 2n }] },
    'allocations.0',
    'INSUFFICIENT_BALANCE',
  ],
  [
    'something for the mint',
    { allocations: [{ to: MINT, asset: 'ART', amount: 1n }] },
    'allocations.0',
    'SELF_TRANSFER',
  ],
  [
    'something retired',
    { allocations: [{ to: RETIRED, asset: 'ART', amount: 1n }] },
    'allocations.0',
    'MINT_TO_RETIRED',
  ],
  ['a definition twice', { definitions: [art, art] }, 'definitions.1', 'ASSET_EXISTS'],
  ['a code twice', { definitions: [art, { ...coffee, code: 'ART' }] }, 'definitions.1', 'CODE_TAKEN'],
  [
    'something made from nothing',
    { definitions: [{ ...art, madeFrom: [fieldToHex(3n)] }] },
    'definitions.0',
    'UNKNOWN_RETIREMENT',
  ],
  [
    'more than the budget of a sponsor',
    { allocations: [7n, 8n].map((to) => ({ to, asset: 'COFFEE', amount: 1n })), admission: tight },
    'allocations.1',
    'QUOTA_EXCEEDED',
  ],
  ['an issuer that may not register assets', { definitions: [stranger] }, 'definitions.0', 'NOT_REGISTRAR'],
]

describe('applying a genesis', () => {
  it('makes one register record per definition, then one issue per allocation, in order', () => {
    const { state, records, firstPosition } = applyGenesis(poseidon, genesis)
    const chainId = chainIdOf(genesis)
    expect(records.map(({ position, kind, flags }) => [position, kind, flags])).toEqual([
      [0, 'register', 2],
      [1, 'register', 2],
      [2, 'issue', 1],
      [3, 'issue', 1],
      [4, 'issue', 1],
    ])
    expect(records[0]).toMatchObject({
      hash: registerHash(poseidon, chainId, assetIdOf(poseidon, coffee), 0),
      from: 5n,
      to: MINT,
    })
    const last = {
      chainId,
      from: MINT,
      to: 9n,
      assetId: assetIdOf(poseidon, coffee),
      fromStart: 30n,
      amount: 70n,
    }
    expect(records[4]!.hash).toBe(transferHash(poseidon, { ...last, era: 0, memo: 0n }))
    expect(records[4]).toMatchObject({
      era: 0,
      blockEra: 0,
      memo: 0n,
      fromHolding: 0,
      toHolding: 4,
      toStart: 0n,
    })
    expect(firstPosition).toBe(8)
    expect(state.position).toBe(8)
    expect(state.holdingCount).toBe(5)
  })

  it('starts the first block at the next multiple of B', () => {
    expect(applyGenesis(poseidon, genesisOf()).firstPosition).toBe(0)
    expect(
      applyGenesis(poseidon, { ...genesis, allocations: genesis.allocations.slice(0, 2) }).firstPosition,
    ).toBe(4)
    expect(applyGenesis(poseidon, { ...genesis, batchSize: 16 }).firstPosition).toBe(16)
  })

  it('does not apply the openings limit', () => {
    const limits = { ...genesis.limits, openingsPerSigner: 1 }
    expect(applyGenesis(poseidon, { ...genesis, limits }).records).toHaveLength(5)
  })

  it.each(INVALID)('rejects %s: BAD_GENESIS', (_, change, path, rule) => {
    const data = rule === undefined ? { path } : { path, rule }
    expect(rejectionOf(() => applyGenesis(poseidon, { ...genesis, ...change }))).toMatchObject({
      code: 'BAD_GENESIS',
      data,
    })
  })
})
