import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { Writer } from '../../../src/codec/binary.ts'
import { bytesToHex, concatBytes, equalBytes, utf8 } from '../../../src/codec/bytes.ts'
import { fieldToBytes, R } from '../../../src/crypto/field.ts'
import { actionId, decodeAction, encodeAction } from '../../../src/ledger/action-codec.ts'
import { canonicalDefinition } from '../../../src/ledger/definition.ts'
import { MAX_ACTION_BYTES, MAX_AMOUNT, MAX_COUNTER, MAX_ERA } from '../../../src/ledger/params.ts'
import { RejectionError } from '../../../src/ledger/rejection.ts'
import {
  definitionOf,
  eddsaKey,
  rsaKey,
  signRegister,
  signTransfer,
} from '../../support/ledger/ledger-world.ts'

const alice = eddsaKey('alice')
const bob = rsaKey()
const largest = {
  chainId: R - 1n,
  from: R - 1n,
  to: R - 1n,
  assetId: R - 1n,
  fromStart: MAX_COUNTER,
  amount: MAX_AMOUNT,
  era: MAX_ERA,
  memo: R - 1n,
}
const transfer = signTransfer(alice, { ...largest, era: 7, amount: 5n })
const register = signRegister(bob, { chainId: 9n, definition: definitionOf(bob), era: 3 })
const actions = { transfer, register, largest: signTransfer(bob, largest) }

/** The code a decoder rejects bytes with; undefined if it takes them. */
function codeOf(bytes: Uint8Array): string | undefined {
  try {
    decodeAction(bytes)
    return undefined
  } catch (error) {
    if (!(error instanceof RejectionError)) throw error
    return error.rejection.code
  }
}

/** The bytes with some of them replaced. */
function patch(bytes: Uint8Array, offset: number, replacement: Uint8Array): Uint8Array {
  const patched = bytes.slice()
  patched.set(replacement, offset)
  return patched
}

describe('the action codec', () => {
  it.each(Object.entries(actions))('returns the same %s', (_, action) => {
    const bytes = encodeAction(action)
    expect(decodeAction(bytes)).toEqual(action)
    expect(bytesToHex(actionId(bytes))).toHaveLength(64)
  })

  it.each(Object.entries(actions))(
    'rejects a %s cut short anywhere, or with a byte too many: MALFORMED',
    (_, action) => {
      const bytes = encodeAction(action)
      for (let length = 0; length < bytes.length; length++) {
        expect(codeOf(bytes.subarray(0, length))).toMatch(/MALFORMED|NOT_CANONICAL/)
      }
      expect(codeOf(concatBytes(bytes, Uint8Array.of(0)))).toBe('MALFORMED')
    },
  )

  it.each([
    ['version', 0, Uint8Array.of(2)],
    ['type', 1, Uint8Array.of(2)],
    ['kind of key', 197, Uint8Array.of(2)],
  ])('rejects an unknown %s: MALFORMED', (_, offset, replacement) => {
    expect(codeOf(patch(encodeAction(transfer), offset, replacement))).toBe('MALFORMED')
  })

  it.each([
    ['chainId', 2],
    ['from', 34],
    ['to', 66],
    ['assetId', 98],
    ['memo', 165],
  ])('rejects a %s that is not below the field order: NOT_CANONICAL', (_, offset) => {
    const r = new Writer().uint(R, 32).done()
    expect(codeOf(patch(encodeAction(transfer), offset, r))).toBe('NOT_CANONICAL')
    expect(codeOf(patch(encodeAction(transfer), offset, fieldToBytes(R - 1n)))).toBeUndefined()
  })

  it('rejects what is over a limit, before it copies anything: TOO_LARGE', () => {
    expect(codeOf(new Uint8Array(MAX_ACTION_BYTES + 1))).toBe('TOO_LARGE')
    expect(codeOf(patch(encodeAction(transfer), 198, Uint8Array.of(0xff, 0xff, 0xff, 0xff)))).toBe(
      'TOO_LARGE',
    )
    const longKey = { ...transfer, publicKey: { ...transfer.publicKey, bytes: new Uint8Array(601) } }
    expect(codeOf(encodeAction(longKey))).toBe('TOO_LARGE')
    expect(codeOf(encodeAction({ ...transfer, signature: new Uint8Array(513) }))).toBe('TOO_LARGE')
  })

  it('has room for the largest key, signature and definition', () => {
    const values = Object.fromEntries(Array.from({ length: 7 }, (_, i) => [`k${i}`, 'v'.repeat(1024)]))
    const key = rsaKey(4096)
    const large = signRegister(key, {
      chainId: 9n,
      definition: definitionOf(key, { metadata: values }),
      era: 3,
    })
    expect(decodeAction(encodeAction(large))).toEqual(large)
  })

  it('cannot express a negative or too wide number', () => {
    for (const wrong of [
      { amount: -1n },
      { amount: MAX_AMOUNT + 1n },
      { fromStart: MAX_COUNTER + 1n },
      { era: -1 },
      { era: 2 ** 48 },
      { memo: R },
    ]) {
      expect(() => encodeAction({ ...transfer, transfer: { ...largest, ...wrong } })).toThrow(RangeError)
    }
  })

  it('has one encoding for every action: changed bytes are rejected or another action', () => {
    for (const action of Object.values(actions)) {
      const bytes = encodeAction(action)
      const property = fc.property(
        fc.nat(bytes.length - 1),
        fc.integer({ min: 1, max: 255 }),
        (at, change) => {
          const changed = patch(bytes, at, Uint8Array.of(bytes[at]! ^ change))
          if (codeOf(changed) !== undefined) return true
          return equalBytes(encodeAction(decodeAction(changed)), changed)
        },
      )
      fc.assert(property, { numRuns: 300 })
    }
  })

  it('meets arbitrary bytes with a rejection', () => {
    fc.assert(fc.property(fc.uint8Array({ maxLength: 400 }), (bytes) => typeof codeOf(bytes) === 'string'))
  })
})

