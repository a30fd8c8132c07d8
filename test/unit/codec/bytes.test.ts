import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  bytesToHex,
  concatBytes,
  equalBytes,
  hexToBytes,
  utf8,
  utf8Decode,
} from '../../../src/codec/bytes.ts'

describe('hex', () => {
  it('round-trips any bytes, and agrees with Buffer', () => {
    fc.assert(
      fc.property(fc.uint8Array(), (bytes) => {
        const hex = bytesToHex(bytes)
        expect(hex).toBe(Buffer.from(bytes).toString('hex'))
        expect(hexToBytes(hex)).toEqual(bytes)
      }),
    )
  })

  it.each([
    ['an odd number of digits', 'abc'],
    ['upper case', 'AB'],
    ['a prefix', '0xab'],
    ['a letter beyond f', 'ag'],
    ['a full-width digit', '0１'],
    ['a blank', ' 0'],
  ])('rejects %s', (_, hex) => {
    expect(() => hexToBytes(hex)).toThrow(expect.objectContaining({ code: 'MALFORMED' }))
  })

  it('rejects any length but the expected one', () => {
    expect(hexToBytes('abcd', 2)).toEqual(Uint8Array.of(0xab, 0xcd))
    expect(() => hexToBytes('abcd', 3)).toThrow(expect.objectContaining({ code: 'MALFORMED' }))
  })
})

describe('bytes', () => {
  it('compares by content and length', () => {
    expect(equalBytes(Uint8Array.of(1, 2), concatBytes(Uint8Array.of(1), Uint8Array.of(2)))).toBe(true)
    expect(equalBytes(Uint8Array.of(1, 2), Uint8Array.of(1, 3))).toBe(false)
    expect(equalBytes(Uint8Array.of(1, 2), Uint8Array.of(1, 2, 3))).toBe(false)
  })
})

describe('UTF-8', () => {
  it('round-trips any well-formed text, byte-order mark included', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) => {
        expect(utf8Decode(utf8(text))).toBe(text)
      }),
    )
    expect(utf8Decode(utf8('\ufeffx'))).toBe('\ufeffx')
  })

  it('rejects half of a surrogate pair instead of replacing it', () => {
    for (const text of ['\ud800', 'a\udc00b', '\udc00\ud800']) {
      expect(() => utf8(text)).toThrow(expect.objectContaining({ code: 'MALFORMED' }))
    }
    expect(utf8('\ud83d\ude00')).toEqual(Uint8Array.of(0xf0, 0x9f, 0x98, 0x80))
  })

  it('rejects invalid bytes', () => {
    for (const bytes of [[0xff], [0xc0, 0x80], [0xed, 0xa0, 0x80], [0xe2, 0x82]]) {
      expect(() => utf8Decode(Uint8Array.from(bytes))).toThrow(expect.objectContaining({ code: 'MALFORMED' }))
    }
  })
})
