import { describe, expect, it } from 'vitest'
import { columnsOf, fitted, widthOf, wrapped } from '../../../src/standards/text-width.ts'

describe('a text in a picture', () => {
  it('is as wide as its letters are, and at most as wide as high', () => {
    expect(widthOf('iii')).toBeLessThan(widthOf('nnn'))
    expect(widthOf('nnn')).toBeLessThan(widthOf('WWW'))
    expect(widthOf('小麦')).toBe(2)
    expect([columnsOf('ab'), columnsOf('小麦')]).toEqual([2, 4])
  })

  it('is cut only where it does not fit', () => {
    expect(fitted('as it is', 10)).toBe('as it is')
    const cut = fitted('W'.repeat(60), 10)
    expect(cut).toMatch(/^W+…$/)
    expect(widthOf(cut)).toBeLessThanOrEqual(10)
    expect(widthOf(`W${cut}`)).toBeGreaterThan(10)
  })

  it('is parted between words, and inside of a word only if that is wider than a line', () => {
    expect(wrapped('one two three', 5)).toEqual(['one two', 'three'])
    expect(wrapped('a WWWWWWWWWWWW b', 5)).toEqual(['a', 'WWWWW', 'WWWWW', 'WW b'])
    expect(wrapped('', 5)).toEqual([''])
    for (const text of ['x'.repeat(99), 'the quick brown fox '.repeat(9)])
      expect(wrapped(text, 7).every((line) => widthOf(line) <= 7)).toBe(true)
  })
})
