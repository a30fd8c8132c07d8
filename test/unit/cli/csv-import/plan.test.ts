import { describe, expect, it } from 'vitest'
import { codeOf, printable } from '../../../../src/cli/csv-import/codes.ts'
import { MINT_SIDE, RETIRED_SIDE } from '../../../../src/cli/csv-import/moves.ts'
import { Planner, type RowPlan } from '../../../../src/cli/csv-import/plan.ts'
import type { Row } from '../../../../src/cli/csv-import/rows.ts'
import { MAX_AMOUNT } from '../../../../src/ledger/params.ts'

const NOBODY = '0'

/** Rows from "from to amount" lines, all of one asset unless a fourth word names another. */
function rowsOf(...lines: string[]): Row[] {
  return lines.map((line, i) => {
    const [from = '', to = '', amount = '1', asset = 'thing'] = line.split(' ')
    return { number: i + 1, asset, from, to, amount, memo: undefined, time: undefined }
  })
}

/** Both passes over the rows: the plan of each. */
function plansOf(rows: Row[], strict = false): RowPlan[] {
  const planner = new Planner({ prefix: '', decimals: 0, zero: NOBODY, strict })
  for (const row of rows) planner.survey(row)
  planner.rewind()
  return rows.map((row) => {
    const plan = planner.plan(row)
    if ('rejected' in plan) return plan
    if (plan.register) planner.assets.registered('thing', { id: 1n, cap: BigInt(plan.register.cap) })
    for (const move of plan.moves) planner.apply('thing', move)
    return plan
  })
}

const movesOf = (plan: RowPlan) =>
  'rejected' in plan ? plan.rejected : plan.moves.map(({ from, to, fromStart }) => [from, to, fromStart])
const capOf = (plan: RowPlan) => ('rejected' in plan ? undefined : plan.register?.cap)

it('an import knows which assets have other codes than in the file', () => {
  const planner = new Planner({ prefix: 'P-', decimals: 0, zero: NOBODY, strict: false })
  const rows = rowsOf('0 ann', '0 ann', '0 bob', '0 bob', '0 cem')
  for (const [i, asset] of ['LOT', 'LOT 7', 'LOT 7', 'Käse', 'LOT'].entries())
    planner.survey({ ...rows[i]!, asset })
  expect(planner.assets.renamed).toEqual({ count: 2, first: ['LOT 7', codeOf('LOT 7', 'P-')] })
  expect(codeOf('LOT 7', 'P-')).toMatch(/^P-LOT-7\.[0-9a-f]{12}$/)
  const plain = new Planner({ prefix: 'P-', decimals: 0, zero: NOBODY, strict: false })
  plain.survey(rows[0]!)
  expect(plain.assets.renamed).toBeUndefined()
})

describe('the plan of an import', () => {
  it('reads the zero value as an issue when it gives, and as a retirement when it receives', () => {
    const plans = plansOf(rowsOf('0 ann', 'ann bob', 'bob 0'))
    expect(plans.map(movesOf)).toEqual([
      [[MINT_SIDE, 'ann', 0n]],
      [['ann', 'bob', 0n]],
      [['bob', RETIRED_SIDE, 0n]],
    ])
    expect(plans.map((plan) => !('rejected' in plan) && plan.register !== undefined)).toEqual([
      true,
      false,
      false,
    ])
  })

  it('reinstates a retired thing instead of issuing it twice', () => {
    const plans = plansOf(rowsOf('0 ann', 'ann 0', '0 bob', 'bob 0', '0 ann'))
    expect(plans.map(movesOf).slice(2)).toEqual([
      [[RETIRED_SIDE, 'bob', 0n]],
      [['bob', RETIRED_SIDE, 0n]],
      [[RETIRED_SIDE, 'ann', 1n]],
    ])
    expect(capOf(plans[0]!)).toBe('1')
  })

  it('issues a thing to its first giver if the file does not, except in strict mode', () => {
    const rows = rowsOf('ann bob', 'bob cy')
    expect(plansOf(rows).map(movesOf)).toEqual([
      [
        [MINT_SIDE, 'ann', 0n],
        ['ann', 'bob', 0n],
      ],
      [['bob', 'cy', 0n]],
    ])
    expect(plansOf(rows, true).map(movesOf)).toEqual(['NOT_ISSUED', 'NOT_ISSUED'])
  })

  it('sets the cap of an asset to the sum of all its issues', () => {
    const plans = plansOf(rowsOf('0 ann 70', 'ann bob 20', '0 bob 30', 'bob 0 10', '0 cy 10', '0 cy 5'))
    expect(capOf(plans[0]!)).toBe('105')
    // The ten that were retired come back, the five after that are new.
    expect(plans.map(movesOf).slice(4)).toEqual([[[RETIRED_SIDE, 'cy', 0n]], [[MINT_SIDE, 'cy', 100n]]])
  })
})

