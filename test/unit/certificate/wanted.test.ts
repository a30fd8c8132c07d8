import { describe, expect, it } from 'vitest'
import { encodeCertificate } from '../../../src/certificate/encode.ts'
import { makeCertificate } from '../../../src/certificate/make.ts'
import type { CertifiedContent } from '../../../src/certificate/report.ts'
import { verifyCertificate } from '../../../src/certificate/verify.ts'
import { differenceFrom, type WantedUnits } from '../../../src/certificate/wanted.ts'
import { utf8 } from '../../../src/codec/bytes.ts'
import { MINT } from '../../../src/ledger/params.ts'
import type { TraceRequest } from '../../../src/provenance/types.ts'
import { CertifiedChain } from '../../support/certificate/certified-chain.ts'
import { poseidon } from '../../support/crypto/poseidon.ts'

const chain = new CertifiedChain()
const [ann, bea] = chain.keys as [(typeof chain.keys)[0], (typeof chain.keys)[0]]
const first = chain.assets[0]!
const second = chain.register(ann, 'SECOND')
for (const { id } of [first, second]) chain.move(ann, MINT, ann.account, id, 20n)
const moved = chain.move(ann, ann.account, bea.account, first.id, 12n)
const again = chain.move(ann, ann.account, bea.account, first.id, 3n)
const source = chain.source()
const asOf = source.height

async function contentOf(request: TraceRequest): Promise<CertifiedContent> {
  const text = encodeCertificate(await makeCertificate(source, request))
  const { content } = await verifyCertificate(utf8(text), chain.genesis, poseidon, { nowMs: 0 })
  return content!
}

const [backward, forward] = [{ direction: 'BACKWARD' }, { direction: 'FORWARD' }] as const

describe('a certificate is what was asked for', () => {
  it.each<[what: string, request: TraceRequest, wanted: WantedUnits]>([
    [
      'units of a holding',
      { ...backward, asset: first.id, account: bea.account },
      { ...backward, asset: 'FIRST', account: bea.account },
    ],
    [
      'units that a holding received',
      { ...forward, asset: first.id, account: ann.account },
      { ...forward, asset: 'FIRST', account: ann.account },
    ],
    ['the units of an asset', { ...backward, asset: second.id }, { ...backward, asset: 'SECOND' }],
    [
      'a unit of an asset',
      { ...forward, asset: first.id, offset: 7n, length: 1n },
      { ...forward, asset: 'FIRST', offset: 7n, length: 1n },
    ],
    [
      'more units than there are',
      { ...backward, asset: second.id, length: 999n },
      { ...backward, asset: 'SECOND', length: 999n },
    ],
    [
      'the units of a transfer',
      { ...backward, transfer: moved.hash },
      { ...backward, transfer: moved.hash, height: asOf },
    ],
  ])('if it is of %s', async (_, request, wanted) => {
    expect(differenceFrom(wanted, await contentOf(request))).toBeUndefined()
  })
})

const held = { ...backward, asset: 'FIRST', account: bea.account }
const ofBea = { ...backward, asset: first.id, account: bea.account }

describe('a certificate is not what was asked for', () => {
  it.each<[what: string, request: TraceRequest, wanted: WantedUnits]>([
    ['direction', { ...ofBea, ...forward }, held],
    ['asset', { ...backward, asset: second.id, account: ann.account }, { ...held, account: ann.account }],
    ['asset', { ...backward, transfer: moved.hash }, held],
    ['account', { ...ofBea, account: ann.account }, held],
    ['account', { ...backward, asset: first.id }, held],
    ['transfer', { ...backward, transfer: again.hash }, { ...backward, transfer: moved.hash }],
    ['first unit', { ...ofBea, offset: 1n }, held],
    ['number of units', { ...ofBea, length: 1n }, held],
    ['number of units', { ...ofBea, length: 2n }, { ...held, length: 3n }],
    ['height', ofBea, { ...held, height: asOf - 1 }],
  ])('if it has another %s', async (what, request, wanted) => {
    expect(differenceFrom(wanted, await contentOf(request))).toBe(
      `it is about another ${what} than was asked for`,
    )
  })
})
