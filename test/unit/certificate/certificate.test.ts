import { describe, expect, it } from 'vitest'
import { decodeCertificate } from '../../../src/certificate/decode.ts'
import { encodeCertificate } from '../../../src/certificate/encode.ts'
import { makeCertificate } from '../../../src/certificate/make.ts'
import { type OnProgress, STAGES } from '../../../src/certificate/progress.ts'
import { verifyCertificate } from '../../../src/certificate/verify.ts'
import { utf8 } from '../../../src/codec/bytes.ts'
import { RecordIndex } from '../../../src/provenance/record-index.ts'
import { trace } from '../../../src/provenance/trace.ts'
import type { TraceRequest } from '../../../src/provenance/types.ts'
import { CertifiedChain } from '../../support/certificate/certified-chain.ts'
import { poseidon } from '../../support/crypto/poseidon.ts'

const chain = new CertifiedChain().randomSteps(150, 20)
const source = chain.source()
const index = new RecordIndex(chain.world.records, chain.assets)
const NOW = chain.genesis.startTime + 60_000

/** Every question that a trace can be asked, of all assets, holdings and records of the chain. */
const questions: TraceRequest[] = (['BACKWARD', 'FORWARD'] as const).flatMap((direction) => [
  ...chain.assets.map(({ id }) => ({ asset: id, direction })),
  ...chain.holdings().map(({ account, assetId }) => ({ account, asset: assetId, direction })),
  ...chain.world.records.map(({ hash }) => ({ transfer: hash, direction })),
  ...chain.assets.map(({ id }) => ({ asset: id, direction, offset: 3n, length: 5n })),
])

function verify(text: string, options = {}) {
  return verifyCertificate(utf8(text), chain.genesis, poseidon, { nowMs: NOW, ...options })
}

describe('a certificate of origin', () => {
  it('answers every question that a trace answers, with the same hops, origins and holders', async () => {
    let answered = 0
    for (const request of questions) {
      const expected = trace(index, request)
      if (expected.hops.length === 0 && expected.holders.length === 0) continue
      const text = encodeCertificate(await makeCertificate(source, request))
      const report = await verify(text)
      expect(report.intact.reason).toContain('each is needed')
      expect(
        [report.intact, report.complete, report.signed, report.final].map(({ verdict }) => verdict),
      ).toEqual(Array(4).fill('yes'))
      const { hops, origins, holders } = report.content!.trace
      expect({ hops, origins, holders }).toEqual({
        hops: expected.hops,
        origins: expected.origins,
        holders: expected.holders,
      })
      expect(encodeCertificate(decodeCertificate(utf8(text)))).toBe(text)
      answered++
    }
    expect(answered).toBeGreaterThan(100)
  })

  it('is checked in stages, of whose steps it tells', async () => {
    const { id } = chain.assets[0]!
    const text = encodeCertificate(await makeCertificate(source, { asset: id, direction: 'FORWARD' }))
    const told: [stage: string, done: number, steps: number][] = []
    const onProgress: OnProgress = (stage, done, steps) => told.push([stage, done, steps])
    const { content } = await verify(text, { onProgress })
    expect([...new Set(told.map(([stage]) => stage))]).toEqual(STAGES)
    const { records, holdings } = content!.certificate
    const steps = { records: records.length, history: records.length, state: holdings.length }
    for (const [stage, count] of Object.entries({ ...steps, signatures: records.length }))
      expect(told.filter((step) => step[0] === stage)).toEqual(
        Array.from({ length: count }, (_, done) => [stage, done, count]),
      )
  })
})