describe('a reading of the rows in their order', () => {
  it('depends on those before a row, and not on what is on the chain of those behind it', () => {
    const rows = rowsOf('0 ann 5', 'ann bob 9', '0 ann 10', 'bob cy 1', 'ann bob 5')
    const planner = new Planner({ prefix: '', decimals: 0, zero: NOBODY, strict: false })
    for (const row of rows) planner.survey(row)
    planner.rewind()
    const results = [undefined, 'INSUFFICIENT_BALANCE', undefined, 'NO_HOLDING', undefined]
    planner.beginPass()
    expect(rows.map((row) => planner.read(row, false))).toEqual(results)
    for (const [i, row] of rows.entries()) {
      const plan = planner.plan(row)
      if ('rejected' in plan) expect(plan.rejected).toBe(results[i])
      else for (const move of plan.moves) planner.apply('thing', move)
    }
    planner.beginPass()
    expect(rows.map((row, i) => planner.read(row, i === 2))).toEqual(results)
    // On the chain, the second would be covered by now.
    expect(planner.plan(rows[1]!)).toMatchObject({ moves: [{ from: 'ann', amount: 9n }] })
  })

  it('takes a row that is on the chain for applied, whatever those before it leave for it', () => {
    const rows = rowsOf('0 ann 5', 'bob cy 2', 'cy dan 2')
    const planner = new Planner({ prefix: '', decimals: 0, zero: NOBODY, strict: false })
    for (const row of rows) planner.survey(row)
    planner.rewind()
    planner.beginPass()
    expect(rows.map((row, i) => planner.read(row, i === 1))).toEqual([undefined, undefined, undefined])
  })
})

describe('rejected rows of an import', () => {
  it('get the code that the ledger would give, and the rest is planned without them', () => {
    const plans = plansOf(
      rowsOf(
        '0 ann 10',
        'ann ann 1',
        'bob cy 1',
        'ann bob 11',
        'ann bob 0',
        'ann bob -1',
        'ann bob 1e3',
        'ann bob 10',
      ),
    )
    expect(plans.map(movesOf)).toEqual([
      [[MINT_SIDE, 'ann', 0n]],
      'SELF_TRANSFER',
      'NO_HOLDING',
      'INSUFFICIENT_BALANCE',
      'BAD_AMOUNT',
      'BAD_AMOUNT',
      'BAD_AMOUNT',
      [['ann', 'bob', 0n]],
    ])
  })

  it('do not change what later rows find', () => {
    // Were the second row counted in the first pass, the retirement would seem to cover the third.
    const plans = plansOf(rowsOf('0 ann 10', 'bob 0 50', '0 cy 40', 'cy dan 40'))
    expect(plans.map(movesOf)).toEqual([
      [[MINT_SIDE, 'ann', 0n]],
      'NO_HOLDING',
      [[MINT_SIDE, 'cy', 10n]],
      [['cy', 'dan', 0n]],
    ])
    expect(capOf(plans[0]!)).toBe('50')
  })

  it('include those that would take the cap over its bound', () => {
    const plans = plansOf(rowsOf(`0 ann ${MAX_AMOUNT}`, '0 ann 1', `ann bob ${MAX_AMOUNT}`))
    expect(plans.map(movesOf)).toEqual([[[MINT_SIDE, 'ann', 0n]], 'BAD_AMOUNT', [['ann', 'bob', 0n]]])
    expect(capOf(plans[0]!)).toBe(MAX_AMOUNT.toString())
  })
})

