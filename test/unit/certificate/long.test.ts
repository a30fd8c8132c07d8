import { expect, it } from 'vitest'
import { encodeCertificate } from '../../../src/certificate/encode.ts'
import { makeCertificate } from '../../../src/certificate/make.ts'
import { verifyCertificate } from '../../../src/certificate/verify.ts'
import { utf8 } from '../../../src/codec/bytes.ts'
import { MINT } from '../../../src/ledger/params.ts'
import { RecordIndex } from '../../../src/provenance/record-index.ts'
import { trace } from '../../../src/provenance/trace.ts'
import { CertifiedChain } from '../../support/certificate/certified-chain.ts'
import { poseidon } from '../../support/crypto/poseidon.ts'
import { rsaKey } from '../../support/ledger/ledger-world.ts'

const HOPS = 1_010

it('a trace of more than a thousand hops comes in pages, and as one certificate that has the same hops', async () => {
  // Signatures of RSA keys cost little time.
  const chain = new CertifiedChain({ keys: [rsaKey(), rsaKey()] })
  const [ann, bea] = chain.keys
  const { id: asset } = chain.register(ann!, 'THING', [], { cap: '1' })
  chain.move(ann!, MINT, ann!.account, asset, 1n)
  for (let i = 1; i < HOPS; i++) {
    const [from, to] = i % 2 ? [ann!, bea!] : [bea!, ann!]
    chain.move(from, from.account, to.account, asset, 1n)
  }
  const index = new RecordIndex(chain.world.records, chain.assets)
  const direction = 'BACKWARD'
  const pages = [trace(index, { asset, direction, first: 400 })]
  for (let { end } = pages[0]!; end !== undefined; end = pages.at(-1)!.end)
    pages.push(trace(index, { asset, direction, first: 400, after: end }))
  expect(pages.map(({ hops }) => hops.length)).toEqual([400, 400, 210])
  const text = encodeCertificate(await makeCertificate(chain.source(), { asset, direction }))
  const report = await verifyCertificate(utf8(text), chain.genesis, poseidon, { nowMs: 0 })
  const { intact, complete, signed, final } = report
  expect([intact, complete, signed, final].map(({ verdict }) => verdict)).toEqual(Array(4).fill('yes'))
  expect(report.content!.trace.hops).toEqual(pages.flatMap(({ hops }) => hops))
})
