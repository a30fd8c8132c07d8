import { generateKeyPairSync } from 'node:crypto'
import fc from 'fast-check'
import { beforeAll, describe, expect, it } from 'vitest'
import { DecodeError } from '../../../src/codec/error.ts'
import { parseRsaSpki } from '../../../src/crypto/rsa-spki.ts'

const RSA = [0x06, 0x09, 0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x01, 0x01]
const NULL = [0x05, 0x00]
const EXPONENT = [0x02, 0x03, 0x01, 0x00, 0x01]
/** An odd number of this many bits, as DER wants it. */
const modulusOf = (bits: number) => {
  const bytes = new Array<number>(Math.ceil(bits / 8)).fill(0xa5)
  bytes[0] = 1 << ((bits - 1) % 8)
  return bytes[0] >= 0x80 ? [0, ...bytes] : bytes
}

/** DER with as many length bytes as asked for; undefined = minimal. */
function der(tag: number, content: number[], lengthBytes?: number): number[] {
  const n = content.length
  const count = lengthBytes ?? (n < 0x80 ? 0 : n < 0x100 ? 1 : 2)
  const length = count === 0 ? [n] : [0x80 + count, ...(count === 1 ? [n] : [n >> 8, n & 0xff])]
  return [tag, ...length, ...content]
}

interface Parts {
  algorithm?: number[]
  modulus?: number[]
  exponent?: number[]
  unused?: number
  tail?: number[]
  bitsTail?: number[]
  spkiTail?: number[]
}

function spki({
  algorithm,
  modulus,
  exponent,
  unused = 0,
  tail = [],
  bitsTail = [],
  spkiTail = [],
}: Parts = {}): Uint8Array {
  const key = der(0x30, [...der(0x02, modulus ?? modulusOf(2048)), ...(exponent ?? EXPONENT), ...tail])
  return Uint8Array.from(
    der(0x30, [
      ...der(0x30, algorithm ?? [...RSA, ...NULL]),
      ...der(0x03, [unused, ...key, ...bitsTail]),
      ...spkiTail,
    ]),
  )
}

let real: Uint8Array
beforeAll(() => {
  const { publicKey } = generateKeyPairSync('rsa', { modulusLength: 2048 })
  real = new Uint8Array(publicKey.export({ type: 'spki', format: 'der' }))
})

describe('RSA keys', () => {
  it("are read in OpenSSL's encoding, from 2048 to 4096 bits", () => {
    expect(parseRsaSpki(real).modulus).toHaveLength(256)
    for (const bits of [2048, 2049, 3072, 4095, 4096]) {
      expect(parseRsaSpki(spki({ modulus: modulusOf(bits) })).modulus).toHaveLength(Math.ceil(bits / 8))
    }
  })

  it.each<[string, Parts, string]>([
    ['a modulus of 2047 bits', { modulus: modulusOf(2047) }, 'MALFORMED'],
    ['a modulus of 1024 bits', { modulus: modulusOf(1024) }, 'MALFORMED'],
    ['a modulus of 4097 bits', { modulus: modulusOf(4097) }, 'TOO_LARGE'],
    ['an even modulus', { modulus: [...modulusOf(2048).slice(0, -1), 0xa4] }, 'MALFORMED'],
    ['a negative modulus', { modulus: modulusOf(2048).slice(1) }, 'MALFORMED'],
    ['a modulus with a zero byte in front', { modulus: [0, ...modulusOf(2048)] }, 'NOT_CANONICAL'],
    ['no modulus', { modulus: [] }, 'MALFORMED'],
    ['e = 3', { exponent: [0x02, 0x01, 0x03] }, 'MALFORMED'],
    ['e = 65539', { exponent: [0x02, 0x03, 0x01, 0x00, 0x03] }, 'MALFORMED'],
    ['e with a zero byte in front', { exponent: [0x02, 0x04, 0x00, 0x01, 0x00, 0x01] }, 'NOT_CANONICAL'],
    ['e with a long length', { exponent: [0x02, 0x81, 0x03, 0x01, 0x00, 0x01] }, 'NOT_CANONICAL'],
    ['e = 2^24 + 256', { exponent: [0x02, 0x04, 0x01, 0x00, 0x01, 0x00] }, 'MALFORMED'],
    ['e with a longer length', { exponent: [0x02, 0x82, 0x00, 0x03, 0x01, 0x00, 0x01] }, 'NOT_CANONICAL'],
    ['no parameters', { algorithm: RSA }, 'MALFORMED'],
    ['other parameters', { algorithm: [...RSA, 0x30, 0x00] }, 'MALFORMED'],
    ['id-RSASSA-PSS', { algorithm: [...RSA.slice(0, -1), 0x0a, ...NULL] }, 'MALFORMED'],
    ['unused bits', { unused: 1 }, 'MALFORMED'],
    ['something behind the exponent', { tail: NULL }, 'MALFORMED'],
    ['something behind the numbers', { bitsTail: NULL }, 'MALFORMED'],
    ['something behind the bit string', { spkiTail: NULL }, 'MALFORMED'],
  ])('are rejected with %s', (_, parts, code) => {
    expect(() => parseRsaSpki(spki(parts))).toThrow(expect.objectContaining({ code }))
  })

  it('are rejected with a length that is not minimal, at any place', () => {
    const inner = [...der(0x02, modulusOf(2048)), ...EXPONENT]
    const algorithm = der(0x30, [...RSA, ...NULL])
    const bits = der(0x03, [0, ...der(0x30, inner)])
    const indefinite = [0x30, 0x80, ...algorithm, ...bits, 0, 0]
    expect(() => parseRsaSpki(Uint8Array.from(indefinite))).toThrow(DecodeError)
    const long = [...der(0x30, [...RSA, ...NULL], 1)]
    expect(() => parseRsaSpki(Uint8Array.from(der(0x30, [...long, ...bits])))).toThrow(DecodeError)
    const padded = der(0x30, inner)
    padded.splice(1, 1, 0x83, 0x00)
    expect(() =>
      parseRsaSpki(Uint8Array.from(der(0x30, [...algorithm, ...der(0x03, [0, ...padded])]))),
    ).toThrow(DecodeError)
  })

  it('have one encoding: any byte outside the modulus changed, added or removed is rejected', () => {
    // The modulus begins with the zero byte that keeps it positive.
    const modulusAt = real.length - 5 - 257
    for (let at = 0; at < real.length; at++) {
      if (at >= modulusAt && at < real.length - 5) continue
      for (const flip of [1, 0x80, 0xff]) {
        const changed = real.slice()
        changed[at]! ^= flip
        expect(() => parseRsaSpki(changed), `byte ${at} ^ ${flip}`).toThrow(DecodeError)
      }
    }
    for (let length = 0; length < real.length; length++) {
      expect(() => parseRsaSpki(real.subarray(0, length))).toThrow(DecodeError)
    }
    expect(() => parseRsaSpki(Uint8Array.of(...real, 0))).toThrow(DecodeError)
  })

  it('parse to DecodeError or a key on any bytes', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 600 }), (bytes) => {
        expect(() => parseRsaSpki(bytes)).toThrow(DecodeError)
      }),
    )
  })
})