describe('what the ledger would reject', () => {
  it('is the result of its row: a note, a counter that is full', () => {
    const rows = rowsOf('0 ann 1', 'ann bob 1', 'bob ann 1')
    rows[1]!.time = 'n'.repeat(4097)
    expect(plansOf(rows).map(movesOf)).toEqual([[[MINT_SIDE, 'ann', 0n]], 'BAD_NOTE', 'NO_HOLDING'])
    const half = (MAX_AMOUNT + 1n) / 2n
    const many = Array.from({ length: 1022 }, (_, i) => (i % 2 ? `bob ann ${half}` : `ann bob ${half}`))
    const plans = plansOf(rowsOf(`0 ann ${half}`, ...many))
    expect(plans.map(movesOf).indexOf('COUNTER_OVERFLOW')).toBe(plans.length - 1)
  })

  it('includes an issue beyond the cap with which an asset was registered before', () => {
    const planner = new Planner({ prefix: '', decimals: 0, zero: NOBODY, strict: false })
    const [first, second] = rowsOf('0 ann 5', '0 ann 7')
    for (const row of [first!, second!]) planner.survey(row)
    planner.rewind()
    planner.assets.registered('thing', { id: 1n, cap: 5n })
    planner.apply('thing', { from: MINT_SIDE, to: 'ann', fromStart: 0n, amount: 5n })
    expect(movesOf(planner.plan(second!))).toBe('INSUFFICIENT_BALANCE')
  })

  it('can be taken back, as if it had not been', () => {
    const planner = new Planner({ prefix: '', decimals: 0, zero: NOBODY, strict: false })
    const [row] = rowsOf('0 ann 5')
    planner.survey(row!)
    planner.rewind()
    const before = planner.plan(row!)
    const move = { from: MINT_SIDE, to: 'ann', fromStart: 0n, amount: 5n } as const
    planner.apply('thing', move)
    expect(planner.plan(row!)).not.toEqual(before)
    planner.revert('thing', move)
    expect(planner.plan(row!)).toEqual(before)
    expect(planner.plan(rowsOf('ann bob 5')[0]!)).toMatchObject({
      moves: [{ from: MINT_SIDE }, { from: 'ann' }],
    })
  })
})

describe('names of imported things', () => {
  const family = '\u{1f469}\u200d\u{1f469}\u200d\u{1f467}'
  it.each([
    ['fit as they are', 'Bowl \u{1f600}', 'Bowl \u{1f600}'],
    [
      'are cut before an emoji that does not fit, and not in it',
      `${'a'.repeat(127)}${family}x`,
      'a'.repeat(127),
    ],
    ['keep an emoji that fits', `${'a'.repeat(123)}${family}x`, `${'a'.repeat(123)}${family}`],
    ['keep an accent with its letter', `${'a'.repeat(127)}e\u0301`, 'a'.repeat(127)],
    [
      'are cut inside a grapheme that is longer than all',
      `e${'\u0301'.repeat(500)}`,
      `e${'\u0301'.repeat(127)}`,
    ],
    [
      'show that there was a character which they may not have',
      'a\nb\0c\u001bd\u202ee',
      'a\ufffdb\ufffdc\ufffdd\ufffde',
    ],
  ])('%s', (_, value, name) => {
    expect(printable(value, 128)).toBe(name)
  })
})

describe('codes of imported things', () => {
  it('are the prefix and the value if that is a valid code', () => {
    expect(codeOf('0xff02000ca7', 'cat:')).toBe('cat:0xff02000ca7')
  })

  it('differ for different values, whatever has to be replaced or cut', () => {
    const values = [
      'a b',
      'a-b',
      'a_b',
      'a\tb',
      'ä',
      'ö',
      '',
      'x'.repeat(65),
      'x'.repeat(66),
      `${'x'.repeat(65)}y`,
    ]
    const codes = values.map((value) => codeOf(value, 'p:'))
    expect(new Set(codes).size).toBe(values.length)
    for (const code of codes) expect(code).toMatch(/^[A-Za-z0-9._:/-]{1,64}$/)
  })
})