describe('a definition inside an action', () => {
  const head = encodeAction(register).subarray(0, 40)
  const tail = encodeAction(register).subarray(44 + utf8(canonicalDefinition(register.definition)).length)
  const withText = (text: string) => concatBytes(head, new Writer().varBytes(utf8(text)).done(), tail)
  const json = canonicalDefinition(register.definition)

  it('is taken in its canonical form', () => {
    expect(codeOf(withText(json))).toBeUndefined()
  })

  it.each([
    ['blanks', 'NOT_CANONICAL', ` ${json}`],
    [
      'another order of keys',
      'NOT_CANONICAL',
      `{"code":"LOT-1",${json.slice(1).replace('"code":"LOT-1",', '')}`,
    ],
    ['escapes that are not needed', 'NOT_CANONICAL', json.replace('LOT-1', '\\u004cOT-1')],
    ['a key twice', 'MALFORMED', json.replace('{"cap":"1000",', '{"cap":"1000","cap":"1000",')],
    ['an unknown field', 'BAD_DEFINITION', json.replace('{"cap"', '{"aaa":"1","cap"')],
    ['no JSON', 'MALFORMED', 'LOT-1'],
    ['numbers for decimal strings', 'BAD_DEFINITION', json.replace('"1000"', '1000')],
  ])('is rejected with %s: %s', (_, code, text) => {
    expect(text).not.toBe(json)
    expect(codeOf(withText(text))).toBe(code)
  })

  it('is rejected if it is not UTF-8: MALFORMED', () => {
    const bytes = withText(json)
    const at = 44 + json.indexOf('lot')
    expect(codeOf(patch(bytes, at, Uint8Array.of(0xff)))).toBe('MALFORMED')
  })

  it('is rejected over 8 KiB: TOO_LARGE', () => {
    expect(codeOf(concatBytes(head, new Writer().varBytes(new Uint8Array(8193)).done(), tail))).toBe(
      'TOO_LARGE',
    )
  })
})
