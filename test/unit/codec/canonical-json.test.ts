import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { canonicalJson, parseJson } from '../../../src/codec/canonical-json.ts'

describe('canonical JSON', () => {
  it("sorts keys by UTF-16 units and escapes as RFC 8785's example does", () => {
    // RFC 8785, section 3.2.3.
    const value = {
      '\u20ac': 'Euro Sign',
      '\r': 'Carriage Return',
      '\ufb33': 'Hebrew Letter Dalet With Dagesh',
      '1': 'One',
      '\ud83d\ude00': 'Emoji: Grinning Face',
      '\u0080': 'Control',
      '\u00f6': 'Latin Small Letter O With Diaeresis',
    }
    expect(Object.values(JSON.parse(canonicalJson(value)))).toHaveLength(7)
    expect(canonicalJson(value)).toBe(
      '{"\\r":"Carriage Return","1":"One","\u0080":"Control","\u00f6":"Latin Small Letter O With Diaeresis",' +
        '"\u20ac":"Euro Sign","\ud83d\ude00":"Emoji: Grinning Face","\ufb33":"Hebrew Letter Dalet With Dagesh"}',
    )
    expect(canonicalJson(['\u20ac$\u000f\nA\'B"\\\\"/'])).toBe('["\u20ac$\\u000f\\nA\'B\\"\\\\\\\\\\"/"]')
  })

  it('does not depend on the order of keys, and parses back to the same value', () => {
    fc.assert(
      fc.property(fc.jsonValue(), (value) => {
        const text = canonicalJson(value)
        expect(canonicalJson(reversed(value))).toBe(text)
        expect(parseJson(text, 1_000_000)).toEqual(JSON.parse(text))
        expect(canonicalJson(parseJson(JSON.stringify(value, null, 2), 1_000_000))).toBe(text)
      }),
    )
  })

  it.each([
    ['a lone surrogate', '\ud800'],
    ['a lone surrogate in a key', { '\udc00': '' }],
    ['NaN', Number.NaN],
    ['a bigint', 1n],
    ['undefined', undefined],
  ])('rejects %s', (_, value) => {
    expect(() => canonicalJson(value)).toThrow(expect.objectContaining({ code: 'MALFORMED' }))
  })
})

describe('parseJson', () => {
  it('agrees with JSON.parse on any text, where keys differ', () => {
    fc.assert(
      fc.property(fc.json(), (text) => {
        expect(parseJson(text, 1_000_000)).toEqual(JSON.parse(text))
      }),
    )
  })

  it('rejects whatever JSON.parse rejects', () => {
    const fragment = fc.constantFrom(
      '{',
      '}',
      '[',
      ']',
      ',',
      ':',
      '"a"',
      '"',
      '1',
      '01',
      '-',
      '.5',
      'true',
      'nul',
      ' ',
    )
    fc.assert(
      fc.property(fc.array(fragment, { maxLength: 7 }), (fragments) => {
        const text = fragments.join('')
        let expected: unknown
        try {
          expected = JSON.parse(text)
        } catch {
          expect(() => parseJson(text, 100)).toThrow(expect.objectContaining({ code: 'MALFORMED' }))
          return
        }
        // The only valid text of these fragments that we reject is {"a":1,"a":1} and its like.
        try {
          expect(parseJson(text, 100)).toEqual(expected)
        } catch (error) {
          expect((error as Error).message).toMatch(/twice/)
        }
      }),
      { numRuns: 3000 },
    )
  })

  it.each([
    ['a key twice', '{"a":1,"b":2,"a":1}'],
    ['a key twice, once escaped', '{"a":1,"\\u0061":1}'],
    ['a key twice deep inside', '[{"x":{"a":1,"a":2}}]'],
    ['an escaped lone surrogate', '"\\ud800"'],
    ['a lone surrogate', '"\ud800"'],
    ['a raw line feed in a string', '"\n"'],
    ['a comma too many', '[1,]'],
    ['a comment', '[1] // one'],
    ['a byte-order mark', '\ufeff[]'],
    ['nothing', ''],
    ['two values', '1 2'],
  ])('rejects %s', (_, text) => {
    expect(() => parseJson(text, 1000)).toThrow(expect.objectContaining({ code: 'MALFORMED' }))
  })

  it('treats __proto__ as an ordinary key', () => {
    const value = parseJson('{"__proto__":{"admin":true}}', 100)
    expect(Object.keys(value as object)).toEqual(['__proto__'])
    expect((value as { admin?: boolean }).admin).toBeUndefined()
  })

  it('rejects texts over the limit, counted in bytes', () => {
    expect(parseJson('"\u20ac"', 5)).toBe('\u20ac')
    expect(() => parseJson('"\u20ac"', 4)).toThrow(expect.objectContaining({ code: 'TOO_LARGE' }))
  })

  it('rejects deep nesting without overflowing the stack', () => {
    const nested = (depth: number) => '['.repeat(depth) + ']'.repeat(depth)
    expect(parseJson(nested(32), 1000)).toBeInstanceOf(Array)
    expect(() => parseJson(nested(100_000), 1_000_000)).toThrow(
      expect.objectContaining({ code: 'TOO_LARGE' }),
    )
  })
})

describe('parseJson, on strings as long as a document may be,', () => {
  it.each([
    ['a letter', 'a'],
    ['an escaped line feed', '\\n'],
    ['an escaped backslash', '\\\\'],
    ['an escaped quote', '\\"'],
    ['a quote between escaped backslashes', '\\\\\\"'],
  ])('reads a string of 16 MiB of %s, and refuses it without its end', (_, part) => {
    const literal = `"${part.repeat(2 ** 24 / part.length)}"`
    const limit = literal.length + 1
    // Compared as one boolean, because a difference of such texts would be printed.
    expect(parseJson(literal, limit) === JSON.parse(literal)).toBe(true)
    for (const wrong of [literal.slice(0, -1), `${literal}"`])
      expect(() => parseJson(wrong, limit)).toThrow(expect.objectContaining({ code: 'MALFORMED' }))
  })
})

/** The same JSON value with every object's keys in reverse order of insertion. */
function reversed(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(reversed)
  if (value === null || typeof value !== 'object') return value
  return Object.fromEntries(
    Object.entries(value)
      .reverse()
      .map(([key, inner]) => [key, reversed(inner)]),
  )
}
