import { describe, expect, it } from 'vitest'
import { checkBlockEra, checkSubmissionEra } from '../../../src/ledger/era.ts'
import { parseDecimal, requireDecimal } from '../../../src/ledger/json-reader.ts'
import { checkNote, memoOf, noteMatches } from '../../../src/ledger/note.ts'
import {
  isRejection,
  isRejectionCode,
  REJECTIONS,
  RejectionError,
  reject,
  throwRejection,
} from '../../../src/ledger/rejection.ts'

describe('rejections', () => {
  it('have a code of capitals and one sentence each, no two alike', () => {
    const sentences = Object.values(REJECTIONS)
    for (const code of Object.keys(REJECTIONS)) expect(code).toMatch(/^[A-Z]+(_[A-Z]+)*$/)
    for (const sentence of sentences) expect(sentence).toMatch(/^[A-Z].*\.$/)
    expect(new Set(sentences).size).toBe(sentences.length)
    expect(isRejectionCode('STALE_START')).toBe(true)
    expect(isRejectionCode('toString')).toBe(false)
  })

  it('carry their data, fit for JSON', () => {
    const rejection = reject('STALE_START', { expected: 5n, got: 2n ** 119n })
    expect(rejection.data).toEqual({ expected: '5', got: (2n ** 119n).toString() })
    expect(rejection.message).toBe(`${REJECTIONS.STALE_START} (expected 5, got ${2n ** 119n})`)
    expect(JSON.parse(JSON.stringify(rejection))).toEqual(rejection)
    expect(isRejection(rejection)).toBe(true)
    expect([isRejection(null), isRejection(undefined), isRejection({ code: 1 })]).toEqual([
      false,
      false,
      false,
    ])
  })

  it('set texts of several words apart that would run into what follows', () => {
    const { message, data } = reject('BAD_HEADER', { line: 1, missing: 'asset, from', header: 'a,"b"' })
    expect(message).toBe(`${REJECTIONS.BAD_HEADER} (line 1, missing "asset, from", header "a,\\"b\\"")`)
    expect(data.missing).toBe('asset, from')
  })

  it('are thrown by parsers as RejectionError', () => {
    expect(() => throwRejection('TO_MINT')).toThrow(RejectionError)
    expect(() => throwRejection('TO_MINT')).toThrow(REJECTIONS.TO_MINT)
  })
})

describe('eras', () => {
  const rules = { delay: 2, ttl: 10 }

  it.each([
    [11, 'ERA_TOO_SOON'],
    [12, undefined],
    [22, undefined],
    [23, 'ERA_TOO_FAR'],
  ])('submitted in era 10, an action of era %i: %s', (era, code) => {
    expect(checkSubmissionEra(era, 10, rules)?.code).toBe(code)
  })

  it.each([
    [9, 'ERA_TOO_SOON'],
    [10, undefined],
    [19, undefined],
    [20, 'ERA_EXPIRED'],
  ])('in a block of era %i, an action of era 10: %s', (blockEra, code) => {
    expect(checkBlockEra(10, blockEra, rules)?.code).toBe(code)
  })
})

describe('notes', () => {
  it('are texts of at most 4 KiB that a memo may commit to', () => {
    expect(checkNote('Grüße\nan\talle')).toBeNull()
    expect(checkNote('x'.repeat(4096))).toBeNull()
    expect(checkNote('x'.repeat(4097))?.code).toBe('BAD_NOTE')
    expect(checkNote('ü'.repeat(2049))?.code).toBe('BAD_NOTE')
    expect(checkNote('nul\u0000')?.code).toBe('BAD_NOTE')
    expect(checkNote('\ud800')?.code).toBe('BAD_NOTE')
    for (const control of '\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069')
      expect(checkNote(`a${control}\nb`)?.code).toBe('BAD_NOTE')
    expect(checkNote('شكرا\n\u200c\u200d\u2065\u206a תודה')).toBeNull()
    expect(noteMatches('a', memoOf('a'))).toBe(true)
    expect(noteMatches('a', memoOf('b'))).toBe(false)
    expect(noteMatches('', 0n)).toBe(false)
  })
})

describe('decimals', () => {
  it.each(['', '-1', '+1', '01', '1.0', '1e3', ' 1', '1 ', '0x1', '१', '1_000', '9'.repeat(79)])(
    'reject %j',
    (text) => {
      expect(parseDecimal(text, 0n, 10n ** 90n)).toBeUndefined()
    },
  )

  it('keep to their bounds', () => {
    expect(parseDecimal('0', 0n, 5n)).toBe(0n)
    expect(parseDecimal('6', 0n, 5n)).toBeUndefined()
    expect(requireDecimal('5', 'amount', 1n, 5n)).toBe(5n)
    expect(() => requireDecimal('0', 'amount', 1n, 5n)).toThrow(RejectionError)
  })
})
