import { describe, expect, it } from 'vitest'
import { bytesToBase64Url, bytesToHex, utf8 } from '../../../src/codec/bytes.ts'
import { canonicalJson } from '../../../src/codec/canonical-json.ts'
import { encodeCertificate } from '../../../src/consensus/codec.ts'
import { fieldToHex } from '../../../src/crypto/field.ts'
import { poseidonLite } from '../../../src/crypto/poseidon-lite.ts'
import { chainIdOf } from '../../../src/ledger/genesis.ts'
import { blockHash, encodeHeader, genesisHeader } from '../../../src/ledger/header.ts'
import { type OriginOptions, verifyOriginProof } from '../../../src/verify/origin.ts'
import {
  decodeOriginProof,
  encodeOriginProof,
  isOriginProof,
  MAX_ORIGIN_BYTES,
  type OriginProof,
} from '../../../src/verify/origin-proof.ts'
import { parseVerificationKey, vkHash } from '../../../src/verify/verification-key.ts'
import { CertifiedChain } from '../../support/certificate/certified-chain.ts'
import { definitionOf, eddsaKey, genesisOf, rsaKey } from '../../support/ledger/ledger-world.ts'
import { forgedOrigin, forgedOriginKey } from '../../support/proving/forged-origin.ts'

const ORIGIN: OriginProof = {
  chainId: 5n,
  hops: 4,
  definition: definitionOf(eddsaKey('issuer'), { cap: '1000' }),
  length: 10n,
  serialLo: 0n,
  serialHi: 1_000n,
  purpose: 'for you',
  endCommit: 6n,
  holderProven: false,
  header: new Uint8Array(8),
  finality: new Uint8Array(9),
  later: { header: new Uint8Array(8), inclusion: [new Uint8Array(32)] },
  proof: new Uint8Array(256),
  opening: {
    holding: 3,
    unit: 4n,
    salt: 5n,
    spki: new Uint8Array(5),
    signature: new Uint8Array(6),
  },
}
const TEXT = encodeOriginProof(ORIGIN)
const check = (text: string) =>
  verifyOriginProof(utf8(text), genesisOf(), poseidonLite, { keyFor: () => undefined, nowMs: 0 })
const changed = (change: object) => canonicalJson({ ...JSON.parse(TEXT), ...change })

describe('a file with an origin proof', () => {
  it('is read as it was written', () => {
    expect(decodeOriginProof(utf8(TEXT))).toEqual(ORIGIN)
    const { later: _, opening: __, ...rest } = ORIGIN
    const short = { ...rest, later: undefined, opening: undefined }
    expect(decodeOriginProof(utf8(encodeOriginProof(short)))).toEqual(short)
  })

  it('is told from certificates and other files by its format', () => {
    expect(isOriginProof(utf8(TEXT))).toBe(true)
    expect(isOriginProof(utf8('{"format":"origin-2"}'))).toBe(true)
    for (const text of ['{"format":"1"}', '[]', 'null', '{', '', 'x'.repeat(MAX_ORIGIN_BYTES + 1)])
      expect(isOriginProof(utf8(text)), text.slice(0, 20)).toBe(false)
  })

  it.each<[what: string, code: string, text: string]>([
    ['is too large', 'TOO_LARGE', TEXT + ' '.repeat(MAX_ORIGIN_BYTES)],
    ['is not canonical', 'NOT_CANONICAL', `${TEXT} `],
    ['is no object', 'MALFORMED', '[]'],
    ['is cut', 'MALFORMED', TEXT.slice(0, -1)],
    ['has another format', 'MALFORMED', changed({ format: 'origin-2' })],
    ['has a property that is unknown', 'MALFORMED', changed({ more: '1' })],
    ['has a short proof', 'MALFORMED', changed({ proof: 'AAAA' })],
    ['has no units', 'MALFORMED', changed({ length: '0' })],
    ['has more units than amounts can have', 'MALFORMED', changed({ length: String(1n << 112n) })],
    ['has more units than serials', 'MALFORMED', changed({ serialLo: '991' })],
    ['has serials beyond the cap', 'MALFORMED', changed({ serialHi: '1001' })],
    ['has a number where a text is due', 'MALFORMED', changed({ purpose: 5 })],
    ['has a purpose that is too long', 'MALFORMED', changed({ purpose: 'x'.repeat(1_025) })],
    ['has a definition that is none', 'MALFORMED', changed({ definition: {} })],
    ['has a holder that is neither proven nor not', 'MALFORMED', changed({ holderProven: '1' })],
    ['has a header that cannot be decoded', 'MALFORMED', TEXT],
  ])('shows nothing if it %s', async (_, code, text) => {
    const { intact, proven, content } = await check(text)
    expect(intact).toMatchObject({ verdict: 'no', code })
    expect([proven.verdict, content]).toEqual(['unknown', undefined])
  })

  it('shows nothing if its header is of an era beyond all dates', async () => {
    const genesis = genesisOf()
    const header = { ...genesisHeader(genesis), era: 2 ** 48 - 1 }
    const vote = { kind: 'finalize' as const, view: header.view, hash: bytesToHex(blockHash(header)) }
    const finality = encodeCertificate(
      { ...vote, signatures: [{ validator: 0, signature: new Uint8Array(64) }] },
      1,
    )
    const { later: _, opening: __, ...rest } = JSON.parse(TEXT)
    const chainId = fieldToHex(chainIdOf(genesis))
    const of = { header: bytesToBase64Url(encodeHeader(header)), finality: bytesToBase64Url(finality) }
    const { intact } = await check(canonicalJson({ ...rest, chainId, ...of }))
    expect(intact).toMatchObject({
      verdict: 'no',
      code: 'MALFORMED',
      reason: expect.stringContaining('dates'),
    })
  })
})

describe('the holder that an origin proof names', () => {
  const chain = new CertifiedChain({ stateDepth: 12 })
  const holder = rsaKey()
  const origin = forgedOrigin(chain, holder)
  const opening = origin.opening!
  const key = { verificationKey: forgedOriginKey, vkHash: vkHash(parseVerificationKey(forgedOriginKey)!) }
  const named = async (change: Partial<OriginProof>, keyFor: OriginOptions['keyFor'] = () => key) => {
    const file = utf8(encodeOriginProof({ ...origin, ...change }))
    const report = await verifyOriginProof(file, chain.genesis, poseidonLite, { keyFor, nowMs: 0 })
    return [report.holder.verdict, report.content!.account]
  }

  it('is told if the proof is valid, and the holder signed it', async () => {
    expect(await named({})).toEqual(['yes', holder.account])
  })

  it('is not told if the signature, the commitment or the proof is not valid', async () => {
    const other = { ...opening, signature: new Uint8Array(256) }
    expect(await named({ opening: other })).toEqual(['no', undefined])
    expect(await named({ opening: { ...opening, unit: 1n } })).toEqual(['no', undefined])
    expect(await named({ length: 11n })).toEqual(['no', undefined])
  })

  it('is not told if the proof was not checked', async () => {
    expect(await named({}, () => undefined)).toEqual(['unknown', undefined])
  })
})
