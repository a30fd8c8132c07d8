import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { Reader, Writer } from '../../../src/codec/binary.ts'

describe('Writer and Reader', () => {
  it('write big-endian and in order', () => {
    const bytes = new Writer().u8(1).u16(0x0203).u32(0x04050607).u48(0x08090a0b0c0d).uint(0x0e0fn, 3).done()
    expect(bytes).toEqual(Uint8Array.of(1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 0, 14, 15))
  })

  it('round-trip any values', () => {
    fc.assert(
      fc.property(
        fc.nat(0xff),
        fc.nat(0xffff),
        fc.nat(2 ** 32 - 1),
        fc.integer({ min: 0, max: 2 ** 48 - 1 }),
        fc.bigInt(0n, 2n ** 120n - 1n),
        fc.uint8Array({ maxLength: 2000 }),
        (a, b, c, d, e, f) => {
          const written = new Writer().u8(a).u16(b).u32(c).u48(d).uint(e, 15).varBytes(f).fixed(f).done()
          const reader = new Reader(written)
          expect([reader.u8(), reader.u16(), reader.u32(), reader.u48(), reader.uint(15)]).toEqual([
            a,
            b,
            c,
            d,
            e,
          ])
          expect(reader.varBytes(2000)).toEqual(f)
          expect(reader.fixed(f.length)).toEqual(f)
          reader.end()
        },
      ),
    )
  })

  it('reject a value that does not fit', () => {
    expect(() => new Writer().u8(256)).toThrow(RangeError)
    expect(() => new Writer().u16(-1)).toThrow(RangeError)
    expect(() => new Writer().u48(2 ** 48)).toThrow(RangeError)
    expect(() => new Writer().u32(1.5)).toThrow(RangeError)
    expect(() => new Writer().uint(256n, 1)).toThrow(RangeError)
    expect(() => new Writer().uint(-1n, 8)).toThrow(RangeError)
  })

  it('reject every truncation and every extra byte', () => {
    const bytes = new Writer()
      .u16(7)
      .varBytes(Uint8Array.of(1, 2, 3))
      .uint(5n, 4)
      .done()
    const read = (input: Uint8Array) => {
      const reader = new Reader(input)
      reader.u16()
      reader.varBytes(3)
      reader.uint(4)
      reader.end()
    }
    read(bytes)
    for (let length = 0; length < bytes.length; length++) {
      expect(() => read(bytes.subarray(0, length))).toThrow(expect.objectContaining({ code: 'MALFORMED' }))
    }
    expect(() => read(Uint8Array.of(...bytes, 0))).toThrow(expect.objectContaining({ code: 'MALFORMED' }))
  })

  it('reject a length over the limit before reading what follows', () => {
    const huge = new Writer().u32(2 ** 32 - 1).done()
    const four = new Writer().varBytes(new Uint8Array(4)).done()
    expect(new Reader(four).varBytes(4)).toHaveLength(4)
    expect(() => new Reader(four).varBytes(3)).toThrow(expect.objectContaining({ code: 'TOO_LARGE' }))
    expect(() => new Reader(huge).varBytes(10)).toThrow(expect.objectContaining({ code: 'TOO_LARGE' }))
  })

  it('do not share memory with what was written or read', () => {
    const source = Uint8Array.of(1, 2)
    const written = new Writer().fixed(source).done()
    const read = new Reader(written).fixed(2)
    source[0] = 9
    written[1] = 9
    expect(written[0]).toBe(1)
    expect(read).toEqual(Uint8Array.of(1, 2))
  })
})
