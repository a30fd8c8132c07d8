import { describe, expect, it } from 'vitest'
import { brief, WHOLE } from '../../../src/explorer/app/brief.ts'
import { formatCount, formatRelative, formatUnits, shortened } from '../../../src/explorer/app/format.ts'
import { chosenLanguage } from '../../../src/explorer/app/language.ts'
import { matchPath } from '../../../src/explorer/app/router.ts'
import { rhythmOf } from '../../../src/explorer/pages/network-rhythm.tsx'

describe('amounts', () => {
  it('are exact whatever their size, by the decimals of their asset', () => {
    expect(formatCount('340282366920938463463374607431768211455')).toBe(
      '340,282,366,920,938,463,463,374,607,431,768,211,455',
    )
    expect(formatUnits('123456789', 2)).toBe('1,234,567.89')
    expect(formatUnits('9007199254740993000000000000000001', 18)).toBe(
      '9,007,199,254,740,993.000000000000000001',
    )
    expect(formatUnits('100', 2)).toBe('1')
    expect(formatUnits('5', 3)).toBe('0.005')
    expect(formatUnits(0n, 18)).toBe('0')
  })
})

describe('times', () => {
  it('are told from now in the largest unit that fits', () => {
    const now = Date.UTC(2026, 0, 2)
    const ago = (ms: number) => formatRelative(new Date(now - ms), now)
    expect(ago(0)).toBe('now')
    expect(ago(59_000)).toBe('59 seconds ago')
    expect(ago(119_000)).toBe('1 minute ago')
    expect(ago(86_400_000)).toBe('yesterday')
    expect(ago(-7_200_000)).toBe('in 2 hours')
  })

  it('are now where the clock of this device is behind by up to a minute, and ahead of it beyond that', () => {
    const behind = (ms: number) => formatRelative(new Date(ms), 0)
    expect([1, 1_000, 60_000].map(behind)).toEqual(['now', 'now', 'now'])
    expect(behind(60_001)).toBe('in 1 minute')
  })
})

describe('the language', () => {
  it('is the first of the visitor’s that the page speaks, and the locale is the visitor’s', () => {
    expect(chosenLanguage(['fr-FR', 'de-AT', 'en-GB'])).toEqual({ language: 'de', locale: 'de-AT' })
    expect(chosenLanguage(['EN-gb'])).toEqual({ language: 'en', locale: 'EN-gb' })
    expect(chosenLanguage(['constructor', 'ja'])).toEqual({ language: 'en', locale: 'en' })
  })
})

describe('a path', () => {
  it('names its parts decoded, one segment each', () => {
    expect(matchPath('/asset/:code/unit/:n', '/asset/https%3A%2F%2Fid.gs1.org%2F01%2F1/unit/7')).toEqual({
      code: 'https://id.gs1.org/01/1',
      n: '7',
    })
    expect(matchPath('/blocks', '/blocks/')).toEqual({})
    for (const path of ['/asset/a/b', '/asset/', '/asset/%E0%A4%A', '/assets/a'])
      expect(matchPath('/asset/:code', path)).toBeUndefined()
    expect(matchPath('/', '/')).toEqual({})
  })
})

describe('what a visitor asked for', () => {
  it('is shown without what cannot be seen, and not at length', () => {
    expect(brief('a\u202eb\u0000c')).toBe('a\\u{202e}b\\u{0}c')
    expect(brief('x'.repeat(4_000))).toBe(`${'x'.repeat(79)}…`)
    expect(brief('x'.repeat(4_000), WHOLE)).toHaveLength(4_000)
  })

  it('is shortened in the middle where it is a hash', () => {
    expect(shortened('0123456789abcdef0123')).toBe('01234567…ef0123')
    expect(shortened('0123456789abcde')).toBe('0123456789abcde')
  })
})

describe('the rhythm of blocks', () => {
  it('is the time and the views since the block before, without genesis', () => {
    const block = (height: number, seconds: number, view: number) => ({
      height: `${height}`,
      view: `${view}`,
      timestamp: new Date(seconds * 1_000).toISOString(),
      proposer: null,
    })
    const bars = rhythmOf([block(3, 20, 9), block(2, 14, 6), block(1, 13, 5), block(0, 0, 0)])
    expect(bars).toEqual([
      { at: 2, value: 1, name: '2', views: 1 },
      { at: 3, value: 6, name: '3', views: 3 },
    ])
  })
})
