import { describe, expect, it } from 'vitest'
import { Writer } from '../../../src/codec/binary.ts'
import { bytesToHex, concatBytes } from '../../../src/codec/bytes.ts'
import { R } from '../../../src/crypto/field.ts'
import { sha256 } from '../../../src/crypto/hash.ts'
import { bodyBytesOf, decodeBody, encodeBody } from '../../../src/ledger/body.ts'
import {
  blockHash,
  decodeHeader,
  encodeHeader,
  genesisHeader,
  HEADER_BYTES,
} from '../../../src/ledger/header.ts'
import { RejectionError } from '../../../src/ledger/rejection.ts'
import { genesisOf } from '../../support/ledger/ledger-world.ts'

const header = {
  ...genesisHeader(genesisOf()),
  height: 2 ** 48 - 1,
  view: 12,
  era: 13,
  parentHash: new Uint8Array(32).fill(7),
  proposer: 65_535,
  bodyHash: new Uint8Array(32).fill(8),
  position: 2 ** 32,
  stateRoot: R - 1n,
  historyRoot: 5n,
  batchStateRoot: 6n,
  logRoot: new Uint8Array(32).fill(9),
}

function codeOf(run: () => unknown): string | undefined {
  try {
    run()
  } catch (error) {
    if (error instanceof RejectionError) return error.rejection.code
    throw error
  }
  return undefined
}

describe('a header', () => {
  it('reads what it wrote, in a fixed number of bytes', () => {
    const bytes = encodeHeader(header)
    expect(bytes).toHaveLength(HEADER_BYTES)
    expect(decodeHeader(bytes)).toEqual(header)
  })

  it('has a hash that depends on every field', () => {
    // Small roots: a changed bit leaves them below the field order.
    const bytes = encodeHeader({ ...header, stateRoot: 4n })
    const hashes = new Set([bytesToHex(blockHash(decodeHeader(bytes)))])
    for (let at = 1; at < bytes.length; at++) {
      const changed = bytes.slice()
      changed[at]! ^= 1
      hashes.add(bytesToHex(blockHash(decodeHeader(changed))))
    }
    expect(hashes.size).toBe(HEADER_BYTES)
  })

  it('is rejected in any other form', () => {
    const bytes = encodeHeader(header)
    for (let length = 0; length < bytes.length; length++) {
      expect(codeOf(() => decodeHeader(bytes.subarray(0, length)))).toBe('MALFORMED')
    }
    expect(codeOf(() => decodeHeader(concatBytes(bytes, Uint8Array.of(0))))).toBe('MALFORMED')
    expect(codeOf(() => decodeHeader(concatBytes(Uint8Array.of(1), bytes.subarray(1))))).toBe('MALFORMED')
    const r = new Writer().uint(R, 32).done()
    expect(
      codeOf(() =>
        decodeHeader(concatBytes(bytes.subarray(0, HEADER_BYTES - 64), r, bytes.subarray(HEADER_BYTES - 32))),
      ),
    ).toBe('NOT_CANONICAL')
  })

  it('of the genesis has height 0 and nothing before it', () => {
    expect(genesisHeader(genesisOf())).toMatchObject({
      height: 0,
      view: 0,
      era: 0,
      position: 0,
      parentHash: new Uint8Array(32),
      stateRoot: 0n,
      historyRoot: 0n,
      batchStateRoot: 0n,
      logRoot: sha256(),
    })
  })
})

describe('a body', () => {
  const limits = { maxRecords: 3, maxBodyBytes: 100 }
  const actions = [Uint8Array.of(1, 2), new Uint8Array(0), Uint8Array.of(3)]

  it('reads what it wrote', () => {
    expect(decodeBody(encodeBody(actions), limits)).toEqual(actions)
    expect(decodeBody(encodeBody([]), limits)).toEqual([])
    const sum = actions.reduce((bytes, action) => bytes + bodyBytesOf(action), 4)
    expect(encodeBody(actions)).toHaveLength(sum)
  })

  it('is rejected over a limit', () => {
    expect(codeOf(() => decodeBody(encodeBody([...actions, ...actions]), limits))).toBe('TOO_MANY_RECORDS')
    expect(codeOf(() => decodeBody(encodeBody([new Uint8Array(93)]), limits))).toBe('TOO_LARGE')
    expect(codeOf(() => decodeBody(new Writer().u32(1).u32(10_241).done(), limits))).toBe('TOO_LARGE')
    expect(codeOf(() => decodeBody(new Writer().u32(0xffffffff).done(), limits))).toBe('TOO_MANY_RECORDS')
  })

  it('is rejected cut short, or with bytes too many', () => {
    const bytes = encodeBody(actions)
    for (let length = 0; length < bytes.length; length++) {
      expect(codeOf(() => decodeBody(bytes.subarray(0, length), limits))).toBe('MALFORMED')
    }
    expect(codeOf(() => decodeBody(concatBytes(bytes, Uint8Array.of(0)), limits))).toBe('MALFORMED')
  })
})
