import { webcrypto } from 'node:crypto'
import { createContext, runInContext } from 'node:vm'
import { expect, it } from 'vitest'
import { encodeCertificate } from '../../../src/certificate/encode.ts'
import type * as certificates from '../../../src/certificate/index.ts'
import { makeCertificate } from '../../../src/certificate/make.ts'
import { utf8 } from '../../../src/codec/bytes.ts'
import { canonicalJson } from '../../../src/codec/canonical-json.ts'
import { genesisToJson } from '../../../src/ledger/genesis.ts'
import { CertifiedChain } from '../../support/certificate/certified-chain.ts'
import { browserBundle } from '../../support/shared/browser-bundle.ts'

it('is checked in a context with nothing but what browsers have, with signatures of both kinds', async () => {
  const code = await browserBundle('certificate/index.ts', { format: 'iife', globalName: 'certificates' })
  const web = createContext({ TextEncoder, TextDecoder, atob, btoa, crypto: webcrypto, Uint8Array })
  runInContext(Buffer.from(code).toString(), web)
  const { checkCertificate }: typeof certificates = runInContext('certificates', web)
  const chain = new CertifiedChain().randomSteps(40, 20)
  const genesis = canonicalJson(genesisToJson(chain.genesis))
  const certificate = await makeCertificate(chain.source(), {
    asset: chain.assets[0]!.id,
    direction: 'FORWARD',
  })
  const check = (text: string) => checkCertificate(utf8(text), genesis, { nowMs: chain.genesis.startTime })
  const text = encodeCertificate(certificate)
  const { intact, complete, signed, final } = await check(text)
  expect([intact, complete, signed, final].map(({ verdict }) => verdict)).toEqual([
    'yes',
    'yes',
    'yes',
    'yes',
  ])
  expect((await check(text.replace('"outTotal":"', '"outTotal":"1'))).intact.code).toBe('NOT_IN_STATE')
})
