import { bech32, bech32m } from '@scure/base'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { bytesToHex, hexToBytes } from '../../../src/codec/bytes.ts'
import { decodeAddress, encodeAddress } from '../../../src/crypto/address.ts'
import {
  fieldFromBytes,
  fieldFromHex,
  fieldToBytes,
  fieldToHex,
  isField,
  R,
  readField,
  writeField,
} from '../../../src/crypto/field.ts'

const field = fc.oneof(
  fc.bigInt(0n, R - 1n),
  fc.constantFrom(0n, 1n, R - 1n, 2n ** 64n, 2n ** 128n, 2n ** 192n),
)

describe('field elements', () => {
  it('round-trip through 32 big-endian bytes and 64 hex digits', () => {
    fc.assert(
      fc.property(field, (value) => {
        expect(bytesToHex(fieldToBytes(value))).toBe(value.toString(16).padStart(64, '0'))
        expect(fieldFromBytes(fieldToBytes(value))).toBe(value)
        expect(fieldFromHex(fieldToHex(value))).toBe(value)
        const buffer = new Uint8Array(40)
        writeField(value, buffer.subarray(3), 4)
        expect(readField(buffer.subarray(1), 6)).toBe(value)
      }),
    )
  })

  it('are rejected when r or larger', () => {
    for (const value of [R, R + 1n, 2n ** 254n, 2n ** 256n - 1n]) {
      const hex = value.toString(16).padStart(64, '0')
      expect(isField(value)).toBe(false)
      expect(() => fieldFromHex(hex)).toThrow(expect.objectContaining({ code: 'NOT_CANONICAL' }))
      expect(() => fieldFromBytes(hexToBytes(hex))).toThrow(
        expect.objectContaining({ code: 'NOT_CANONICAL' }),
      )
      expect(() => fieldToBytes(value)).toThrow(RangeError)
    }
    expect(isField(-1n)).toBe(false)
    expect(() => fieldToBytes(-1n)).toThrow(RangeError)
  })

  it('are neither read nor written beyond the end of the bytes', () => {
    const bytes = new Uint8Array(40)
    expect(readField(bytes, 8)).toBe(0n)
    expect(() => readField(bytes, 9)).toThrow(RangeError)
    expect(() => writeField(1n, bytes, 9)).toThrow(RangeError)
    expect(bytes).toEqual(new Uint8Array(40))
  })

  it('are rejected in another length', () => {
    for (const length of [0, 31, 33]) {
      expect(() => fieldFromBytes(new Uint8Array(length))).toThrow(
        expect.objectContaining({ code: 'MALFORMED' }),
      )
      expect(() => fieldFromHex('00'.repeat(length))).toThrow(expect.objectContaining({ code: 'MALFORMED' }))
    }
    expect(() => fieldFromHex(`0x${'00'.repeat(31)}`)).toThrow(expect.objectContaining({ code: 'MALFORMED' }))
  })
})

describe('addresses', () => {
  it('round-trip any account', () => {
    fc.assert(
      fc.property(field, (account) => {
        const address = encodeAddress(account)
        expect(address).toMatch(/^inp1[02-9ac-hj-np-z]{58}$/)
        expect(decodeAddress(address)).toBe(account)
      }),
    )
  })

  it('match encodings computed by the BIP 350 reference implementation', () => {
    // Computed with the reference implementation in BIP 350.
    expect(encodeAddress(0n)).toBe('inp1qqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqyxlvcd')
    expect(encodeAddress(1n)).toBe('inp1qqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqs38h5d7')
  })

  it('are rejected with any one character replaced', () => {
    const address = encodeAddress(R - 1n)
    fc.assert(
      fc.property(
        fc.nat(address.length - 1),
        fc.string({ unit: 'grapheme-ascii', minLength: 1, maxLength: 1 }),
        (at, char) => {
          fc.pre(address[at] !== char)
          const changed = address.slice(0, at) + char + address.slice(at + 1)
          expect(() => decodeAddress(changed)).toThrow(expect.objectContaining({ code: 'MALFORMED' }))
        },
      ),
    )
  })

  it('are rejected with a value of r or more', () => {
    const words = bech32m.toWords(hexToBytes(R.toString(16)))
    expect(() => decodeAddress(bech32m.encode('inp', words))).toThrow(
      expect.objectContaining({ code: 'NOT_CANONICAL' }),
    )
  })

  it.each([
    ['nothing', ''],
    ['upper case', encodeAddress(5n).toUpperCase()],
    ['a blank behind', `${encodeAddress(5n)} `],
    ['another prefix', bech32m.encode('inq', bech32m.toWords(fieldToBytes(5n)))],
    ['31 bytes', bech32m.encode('inp', bech32m.toWords(new Uint8Array(31)))],
    ['a bech32 checksum', bech32.encode('inp', bech32.toWords(fieldToBytes(5n)))],
    [
      'padding that is not zero',
      bech32m.encode('inp', [...bech32m.toWords(fieldToBytes(5n)).slice(0, -1), 1]),
    ],
  ])('are rejected with %s', (_, text) => {
    expect(() => decodeAddress(text)).toThrow(expect.objectContaining({ code: 'MALFORMED' }))
  })
})
