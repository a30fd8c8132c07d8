import { describe, expect, it } from 'vitest'
import { fieldToHex, R } from '../../../src/crypto/field.ts'
import { CUSTODY_MODELS } from '../../../src/ledger/asset.ts'
import { assetIdOf, canonicalDefinition, parseDefinition } from '../../../src/ledger/definition.ts'
import { RejectionError } from '../../../src/ledger/rejection.ts'
import { poseidon } from '../../support/crypto/poseidon.ts'
import { definitionOf } from '../../support/ledger/ledger-world.ts'

const good = definitionOf(5n)
const r = R.toString(16).padStart(64, '0')

function rejectionOf(json: unknown) {
  try {
    parseDefinition(json)
  } catch (error) {
    if (error instanceof RejectionError) return error.rejection
    throw error
  }
  return undefined
}

/** A field and a value that it must not have. */
const BAD_FIELDS: [field: string, value: unknown][] = [
  ['code', ''],
  ['code', 'x'.repeat(65)],
  ['code', 'LOT 1'],
  ['code', 'LÖT'],
  ['code', 'LOT-1\n'],
  ['code', 7],
  ['name', ''],
  ['name', 'x'.repeat(129)],
  ['name', '😀'.repeat(129)],
  ['name', 'two\nlines'],
  ['name', 'nul\u0000'],
  ['name', '\ud800'],
  ['issuer', fieldToHex(0n)],
  ['issuer', fieldToHex(1n)],
  ['issuer', r],
  ['issuer', 'AB'.repeat(32)],
  ['issuer', `0x${'ab'.repeat(31)}`],
  ['cap', '0'],
  ['cap', '-1'],
  ['cap', '01'],
  ['cap', '1e3'],
  ['cap', '1.5'],
  ['cap', ' 1'],
  ['cap', ''],
  ['cap', (1n << 112n).toString()],
  ['cap', '9'.repeat(100_000)],
  ['cap', 1000],
  ['decimals', '256'],
  ['decimals', 0],
  ['reinstatable', 'false'],
  ['madeFrom', Array.from({ length: 17 }, (_, i) => fieldToHex(BigInt(i)))],
  ['madeFrom', [fieldToHex(9n), fieldToHex(9n)]],
  ['madeFrom', [r]],
  ['madeFrom', [9]],
  ['madeFrom', {}],
  ['metadata', Object.fromEntries(Array.from({ length: 33 }, (_, i) => [`k${i}`, '']))],
  ['metadata', { '': 'x' }],
  ['metadata', { ['k'.repeat(65)]: 'x' }],
  ['metadata', { k: 'v'.repeat(1025) }],
  ['metadata', { k: 'nul\u0000' }],
  ...['\u061c', '\u200e', '\u200f', '\u202a', '\u202e', '\u2066', '\u2069'].flatMap(
    (control): [string, unknown][] => [
      ['name', `a${control}b`],
      ['metadata', { [`a${control}b`]: 'x' }],
      ['metadata', { k: `a${control}b` }],
    ],
  ),
  ['custody', ''],
  ['custody', 'MASS_BALANCE'],
  ['custody', null],
  ['metadata', { k: 1 }],
  ['metadata', []],
  ['metadata', null],
]

describe('a definition', () => {
  it('parses to itself', () => {
    const full = {
      ...good,
      madeFrom: [fieldToHex(9n)],
      custody: 'segregated' as const,
      metadata: { farm: 'Finca Alta\nHuila', __proto__: 'x' },
    }
    expect(parseDefinition(JSON.parse(JSON.stringify(full)))).toEqual(full)
  })

  it('may be in a script that is written from right to left, and have joiners and spaces of any width', () => {
    const name = 'بن أخضر \u200c\u200d\u2065\u206a\u200d קפה 👩\u200d🌾'
    expect(parseDefinition({ ...good, name, metadata: { [name]: name } }).name).toBe(name)
  })

  it('keeps a key named __proto__ as data', () => {
    const json = JSON.parse(`{"metadata":{"__proto__":"x"}}`) as { metadata: Record<string, string> }
    const parsed = parseDefinition({ ...good, metadata: json.metadata })
    expect(canonicalDefinition(parsed)).toContain('"__proto__":"x"')
    expect(Object.getPrototypeOf(parsed.metadata)).toBe(Object.prototype)
  })

  it('has an id that depends on every field', () => {
    const others = [
      { code: 'LOT-2' },
      { name: 'x' },
      { issuer: fieldToHex(6n) },
      { cap: '1001' },
      { decimals: '1' },
      { reinstatable: true },
      { madeFrom: [fieldToHex(9n)] },
      { metadata: { a: 'b' } },
      ...CUSTODY_MODELS.map((custody) => ({ custody })),
    ]
    const ids = [good, ...others.map((other) => ({ ...good, ...other }))].map((action) =>
      assetIdOf(poseidon, action),
    )
    expect(new Set(ids).size).toBe(others.length + 1)
  })

  it.each(BAD_FIELDS)('is rejected with the %s %j: BAD_DEFINITION', (field, value) => {
    expect(rejectionOf({ ...good, [field]: value })).toMatchObject({
      code: 'BAD_DEFINITION',
      data: { path: field },
    })
  })

  it.each([[null], [[]], ['text'], [3]])('is rejected if it is %j', (json) => {
    expect(rejectionOf(json)?.code).toBe('BAD_DEFINITION')
  })

  it('is rejected with a missing or an unknown field', () => {
    const { cap: _, ...less } = good
    expect(rejectionOf(less)).toMatchObject({ data: { path: 'definition.cap', reason: 'is missing' } })
    expect(rejectionOf({ ...good, extra: 1 })).toMatchObject({
      data: { path: 'definition.extra', reason: 'is unknown' },
    })
  })

  it('is rejected over 8 KiB', () => {
    const metadata = (n: number) =>
      Object.fromEntries(Array.from({ length: n }, (_, i) => [`k${i}`, 'v'.repeat(1024)]))
    expect(rejectionOf({ ...good, metadata: metadata(7) })).toBeUndefined()
    expect(rejectionOf({ ...good, metadata: metadata(8) })).toMatchObject({ code: 'BAD_DEFINITION' })
  })

  it('measures text in characters, not code units', () => {
    expect(rejectionOf({ ...good, name: '😀'.repeat(128) })).toBeUndefined()
  })
})
