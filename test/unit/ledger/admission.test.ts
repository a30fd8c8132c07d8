import { describe, expect, it } from 'vitest'
import { fieldToHex, R } from '../../../src/crypto/field.ts'
import { type Admission, admissionToJson, parseAdmission } from '../../../src/ledger/admission.ts'
import { JsonReader } from '../../../src/ledger/json-reader.ts'
import { RejectionError } from '../../../src/ledger/rejection.ts'
import { capacityOf } from '../../support/ledger/ledger-world.ts'

const LEAVES = 4 ** 12
const listed: Admission = {
  capacity: capacityOf(12),
  sponsors: [
    { account: 5n, budgets: { assets: 2, bytes: 20_000, holdings: 2 ** 12, retirements: 3 } },
    { account: 6n, budgets: { assets: 1, bytes: 10_000, holdings: 2, retirements: 0 } },
  ],
  share: undefined,
}

function parse(json: unknown, leaves = LEAVES): Admission {
  return parseAdmission(new JsonReader('BAD_GENESIS'), json, leaves)
}

function rejectionOf(json: unknown) {
  try {
    parse(json)
  } catch (error) {
    if (error instanceof RejectionError) return error.rejection
    throw error
  }
  return undefined
}

describe('the admission of a genesis', () => {
  it.each([listed, { ...listed, share: 500 }, { ...listed, sponsors: [], share: 1 }])(
    'parses what it serialized',
    (admission) => {
      expect(parse(JSON.parse(JSON.stringify(admissionToJson(admission))))).toEqual(admission)
    },
  )

  it('has room for at most 2^26 holdings, however deep the tree', () => {
    const withRoom = (holdings: number) =>
      parse(admissionToJson({ ...listed, capacity: { ...listed.capacity, holdings } }), 4 ** 16)
    expect(withRoom(2 ** 26).capacity.holdings).toBe(2 ** 26)
    expect(() => withRoom(2 ** 26 + 1)).toThrow('admission.capacity.holdings')
  })

  const json = admissionToJson(listed)
  const { capacity } = json
  const [first] = json.sponsors
  it.each<[string, object, string?]>([
    ['an unknown mode', { mode: 'closed' }, '.mode'],
    ['a share of what only listed sponsors may use', { share: '250' }, '.share'],
    ['no share although anyone may register', { mode: 'open' }, '.share'],
    ['more than half for one of many', { mode: 'open', share: '501' }, '.share'],
    ['more holdings than leaves', { capacity: { ...capacity, holdings: '16777217' } }, '.capacity.holdings'],
    ['more assets than 2^24', { capacity: { ...capacity, assets: '16777217' } }, '.capacity.assets'],
    ['more bytes than 2^48', { capacity: { ...capacity, bytes: `${2 ** 48 + 1}` } }, '.capacity.bytes'],
    ['no room for assets', { capacity: { ...capacity, assets: '0' } }, '.capacity.assets'],
    [
      'more retirements than 2^28',
      { capacity: { ...capacity, retirements: '268435457' } },
      '.capacity.retirements',
    ],
    ['a budget beyond the capacity', { sponsors: [{ ...first, assets: '1048577' }] }, '.sponsors.assets'],
    ['a missing budget', { sponsors: [{ account: fieldToHex(5n), assets: '1' }] }, '.sponsors.bytes'],
    ['a sponsor twice', { sponsors: [first, first] }, '.sponsors'],
    [
      'an account beyond the field',
      { sponsors: [{ ...first, account: R.toString(16) }] },
      '.sponsors.account',
    ],
    ['more than the capacity in all', { capacity: { ...capacity, assets: '2' } }, '.sponsors'],
    [
      'more than half although anyone may register',
      { mode: 'open', share: '1', capacity: { ...capacity, assets: '4' } },
      '.sponsors',
    ],
    ['something unknown', { other: '1' }, '.other'],
  ])('is rejected if it has %s: BAD_GENESIS', (_, change, path = '') => {
    expect(rejectionOf({ ...json, ...change })).toMatchObject({
      code: 'BAD_GENESIS',
      data: { path: `admission${path}` },
    })
  })
})
