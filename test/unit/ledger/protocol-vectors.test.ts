import { readFileSync, writeFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { bytesToHex } from '../../../src/codec/bytes.ts'
import { decodeAction, encodeAction } from '../../../src/ledger/action-codec.ts'
import { decodeHeader, encodeHeader } from '../../../src/ledger/header.ts'
import { rsaKey, signTransfer } from '../../support/ledger/ledger-world.ts'
import {
  computeVectors,
  type RsaVector,
  rsaTransfer,
  splitDocument,
} from '../../support/ledger/protocol-vectors.ts'

const PROTOCOL = new URL('../../../PROTOCOL.md', import.meta.url)

/** UPDATE_VECTORS=1 writes them into the document, with a new rsa key. */
function update(): void {
  const key = rsaKey()
  const { signature } = signTransfer(key, rsaTransfer(key.publicKey))
  const vectors = computeVectors({
    publicKey: bytesToHex(key.publicKey.bytes),
    signature: bytesToHex(signature),
  })
  const { before, after } = splitDocument(readFileSync(PROTOCOL, 'utf8'))
  writeFileSync(PROTOCOL, before + JSON.stringify(vectors, null, 1) + after)
}

if (process.env.UPDATE_VECTORS === '1') update()

describe('the test vectors of PROTOCOL.md', () => {
  const documented = JSON.parse(splitDocument(readFileSync(PROTOCOL, 'utf8')).json) as { rsa: RsaVector }
  const computed = computeVectors(documented.rsa)

  it.each(Object.keys(computed) as (keyof typeof computed)[])('say of %s what the code computes', (part) => {
    expect((documented as Record<string, unknown>)[part]).toEqual(computed[part])
  })

  it('have no part that nothing checks', () => {
    expect(Object.keys(documented)).toEqual(Object.keys(computed))
  })

  it('are read and written back byte by byte', () => {
    for (const { bytes } of computed.actions) {
      expect(bytesToHex(encodeAction(decodeAction(Buffer.from(bytes, 'hex'))))).toBe(bytes)
    }
    for (const { bytes } of computed.headers) {
      expect(bytesToHex(encodeHeader(decodeHeader(Buffer.from(bytes, 'hex'))))).toBe(bytes)
    }
  })
})
